"""Executions are not traced.

Why:
    A trace shows the duration of each step of an execution and the call that failed, from the
    caller through the state machine to its functions. Tracing is off by default, and a trace cannot
    be created afterwards.

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
          TracingConfiguration:
            Enabled: true
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
                      - xray:PutTraceSegments
                      - xray:PutTelemetryRecords
                      - xray:GetSamplingRules
                      - xray:GetSamplingTargets
                    Resource: "*"

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("IF711", "untraced-machine")
def untraced_machine(subject: Subject) -> Iterator[Finding]:
    """Report state machines whose tracing is certainly off."""
    tracing = (subject.settings or {}).get("tracing")
    if tracing is not None and tracing.state == "off":
        yield subject.finding(
            "executions are not traced", tracing.place, fix="enable X-Ray tracing"
        )
