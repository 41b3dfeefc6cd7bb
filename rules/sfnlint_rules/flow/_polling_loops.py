"""Loops that wait and ask again."""

from __future__ import annotations

from sfnlint.asl.machine import Scope, State

EVENTS = {"Task": 5, "Choice": 2, "Wait": 2, "Pass": 2}
"""The events of a state: entered and exited; of a Task, also scheduled, started and succeeded."""
_LONGEST_LOOP = 50
_MOST_STATES = 500
"""The number of states that are searched for a loop."""
_COUNTERS = ("States.MathAdd", "+ 1", "+1")


def polling_loop(scope: Scope, start: State) -> list[State] | None:
    """Return the shortest loop through a state, with a Task.

    None if its events are unknown, or if it may count its iterations.
    """
    previous: dict[str, str] = {}
    pending = [start.name]
    for _ in range(_LONGEST_LOOP):
        following = []
        for name in pending:
            for transition in scope.states[name].transitions:
                target = transition.target
                if transition.field == "Catch" or target in previous:
                    continue
                previous[target] = name
                following.append(target)
        if start.name in previous or len(previous) > _MOST_STATES:
            break
        pending = following
    loop: list[State] = []
    name = start.name
    while name in previous and len(loop) < _LONGEST_LOOP:
        name = previous[name]
        loop.append(scope.states[name])
        if name == start.name:
            is_known = all(state.type in EVENTS and not _may_count(state) for state in loop)
            return loop if is_known and any(state.type == "Task" for state in loop) else None
    return None


def _may_count(state: State) -> bool:
    """Whether a state may count the iterations."""
    text = str(state.data)
    return any(counter in text for counter in _COUNTERS)
