"""The role lacks something that the documentation asks for.

Why:
    The call may work today: because another account's role trusts this one by name, because the results
    are small enough for one part. It fails on the day on which that changes.

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
                Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
                Credentials: {RoleArn: "arn:aws:iam::444455556666:role/other-account"}
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
                  - Effect: Deny
                    Action: sqs:SendMessage
                    Resource: arn:aws:sqs:us-east-1:123456789012:done

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
                Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
                Credentials: {RoleArn: "arn:aws:iam::444455556666:role/other-account"}
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
                    Action: sts:AssumeRole
                    Resource: arn:aws:iam::444455556666:role/other-account

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.missing._gaps import missing


@rule("WF422", "missing-expected-permission")
def missing_expected_permission(analysis: RoleAnalysis) -> Iterator[Finding]:
    """What nothing in the role grants."""
    purposes = ("start", "data", "pass_role", "assume_role", "logs", "encryption")
    return missing(analysis, "WF422", purposes, "warning")
