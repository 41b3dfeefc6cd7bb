"""A loop, once entered, can never end.

Why:
    From these states no way leads out: no End, no Choice, no Catch. The execution goes round
    until a timeout or the limit of 25,000 events ends it as failed.

Bad:
    StartAt: Ask
    States:
      Ask:
        Type: Pass
        Next: Enough
      Enough:
        Type: Choice
        Choices:
          - Variable: $.count
            NumericGreaterThan: 3
            Next: Done
        Default: Wait
      Wait:
        Type: Wait
        Seconds: 30
        Next: Wait
      Done:
        Type: Succeed

Good:
    StartAt: Ask
    States:
      Ask:
        Type: Pass
        Next: Enough
      Enough:
        Type: Choice
        Choices:
          - Variable: $.count
            NumericGreaterThan: 3
            Next: Done
        Default: Wait
      Wait:
        Type: Wait
        Seconds: 30
        Next: Ask
      Done:
        Type: Succeed

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._execution import endless_cycles


@rule("WF203", "loop-without-exit")
def loop_without_exit(subject: Subject) -> Iterator[Finding]:
    """Cycles from which no terminal state can be reached, one finding for each."""
    for scope in subject.machine.scopes:
        if not scope.is_readable or not scope.is_closed:
            continue
        if scope.parent is None and not any(
            scope.states[name].is_terminal for name in scope.reachable
        ):
            continue  # EF204 says more
        for cycle in endless_cycles(scope):
            state = cycle[0]
            names = listed([f"'{one.name}'" for one in cycle])
            yield Finding(
                "WF203",
                f"the loop of {names} can never end: no way leads out of it",
                state.place,
                tuple(Note("also in the loop", other.place) for other in cycle[1:]),
                "add a Choice or a Catch that leads out of the loop",
                subject.logical_id,
                state.name,
            )
