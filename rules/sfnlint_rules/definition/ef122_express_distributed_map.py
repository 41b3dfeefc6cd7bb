"""An EXPRESS state machine contains a Distributed Map.

Why:
    A Distributed Map starts a child execution for each item or batch, which EXPRESS state machines
    do not support. Step Functions rejects the definition.

Bad:
    Resources:
      Machine:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineType: EXPRESS
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Each
            States:
              Each:
                Type: Map
                ItemProcessor:
                  ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: EXPRESS}
                  StartAt: One
                  States:
                    One: {Type: Pass, End: true}
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
          StateMachineType: EXPRESS
          RoleArn: !GetAtt Role.Arn
          Definition:
            StartAt: Each
            States:
              Each:
                Type: Map
                ItemProcessor:
                  ProcessorConfig: {Mode: INLINE}
                  StartAt: One
                  States:
                    One: {Type: Pass, End: true}
                End: true
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.distributed_map import child_execution_type
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF122", "express-distributed-map")
def express_distributed_map(subject: Subject) -> Iterator[Finding]:
    """Report Maps in Distributed mode."""
    if subject.type != "EXPRESS":
        return
    for state in subject.machine.states:
        for scope in state.scopes:
            if child_execution_type(scope) is not None:
                yield subject.finding(
                    f"state '{state.name}': EXPRESS state machines cannot run Distributed Maps",
                    scope.place("ProcessorConfig", "Mode"),
                    state=state,
                    fix="change the type of the state machine to STANDARD, or Mode to INLINE",
                )
