"""The loops of a scope that cannot end."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Scope, State


def endless_loops(scope: Scope) -> Iterator[list[State]]:
    """Yield the reachable loops that no transition leaves, each with its states in order.

    A Choice without Default counts as an exit: the execution fails when no rule matches, and some
    definitions end their loops on purpose in this way.
    """
    trapped = scope.reachable - _can_end(scope)
    if not trapped:
        return
    # Only a scope with a mistake needs networkx, which is slow to import.
    from sfnlint.asl.graph import cycles

    yield from cycles(scope, trapped)


def _can_end(scope: Scope) -> set[str]:
    """Return the names of the states from which the scope can end."""
    sources: dict[str, list[str]] = {}
    for state in scope.states.values():
        for transition in state.transitions:
            sources.setdefault(transition.target, []).append(state.name)
    ending = [
        name
        for name, state in scope.states.items()
        if state.is_terminal or (state.type == "Choice" and "Default" not in state.data)
    ]
    can_end = set(ending)
    while ending:
        for name in sources.get(ending.pop(), ()):
            if name not in can_end:
                can_end.add(name)
                ending.append(name)
    return can_end
