"""A state machine logs to a log group whose name does not start with `/aws/vendedlogs/`.

Why:
    To deliver logs, Step Functions adds the log group to a resource policy of CloudWatch Logs. Such
    a policy has at most 5,120 characters, and an account has ten of them. When they are full, no
    further state machine with logging can be created. Log groups under `/aws/vendedlogs/` share a
    single statement.

Bad:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          LoggingConfiguration:
            Level: ALL
            Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Logs.Arn}}]
          Definition:
            StartAt: Wait
            States:
              Wait: {Type: Wait, Seconds: 1, End: true}
      Logs:
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: orders}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: log
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

Good:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          LoggingConfiguration:
            Level: ALL
            Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Logs.Arn}}]
          Definition:
            StartAt: Wait
            States:
              Wait: {Type: Wait, Seconds: 1, End: true}
      Logs:
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: /aws/vendedlogs/states/orders}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
          Policies:
            - PolicyName: log
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
    https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-cwl
    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-troubleshooting
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine_settings import LogDestination
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint.symbol import Symbol

_PREFIX = "/aws/vendedlogs/"
_TYPE = ":log-group:"


@rule("IF713", "log-group-outside-vendedlogs")
def log_group_outside_vendedlogs(subject: Subject) -> Iterator[Finding]:
    """Report log groups whose names certainly lack the prefix."""
    logging = (subject.settings or {}).get("logging")
    for destination in logging.destinations if logging and logging.state == "on" else ():
        name = _name(destination)
        if not name or _may_have_prefix(name):
            continue
        is_generated = isinstance(name[0], Symbol)
        shown = "".join(map(str, name)).removesuffix(":*")
        yield subject.finding(
            f"log group {'with a generated name' if is_generated else repr(shown)} is not under "
            f"'{_PREFIX}', so it fills the account's resource policies for logs, whose size is "
            "limited",
            destination.place,
            fix=f"use a log group whose name starts with '{_PREFIX}states/'",
        )


def _name(destination: LogDestination) -> list[str | Symbol]:
    """Return the parts of the log group's name; none if the files do not show where it starts."""
    parts = list(destination.arn.parts)
    for index, part in enumerate(parts):
        if isinstance(part, str) and _TYPE in part:
            start = part.partition(_TYPE)[2]
            rest = [each for each in parts[index + 1 :] if isinstance(each, (str, Symbol))]
            return [start, *rest] if start else rest
    return []


def _may_have_prefix(name: list[str | Symbol]) -> bool:
    start = name[0]
    if isinstance(start, Symbol):
        # CloudFormation and Terraform generate names without slashes.
        return start.kind != "generated"
    return start.startswith(_PREFIX) or (len(name) > 1 and _PREFIX.startswith(start))
