"""The role can pass more roles than the definition passes.

Why:
    Anyone who can change the state machine can use any role that it can pass. The definition
    names the roles that it passes, so the policy can name them too.

Bad:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Train
            States:
              Train:
                Type: Task
                Resource: arn:aws:states:::sagemaker:createTrainingJob
                Parameters:
                  TrainingJobName: search-model
                  RoleArn: arn:aws:iam::123456789012:role/training
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: training
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [sagemaker:CreateTrainingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/train*
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}

Good:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Train
            States:
              Train:
                Type: Task
                Resource: arn:aws:states:::sagemaker:createTrainingJob
                Parameters:
                  TrainingJobName: search-model
                  RoleArn: arn:aws:iam::123456789012:role/training
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: training
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [sagemaker:CreateTrainingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.iam.pattern import Wildcard
from sfnlint.iam.policy import Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed, quoted, resource_names
from sfnlint.rule import rule
from sfnlint_rules.excessive._statement_actions import item_for_action
from sfnlint_rules.excessive._wide_resources import EVERY_ROLE, is_dynamic, is_wider


@rule("WF502", "pass-role-on-more-than-passed")
def pass_role_on_more_than_passed(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield resources of used statements that reach beyond the roles that are passed."""
    if analysis.calls_sdk:
        return
    statements = [
        statement
        for statement in analysis.own_allow_statements
        if _is_candidate(analysis, statement)
    ]
    if not statements or not analysis.all_needs_known:
        return
    passed = list({one.resource: one for one in analysis.checks_of("iam:PassRole")}.values())
    if any(is_dynamic(check.resource) for check in passed):
        return
    every_role = analysis.substitute(EVERY_ROLE)
    roles = sorted({check.policy_resource for check in passed})
    for item in (item for statement in statements for item in statement.resources):
        if relate(every_role, [item.pattern]) is Relation.COVERED:
            continue  # WF501 reports it
        grant = analysis.substitute(item.pattern)
        unused = all(relate(check.resource, [grant]) is Relation.DISJOINT for check in passed)
        if unused or is_wider(analysis, item, passed):
            granted = [item.shown]
            yield analysis.finding(
                f"iam:PassRole is allowed on {listed(resource_names(granted, roles))}, but the "
                f"definition passes only {listed(resource_names(roles, granted), brief=True)}",
                item.place,
                fix=f"allow it on {listed(quoted(roles), brief=True)}",
                actions=["iam:PassRole"],
            )


def _is_candidate(analysis: RoleAnalysis, statement: Statement) -> bool:
    """Return whether a statement passes roles for a state, and can pass more than one."""
    used = (statement.place, "iam:PassRole") in analysis.used_statements
    if not used or statement.not_resource or not item_for_action(statement, "iam:PassRole"):
        return False
    return len(statement.resources) > 1 or any(
        isinstance(part, Wildcard) for item in statement.resources for part in item.pattern.parts
    )
