"""How messages say things: lists, long texts, what somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LONGEST = 80
_MOST_NAMED = 8


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many, the first ones and how many more."""
    if len(items) > _MOST_NAMED:
        items = [*items[: _MOST_NAMED - 1], f"{len(items) - _MOST_NAMED + 1} more"]
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else "".join(items)


def shortened(text: str) -> str:
    """A text of a file, short enough for a message."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The one of some words that is most like this one; None when none is like it enough."""
    # Most files have no such mistake.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, words, n=1, cutoff=cutoff)), None)
