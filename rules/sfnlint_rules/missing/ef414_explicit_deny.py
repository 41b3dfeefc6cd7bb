"""A Deny statement takes away what a task needs.

Why:
    A Deny wins over every Allow. The task fails, however much the other statements grant.

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
                  - Effect: Deny
                    Action: sagemaker:AddTags
                    Resource: '*'

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
                  - Effect: Deny
                    Action: sagemaker:DeleteTags
                    Resource: '*'

Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.missing._gaps import denied


@rule("EF414", "explicit-deny")
def explicit_deny(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Deny statements that certainly hit a requirement."""
    return denied(analysis, "EF414", "error")
