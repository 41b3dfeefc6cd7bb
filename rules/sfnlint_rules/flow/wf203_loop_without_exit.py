"""A loop has no exit.

Why:
    No End, Choice or Catch leaves these states. The execution repeats them until it times out or
    fails at the quota of 25,000 events.

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
from sfnlint_rules.flow._endless_loops import endless_loops


@rule("WF203", "loop-without-exit")
def loop_without_exit(subject: Subject) -> Iterator[Finding]:
    """Report loops from which no terminal state is reachable, one finding per loop."""
    for scope in subject.machine.scopes:
        if not scope.is_readable or not scope.is_closed:
            continue
        if scope.parent is None and not any(
            scope.states[name].is_terminal for name in scope.reachable
        ):
            continue  # EF204 reports the whole state machine
        for loop in endless_loops(scope):
            names = listed([f"'{state.name}'" for state in loop])
            noun = "states" if len(loop) > 1 else "state"
            yield subject.finding(
                f"the loop of {noun} {names} never ends: no transition leaves it",
                loop[0].place,
                state=loop[0],
                fix="add a Choice or a Catch that leaves the loop",
                notes=tuple(Note("also in the loop", state.place) for state in loop[1:]),
            )
