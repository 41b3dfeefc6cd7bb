"""The execution role allows starting a job, but not polling its status.

Why:
    For Glue, Athena, EMR and others no event tells Step Functions that a job has ended: it
    polls the job with the execution role. Without the permission the state fails although the
    job runs. Users report the same of CodeBuild builds, which send events.

Bad:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:states:::glue:startJobRun.sync
                Parameters: {JobName: nightly}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: run
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [glue:StartJobRun, glue:BatchStopJobRun]
                    Resource: arn:aws:glue:us-east-1:123456789012:job/nightly

Good:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:states:::glue:startJobRun.sync
                Parameters: {JobName: nightly}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: run
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [glue:StartJobRun, glue:GetJobRun, glue:GetJobRuns, glue:BatchStopJobRun]
                    Resource: arn:aws:glue:us-east-1:123456789012:job/nightly

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.missing._missing_permissions import missing


@rule("EF409", "missing-poll-permission")
def missing_poll_permission(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield poll permissions that no statement allows, of integrations that only poll."""
    return missing(analysis, ("poll",), "error")
