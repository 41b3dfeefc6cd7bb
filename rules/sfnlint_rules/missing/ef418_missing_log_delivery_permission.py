"""The state machine has logging enabled, but its role does not allow setting up log delivery.

Why:
    Step Functions sets up the delivery to the log group with the execution role when the state
    machine is created or updated. Without the permissions the deployment fails.

Bad:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          LoggingConfiguration:
            Level: ERROR
            Destinations:
              - CloudWatchLogsLogGroup:
                  LogGroupArn: arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/machine:*
          Definition:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
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
                    Action: lambda:InvokeFunction
                    Resource: arn:aws:lambda:us-east-1:123456789012:function:clean

Good:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          LoggingConfiguration:
            Level: ERROR
            Destinations:
              - CloudWatchLogsLogGroup:
                  LogGroupArn: arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/machine:*
          Definition:
            StartAt: Run
            States:
              Run:
                Type: Task
                Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
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
                    Action: lambda:InvokeFunction
                    Resource: arn:aws:lambda:us-east-1:123456789012:function:clean
                  - Effect: Allow
                    Action:
                      - logs:CreateLogDelivery
                      - logs:GetLogDelivery
                      - logs:UpdateLogDelivery
                      - logs:DeleteLogDelivery
                      - logs:ListLogDeliveries
                      - logs:PutResourcePolicy
                      - logs:DescribeResourcePolicies
                      - logs:DescribeLogGroups
                    Resource: "*"

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint_rules.missing._missing_permissions import missing


@rule("EF418", "missing-log-delivery-permission")
def missing_log_delivery_permission(analysis: RoleAnalysis) -> Iterator[Finding]:
    """Yield log delivery permissions that no statement allows."""
    return missing(analysis, ("logs",), "error")
