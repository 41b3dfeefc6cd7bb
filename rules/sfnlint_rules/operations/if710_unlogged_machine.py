"""Executions are not logged.

Why:
    Step Functions logs nothing by default. It deletes the history of a STANDARD execution 90 days
    after the execution ends, and keeps no history of EXPRESS executions: without logs, a failed
    execution cannot be analyzed.

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
                Type: Pass
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}

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
                Type: Pass
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
    https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject

_CONSEQUENCES = {
    "STANDARD": "; their history is deleted after 90 days",
    "EXPRESS": ", and EXPRESS executions have no history",
}


@rule("IF710", "unlogged-machine")
def unlogged_machine(subject: Subject) -> Iterator[Finding]:
    """Report state machines whose logging is certainly off."""
    logging = (subject.settings or {}).get("logging")
    if logging is not None and logging.state == "off":
        yield subject.finding(
            "executions are not logged" + _CONSEQUENCES.get(subject.type or "", ""),
            logging.place,
            fix="log to a log group, with a level other than OFF",
        )
