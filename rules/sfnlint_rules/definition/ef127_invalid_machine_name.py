"""A machine has a name that Step Functions does not take.

Why:
    The name of a machine has 80 characters at most, and none of white space, brackets, wildcards
    and a few others. The deployment fails.

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

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._names import problem

_LONGEST = 80


@rule("EF127", "invalid-machine-name")
def invalid_machine_name(subject: Subject) -> Iterator[Finding]:
    """Names that are too long or have a character that no name may have."""
    name = subject.name
    wrong = "" if name is None else problem(name, _LONGEST)
    if name is not None and wrong:
        shown = name if len(name) <= _LONGEST else f"{name[:20]}…"
        yield Finding(
            "EF127",
            f"the machine's name '{shown}' {wrong}",
            subject.place.at("Properties", "StateMachineName"),
            machine=subject.logical_id,
        )
