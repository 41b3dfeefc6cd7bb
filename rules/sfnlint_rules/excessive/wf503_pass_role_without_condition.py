"""The role can pass roles to any service.

Why:
    Without a condition on iam:PassedToService, a role that is meant for SageMaker can be
    handed to any service that accepts roles. The definition shows which service receives the
    role, so the condition costs nothing.

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
                    Resource: arn:aws:iam::123456789012:role/training

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
from sfnlint.iam.policy import Statement
from sfnlint.messages import listed, quoted
from sfnlint.rule import rule
from sfnlint_rules.excessive._statement_actions import item_for_action

_KEY = "iam:PassedToService"


@rule("WF503", "pass-role-without-condition")
def pass_role_without_condition(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield statements that allow iam:PassRole without a condition on the service."""
    for statement in analysis.own_allow_statements:
        item = item_for_action(statement, "iam:PassRole")
        keys = {condition.key.lower() for condition in statement.conditions}
        if item is not None and _KEY.lower() not in keys:
            services = {
                str(check.context[_KEY.lower()])
                for check in analysis.checks_of("iam:PassRole")
                if _KEY.lower() in check.context
            }
            value = listed(quoted(sorted(services)), word="or") or "the service that gets the role"
            yield analysis.finding(
                f"iam:PassRole has no condition on {_KEY}: roles can be passed to any service",
                item.place,
                fix=f"add a condition: {_KEY} is {value}",
                actions=["iam:PassRole"],
                correction=_correction(analysis, statement, services),
            )


def _correction(analysis: RoleAnalysis, statement: Statement, services: set[str]) -> object:
    # Imported here because most roles have no such finding (benchmarks/compare.py).
    from sfnlint.analysis.corrections import Impossible, Restriction, reduction

    if statement.conditions or len(statement.actions) > 1:
        return Impossible("the statement has other actions or conditions")
    if not services or any("${" in service for service in services):
        return Impossible("the service that gets the role is unknown")
    restriction = Restriction(statement, _KEY, tuple(sorted(services)))
    return reduction(analysis, restriction)
