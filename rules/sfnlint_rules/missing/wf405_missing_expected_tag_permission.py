"""The role may not tag what the task creates, as the documentation expects.

Why:
    Step Functions adds a tag of its own to what it creates in SageMaker. The authorization
    reference lists sagemaker:AddTags as a permission that this call depends on; failures are on
    record for training jobs, transform jobs and models, and this call works in the same way.

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
                Resource: arn:aws:states:::sagemaker:createProcessingJob
                Parameters:
                  ProcessingJobName: report
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
                    Action: [sagemaker:CreateProcessingJob, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:processing-job/report
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
                Resource: arn:aws:states:::sagemaker:createProcessingJob
                Parameters:
                  ProcessingJobName: report
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
                    Action: [sagemaker:CreateProcessingJob, sagemaker:AddTags, sagemaker:ListTags]
                    Resource: arn:aws:sagemaker:us-east-1:123456789012:processing-job/report
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: arn:aws:iam::123456789012:role/training
                    Condition: {StringEquals: {iam:PassedToService: sagemaker.amazonaws.com}}

Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.missing._gaps import missing


@rule("WF405", "missing-expected-tag-permission")
def missing_expected_tag_permission(analysis: RoleAnalysis) -> Iterator[Finding]:
    """What nothing in the role grants."""
    return missing(analysis, "WF405", ("tags",), "warning")
