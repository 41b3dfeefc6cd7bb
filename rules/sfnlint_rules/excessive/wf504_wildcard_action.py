"""A statement allows every action of a service, or of all services.

Why:
    A definition names the calls that it makes. A whole service holds its deletions, its
    permissions and its data as well, and whatever AWS adds to it tomorrow.

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

from sfnlint.analysis.role_analysis import RoleAnalysis, allowing
from sfnlint.finding import Finding
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import at_item, whole_service


@rule("WF504", "wildcard-action")
def wildcard_action(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Actions that are `*` or `service:*`."""
    for statement in allowing(analysis.role):
        for item in () if statement.not_action else statement.actions:
            if whole_service(item.pattern):
                needed = {
                    check.action
                    for check in analysis.checks
                    if (statement.place, check.action) in analysis.used
                }
                yield at_item(
                    analysis,
                    "WF504",
                    f"{item.pattern} allows every action"
                    + ("" if item.pattern.is_any else " of the service"),
                    item,
                    fix=f"name the actions: {listed(sorted(needed))} as far as is known"
                    if needed
                    else "name the actions that the definition needs",
                    actions=(str(item.pattern),),
                )
