"""The role that a task assumes does not allow a secondary permission.

Why:
    Secondary permissions are those to poll, stop or tag a job and to send traces, and those that the
    documentation requires although calls without them may succeed.

    With `Credentials`, Step Functions also polls and stops the job with the role named there.
    Without the permission a stopped execution leaves the job running, and an execution hangs
    when it cannot tell that the job has ended.

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
                Resource: arn:aws:states:::codebuild:startBuild.sync
                Parameters: {ProjectName: nightly}
                Credentials: {RoleArn: !GetAtt Worker.Arn}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: assume
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Worker.Arn}
      Worker:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: run
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: arn:aws:codebuild:us-east-1:123456789012:project/nightly

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
                Resource: arn:aws:states:::codebuild:startBuild.sync
                Parameters: {ProjectName: nightly}
                Credentials: {RoleArn: !GetAtt Worker.Arn}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: assume
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: sts:AssumeRole, Resource: !GetAtt Worker.Arn}
      Worker:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: run
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds, codebuild:StopBuild]
                    Resource: arn:aws:codebuild:us-east-1:123456789012:project/nightly

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.missing._missing_permissions import missing_in_assumed


@rule("WF424", "missing-assumed-role-secondary-permission")
def missing_assumed_role_secondary_permission(subject: Subject) -> Iterator[Finding]:
    """Yield secondary permissions that no statement of the assumed role allows."""
    return missing_in_assumed(subject, "warning")
