"""A state is unreachable.

Why:
    No path from StartAt leads to this state, so it never runs. Often, it was the target of a
    transition that was renamed. Step Functions rejects the definition if no transition names the
    state, but accepts unreachable states that refer to each other.

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true
      Report:
        Type: Pass
        End: true

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        Next: Report
      Report:
        Type: Pass
        End: true

Source:
    https://states-language.net/spec.html#states-fields
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("WF201", "unreachable-state")
def unreachable_state(subject: Subject) -> Iterator[Finding]:
    """Report states without a path from StartAt, one finding per group of such states."""
    for scope in subject.machine.scopes:
        if not scope.is_readable or not scope.is_closed:
            continue
        unreachable = [state for name, state in scope.states.items() if name not in scope.reachable]
        entered = {
            transition.target
            for state in unreachable
            for transition in state.transitions
            if transition.target != state.name
        }
        reported = set(scope.reachable)
        # A state that no other unreachable state leads to comes first: it reports the others.
        for state in sorted(unreachable, key=lambda state: state.name in entered):
            if state.name in reported:
                continue
            group = scope.reachable_from([state.name], reported)
            reported.update(group)
            yield subject.finding(
                f"state '{state.name}' is unreachable from '{scope.data['StartAt']}'",
                state.place,
                state=state,
                fix="add a transition to it, or remove it",
                notes=tuple(
                    Note(f"state '{name}' is reachable only through it", scope.states[name].place)
                    for name in group
                    if name != state.name
                ),
            )
