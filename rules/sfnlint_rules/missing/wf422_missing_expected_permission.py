"""The execution role does not allow something that the documentation requires.

Why:
    The call may succeed today: because the trust policy of a role in another account names
    this role, or because the results are small enough for a single part. It fails when that
    changes. A call that touches a bucket, queue, topic, table, stream or secret with a customer
    managed key fails for objects, messages and items that are encrypted with the key.

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
from sfnlint.catalog import Purpose
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.missing._missing_permissions import missing


@rule("WF422", "missing-expected-permission")
def missing_expected_permission(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield expected permissions that no statement allows."""
    purposes: tuple[Purpose, ...] = (
        "start",
        "data",
        "pass_role",
        "assume_role",
        "logs",
        "encryption",
    )
    return missing(analysis, purposes, "warning")
