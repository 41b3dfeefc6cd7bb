"""The role can pass every role in the account.

Why:
    With iam:PassRole on `*`, anyone who can change or start the state machine can hand any role
    to a service, even that of an administrator. This is a common path of privilege escalation.

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
                    Resource: '*'
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
from sfnlint.iam.relation import Relation, relate
from sfnlint.messages import listed, quoted, resource_names
from sfnlint.rule import rule
from sfnlint_rules.excessive._statement_actions import item_for_action
from sfnlint_rules.excessive._wide_resources import EVERY_ROLE


@rule("WF501", "pass-role-on-everything")
def pass_role_on_everything(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield resources of statements that allow iam:PassRole on every role."""
    every_role = analysis.substitute(EVERY_ROLE)
    for statement in analysis.own_allow_statements:
        if not item_for_action(statement, "iam:PassRole"):
            continue
        if statement.not_resource:
            items, reach = statement.resources[:1], "almost every role"
            excluded = resource_names([item.shown for item in statement.resources])
            allowed_on = f"every resource except {listed(excluded, brief=True)}"
        else:
            covering = (
                item
                for item in statement.resources
                if relate(every_role, [item.pattern]) is Relation.COVERED
            )
            items, reach, allowed_on = tuple(covering), "every role", ""
        for item in items:
            on = allowed_on or listed(quoted([item.shown]))
            yield analysis.finding(
                f"iam:PassRole is allowed on {on}: the state machine can pass {reach}",
                item.place,
                fix="name the roles that the definition passes",
                actions=["iam:PassRole"],
            )
