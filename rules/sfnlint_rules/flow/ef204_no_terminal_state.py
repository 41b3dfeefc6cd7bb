"""No terminal state is reachable.

Why:
    An execution ends at a state with End, or at a Succeed or Fail state. If StartAt leads to none,
    Step Functions rejects the definition (`Workflow has no terminal state`), or the execution runs
    until it reaches a quota.

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
    """Report a top level without a reachable terminal state."""
    scope = subject.machine.top
    if not scope.is_readable or not scope.reachable or not scope.is_closed:
        return
    if not any(scope.states[name].is_terminal for name in scope.reachable):
        yield subject.finding(
            f"no execution can end: no terminal state is reachable from '{scope.data['StartAt']}'",
            scope.place("StartAt"),
            fix="set End: true in the last state",
        )
