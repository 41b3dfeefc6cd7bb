"""What the rules about Retry and Catch ask of a state."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import State
from sfnlint.place import Path


def handlers(state: State) -> Iterator[tuple[str, list[list[object]]]]:
    """A state's Retry and Catch, each with the error names of its entries in their order."""
    for field in ("Retry", "Catch"):
        entries = state.data.get(field)
        if entries and isinstance(entries, list):
            yield field, [_names(entry) for entry in entries]


def error_names(state: State) -> Iterator[tuple[Path, str]]:
    """Every error name in a state's Retry and Catch, with the route to it in the state."""
    for field, entries in handlers(state):
        for index, names in enumerate(entries):
            for position, name in enumerate(names):
                if isinstance(name, str):
                    yield (field, index, "ErrorEquals", position), name


def _names(entry: object) -> list[object]:
    names = entry.get("ErrorEquals") if isinstance(entry, dict) else None
    return names if isinstance(names, list) else []
