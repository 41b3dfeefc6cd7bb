"""The Retry and Catch fields of a state machine, and the error names in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize
from sfnlint.named_tuple import NamedTuple

HANDLER: dict[str, str] = {"Retry": "retrier", "Catch": "catcher"}
"""The term for an entry of each field: https://states-language.net/spec.html#errors."""


class Handlers(NamedTuple):
    """The Retry or the Catch of a state.

    Attributes:
        state: the state.
        field: the name of the field.
        entries: the ErrorEquals list of each entry, in order; empty where it is not a list.

    """

    state: State
    field: Literal["Retry", "Catch"]
    entries: list[list[object]]


_FIELDS: tuple[Literal["Retry", "Catch"], ...] = ("Retry", "Catch")


@memoize
def handlers(machine: Machine) -> Sequence[Handlers]:
    """Return every Retry and Catch of a machine."""
    return [
        Handlers(state, field, [_error_names(entry) for entry in entries])
        for state in machine.states
        for field in _FIELDS
        if isinstance(entries := state.data.get(field), list) and entries
    ]


def _error_names(entry: object) -> list[object]:
    names = entry.get("ErrorEquals") if isinstance(entry, dict) else None
    return names if isinstance(names, list) else []
