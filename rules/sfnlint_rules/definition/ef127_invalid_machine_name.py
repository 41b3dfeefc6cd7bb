"""The name of a state machine is invalid.

Why:
    The name of a state machine has at most 80 characters, and no whitespace, brackets, wildcards or
    certain other characters. The deployment fails.

Bad:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineName: nightly training
          RoleArn: !GetAtt Role.Arn
          Definition: {StartAt: Train, States: {Train: {Type: Pass, End: true}}}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}

Good:
    Resources:
      Training:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineName: nightly-training
          RoleArn: !GetAtt Role.Arn
          Definition: {StartAt: Train, States: {Train: {Type: Pass, End: true}}}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}

Source:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.limits import MAX_MACHINE_NAME
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._names import name_problem


@rule("EF127", "invalid-machine-name")
def invalid_machine_name(subject: Subject) -> Iterator[Finding]:
    """Report names that are too long or contain an invalid character."""
    name = subject.name
    problem = "" if name is None else name_problem(name, MAX_MACHINE_NAME)
    if name is not None and problem:
        shown = name if len(name) <= MAX_MACHINE_NAME else f"{name[:20]}…"
        yield subject.finding(
            f"state machine name '{shown}' {problem}",
            subject.place.at("Properties", "StateMachineName"),
        )
