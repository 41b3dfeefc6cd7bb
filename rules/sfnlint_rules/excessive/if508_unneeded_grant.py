"""A statement allows actions that no state needs.

Why:
    Unused permissions remain until somebody misuses them. This is for information only: roles
    are shared, and definitions change. Roles of machines that call the AWS SDK are not
    checked: many operations use the role for more than their own action.

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
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}
                  - Effect: Allow
                    Action: dynamodb:PutItem
                    Resource: arn:aws:dynamodb:us-east-1:123456789012:table/jobs

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

from sfnlint.analysis.corrections import Removal
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.analysis.unneeded_permissions import unneeded_actions
from sfnlint.finding import Finding
from sfnlint.messages import listed, remaining
from sfnlint.rule import rule


@rule("IF508", "unneeded-grant")
def unneeded_grant(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield actions of Allow statements that no permission check needs."""
    for place, actions, statement, items in unneeded_actions(analysis):
        elsewhere = " on these resources" if analysis.checks_by_action.keys() & {*actions} else ""
        yield analysis.finding(
            f"no state needs {listed(actions, word='or', brief=True)}{elsewhere}",
            place,
            fix="remove these actions unless something else uses the role for them",
            notes=remaining("other actions that no state needs", actions, place, brief=True),
            actions=actions,
            correction=statement and Removal(analysis.subjects[0], statement, items),
        )
