"""The error names that states retry and catch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize
from sfnlint.place import Route


class Handlers(NamedTuple):
    """A state's Retry or Catch.

    Attributes:
        state: the state.
        field: which of the two.
        entries: the error names of its entries in their order.

    """

    state: State
    field: str
    entries: list[list[object]]


@memoize
def handlers(machine: Machine) -> Sequence[Handlers]:
    """Every Retry and Catch of a machine."""
    found = []
    for state in machine.states:
        for field in ("Retry", "Catch"):
            entries = state.data.get(field)
            if entries and isinstance(entries, list):
                found.append(Handlers(state, field, [_names(entry) for entry in entries]))
    return found


def error_names(machine: Machine) -> Iterator[tuple[State, Route, str]]:
    """Every error name in Retry and Catch: its state, the route to it in the state, the name."""
    for state, field, entries in handlers(machine):
        for index, names in enumerate(entries):
            for position, name in enumerate(names):
                if isinstance(name, str):
                    yield state, (field, index, "ErrorEquals", position), name


def _names(entry: object) -> list[object]:
    names = entry.get("ErrorEquals") if isinstance(entry, dict) else None
    return names if isinstance(names, list) else []
