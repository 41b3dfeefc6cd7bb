"""States without a path from StartAt."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Machine, State
from sfnlint.finding import Note
from sfnlint.named_tuple import NamedTuple


class UnreachableGroup(NamedTuple):
    """An unreachable state with the states that are reachable only through it.

    Attributes:
        state: the state.
        is_target: whether a transition leads to it.
        others: the states that are reachable only through it.

    """

    state: State
    is_target: bool
    others: list[State]

    @property
    def notes(self) -> tuple[Note, ...]:
        """A note for each of the other states."""
        return tuple(
            Note(f"state '{state.name}' is reachable only through it", state.place)
            for state in self.others
        )


def unreachable_groups(machine: Machine) -> Iterator[UnreachableGroup]:
    """Yield the unreachable states of the scopes whose transitions are known."""
    for scope in machine.scopes:
        if not scope.is_readable or not scope.is_closed:
            continue
        unreachable = [state for name, state in scope.states.items() if name not in scope.reachable]
        targets: set[str] = set()
        entered: set[str] = set()
        for state in unreachable:
            names = {transition.target for transition in state.transitions}
            targets |= names
            entered |= names - {state.name}
        grouped = set(scope.reachable)
        # States that no other unreachable state leads to come first: they lead to the others.
        for state in sorted(unreachable, key=lambda state: state.name in entered):
            if state.name in grouped:
                continue
            group = scope.reachable_from([state.name], grouped)
            grouped.update(group)
            others = [scope.states[name] for name in group if name != state.name]
            yield UnreachableGroup(state, state.name in targets, others)
