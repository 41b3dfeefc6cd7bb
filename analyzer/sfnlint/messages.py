"""Helpers for the wording of messages: lists, long strings, near spellings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sfnlint.finding import Note
from sfnlint.place import Place

_LONGEST = 80
_MOST_ITEMS = 4
_MOST_COLUMNS = 100
_MOST_IN_NOTE = 50


def listed(items: Sequence[str], most: int = _MOST_ITEMS) -> str:
    """Join items to `a`, `a and b`, `a, b and c`; of a long list, `a, b, c and 4 more`.

    Args:
        items: the items, in the order in which to name them.
        most: the number of items that is named completely. At least the first item is named, and
            no more than fit into about 100 columns.

    """
    return _joined(items, _named(items, most))


def remaining(
    label: str, items: Sequence[str], place: Place, most: int = _MOST_ITEMS
) -> tuple[Note, ...]:
    """Return a note with the items that `listed(items, most)` leaves out; () if it names all.

    `Finding.notes` takes it: `notes=(*remaining("also needed", resources, place), …)` gives the
    note "also needed: d, e and f". The report wraps long notes.
    """
    rest = items[_named(items, most) :]
    return (Note(f"{label}: {_joined(rest, _MOST_IN_NOTE)}", place),) if rest else ()


def _joined(items: Sequence[str], count: int) -> str:
    """Name the first `count` items, and count the rest."""
    if count < len(items):
        items = [*items[:count], f"{len(items) - count} more"]
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items)


def _named(items: Sequence[str], most: int) -> int:
    """The number of items that a list names."""
    count = len(items) if len(items) <= most else most - 1
    columns = 0
    for index, item in enumerate(items[:count]):
        columns += len(item) + len(", ")
        if index and columns > _MOST_COLUMNS:
            return index
    return count


def shortened(string: str) -> str:
    """Return a string from a file, cut to a length that fits into a message."""
    return string if len(string) <= _LONGEST else string[: _LONGEST - 1] + "…"


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the word that is spelled most like another; None if none is similar enough."""
    # Imported here because most runs need no suggestion: tests/test_layers.py, start-up.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, words, n=1, cutoff=cutoff)), None)
