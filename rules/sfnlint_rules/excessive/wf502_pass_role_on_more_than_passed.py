"""The role may pass more roles than the definition passes.

Why:
    A role that may be passed can be used by whoever can change the machine. A definition names
    the roles that it passes, so nothing is lost by naming them in the policy too.

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

from sfnlint.analysis.role_analysis import RoleAnalysis, allowing
from sfnlint.finding import Finding
from sfnlint.iam.pattern import Wildcard
from sfnlint.iam.policy import Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import (
    EVERY_ROLE,
    at_item,
    calls_sdk,
    is_dynamic,
    passes_roles,
    wider,
)


@rule("WF502", "pass-role-on-more-than-passed")
def pass_role_on_more_than_passed(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Resources of a statement in use that reach beyond the roles that are passed."""
    if calls_sdk(analysis):
        return
    statements = [
        statement
        for statement in allowing(analysis.role)
        if passes_roles(statement)
        and not statement.not_resource  # WF501 says more
        and (statement.place, "iam:PassRole") in analysis.used
        and not _names_one(statement)
    ]
    if not statements or not analysis.all_known:
        return
    passed = list({check.resource: check for check in analysis.about("iam:PassRole")}.values())
    if any(is_dynamic(check.resource) for check in passed):
        return
    every_role = EVERY_ROLE.substitute(analysis.known)
    for statement in statements:
        for item in statement.resources:
            if relate(every_role, [item.pattern]) is Relation.COVERED:
                continue  # WF501 says more
            reach = {
                relate(check.resource, [item.pattern.substitute(analysis.known)])
                for check in passed
            }
            if reach == {Relation.DISJOINT} or wider(analysis, item, passed):
                roles = listed(sorted({check.needed for check in passed}))
                yield at_item(
                    analysis,
                    "WF502",
                    f"iam:PassRole on {item.pattern}, but the definition passes only {roles}",
                    item,
                    fix=f"allow it on {roles}",
                    actions=("iam:PassRole",),
                )


def _names_one(statement: Statement) -> bool:
    """Whether it names one role: of a statement in use, that is one that is passed."""
    resources = statement.resources
    return len(resources) == 1 and not any(
        isinstance(part, Wildcard) for part in resources[0].pattern.parts
    )
