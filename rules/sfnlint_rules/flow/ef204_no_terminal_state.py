"""No way through the machine comes to an end.

Why:
    An execution ends at a state with End, or at a Succeed or Fail. Where StartAt leads to none,
    Step Functions refuses the definition (`Workflow has no terminal state`) or the execution goes
    round until a limit ends it.

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        Next: Prepare

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://states-language.net/spec.html#terminal-state
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF204", "no-terminal-state")
def no_terminal_state(subject: Subject) -> Iterator[Finding]:
    """A top level whose reachable states are none of them terminal."""
    scope = subject.machine.top
    if not scope.is_readable or not scope.reachable or not scope.is_closed:
        return
    if not any(scope.states[name].is_terminal for name in scope.reachable):
        yield Finding(
            "EF204",
            f"no execution can end: from '{scope.data['StartAt']}' no way leads to a state with "
            "End, nor to a Succeed or Fail",
            scope.place("StartAt"),
            fix="give the last state End: true",
            machine=subject.logical_id,
        )
