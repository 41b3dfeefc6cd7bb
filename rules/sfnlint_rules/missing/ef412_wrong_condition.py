"""A statement grants what a task needs, under a condition that the call does not meet.

Why:
    The statement names the right action and resource, but its condition is false for this call,
    so the task fails. Most often iam:PassedToService names another service than the one that gets
    the role, or stands in a statement with actions other than iam:PassRole, whose calls do not
    carry the key at all.

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
                    Condition: {StringEquals: {iam:PassedToService: ec2.amazonaws.com}}

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
from sfnlint.rule import rule
from sfnlint_rules.missing._gaps import misses


@rule("EF412", "wrong-condition")
def wrong_condition(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Statements that were meant for a state and miss it."""
    return misses(analysis, "EF412", "condition", "error")
