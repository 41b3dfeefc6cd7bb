"""A state can never be reached.

Why:
    No walk from StartAt comes to this state, so it never runs. Often it is the target of a
    transition that was renamed. Step Functions refuses a state that nothing names; an island of
    states that point at each other is deployed.

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
    """States that a walk from StartAt does not meet, one finding for each group of them."""
    for scope in subject.machine.scopes:
        if not scope.is_readable or not scope.is_closed:
            continue
        reachable = scope.reachable
        waiting = [state for name, state in scope.states.items() if name not in reachable]
        if not waiting:
            continue
        entered = {
            transition.target
            for state in waiting
            for transition in state.transitions
            if transition.target != state.name
        }
        told = set(reachable)
        # Those that no other unreachable state leads to come first: they bring the others along.
        for state in sorted(waiting, key=lambda state: state.name in entered):
            if state.name in told:
                continue
            group = scope.reachable_from([state.name], told)
            told.update(group)
            others = [scope.states[name] for name in group if name != state.name]
            yield Finding(
                "WF201",
                f"state '{state.name}' can never run: no way leads to it from "
                f"'{scope.data['StartAt']}'",
                state.place,
                tuple(
                    Note(f"state '{other.name}' is reached only through it", other.place)
                    for other in others
                ),
                "lead a transition to it, or remove it",
                subject.logical_id,
                state.name,
            )
