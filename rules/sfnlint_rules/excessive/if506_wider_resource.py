"""A statement allows an action on more than the documented policy would.

Why:
    The policy works, and reaches beyond what the definition can touch: a wildcard where the name
    is known, or every resource where the documentation has the resource type at least.

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
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:training-job/*
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
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.excessive._grants import bounded, is_dynamic, too_wide, unbounded, wider


@rule("IF506", "wider-resource")
def wider_resource(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Resources with wildcards that reach beyond what is documented for the definition."""
    for item, checks in unbounded(analysis):
        if any(is_dynamic(check.resource) for check in checks):
            yield too_wide(analysis, "IF506", item, checks)
    for item, checks in bounded(analysis):
        if wider(analysis, item, checks):
            yield too_wide(analysis, "IF506", item, checks)
