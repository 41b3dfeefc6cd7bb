"""A statement allows every action of a service, or of all services.

Why:
    A definition makes a few calls. All actions of a service include deletions, changes of
    permissions and access to all data, as well as the actions that AWS will add.

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
                    Action: sagemaker:*
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/search-model
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training
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
    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.excessive._statement_actions import is_whole_service


@rule("WF504", "wildcard-action")
def wildcard_action(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield actions that are `*` or `service:*`."""
    for statement in analysis.own_allow_statements:
        for item in () if statement.not_action else statement.actions:
            if is_whole_service(item.pattern):
                # Imported here because most roles have no such finding (benchmarks/compare.py).
                from sfnlint.analysis.corrections import narrowing

                needed = {
                    check.action
                    for check in analysis.checks
                    if (statement.place, check.action) in analysis.used_statements
                }
                yield analysis.finding(
                    f"{item.pattern} allows every action"
                    + ("" if item.pattern.is_any else " of the service"),
                    item.place,
                    fix=f"name the actions; the definition needs at least {listed(sorted(needed))}"
                    if needed
                    else "name the actions that the definition needs",
                    actions=[str(item.pattern)],
                    correction=narrowing(analysis, statement, item),
                )
