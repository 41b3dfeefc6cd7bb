"""The executions of a machine are not logged.

Why:
    Unless it is told to, Step Functions logs nothing. Of a STANDARD machine, the history of an
    execution is gone 90 days after its end. Of an EXPRESS machine Step Functions records no history
    at all: without logs, nobody can say what an execution that failed has done.

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
                  LogGroupArn: arn:aws:logs:us-east-1:123456789012:log-group:machine:*
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

_WITHOUT = {
    "STANDARD": "the history of an execution is gone 90 days after its end",
    "EXPRESS": "EXPRESS keeps no history, so nothing will show what an execution did",
}


@rule("IF710", "unlogged-machine")
def unlogged_machine(subject: Subject) -> Iterator[Finding]:
    """Machines whose logging is certainly off."""
    logging = (subject.settings or {}).get("logging")
    if logging is not None and logging.state == "off":
        without = _WITHOUT.get(subject.type or "")
        yield Finding(
            "IF710",
            "executions are not logged" + (f": {without}" if without else ""),
            logging.place,
            fix="log to a log group, at a level other than OFF",
            machine=subject.logical_id,
        )
