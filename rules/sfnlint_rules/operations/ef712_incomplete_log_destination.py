"""The ARN of the log group to which a state machine logs does not end with `:*`.

Why:
    Step Functions rejects a logging configuration with such an ARN, so that the state machine is
    neither created nor updated. Terraform's `arn` of a log group lacks `:*`, while the `Arn` of a
    log group in CloudFormation ends with it.

Bad:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          RoleArn: !GetAtt Role.Arn
          LoggingConfiguration:
            Level: ALL
            Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !Sub "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/orders"}}]
          Definition:
            StartAt: Wait
            States:
              Wait: {Type: Wait, Seconds: 1, End: true}
      Logs:
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: /aws/vendedlogs/orders}
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
        Properties: {LogGroupName: /aws/vendedlogs/orders}
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
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_CloudWatchLogsLogGroup.html
    https://github.com/hashicorp/terraform-provider-aws/issues/17682
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine_settings import LogDestination
from sfnlint.finding import Finding, Replacement
from sfnlint.messages import resource_names
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF712", "incomplete-log-destination")
def incomplete_log_destination(subject: Subject) -> Iterator[Finding]:
    """Report ARNs of log groups that certainly do not end with `:*`."""
    logging = (subject.settings or {}).get("logging")
    for destination in logging.destinations if logging and logging.state == "on" else ():
        if not _is_incomplete(destination):
            continue
        arn = str(destination.arn)
        (name,) = resource_names([arn])
        is_arn = arn.startswith("arn:")
        yield subject.finding(
            f"log destination {name} {'does not end with' if is_arn else 'is not an ARN with'} "
            "':*', so Step Functions rejects the logging configuration",
            destination.place,
            fix=f"{'append' if is_arn else 'use the ARN of the log group, followed by'} ':*'"
            f"{' to the ARN' if is_arn else ''}",
            correction=Replacement(destination.place, "", ":*") if is_arn else None,
        )


def _is_incomplete(destination: LogDestination) -> bool:
    parts = destination.arn.parts
    first, last = (parts[0], parts[-1]) if parts else ("", "")
    if destination.ends_in_name:
        return True
    is_arn = isinstance(first, str) and first.startswith("arn:")
    return is_arn and isinstance(last, str) and not last.endswith(":*")
