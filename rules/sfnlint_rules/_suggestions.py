"""Suggestions for misspelled names, as the end of a message."""

from __future__ import annotations

from collections.abc import Iterable

from sfnlint.finding import Replacement
from sfnlint.messages import nearest, only_candidate
from sfnlint.place import Place

_MOST_SEARCHES = 20


def did_you_mean(name: str, names: Iterable[str], cutoff: float = 0.6, prefix: str = "") -> str:
    """Return "; did you mean 'X'?" for the most similar name; empty if no name is similar.

    Args:
        name: the unknown name.
        names: the known names.
        cutoff: the least similarity, from 0 to 1.
        prefix: characters to show before the suggested name.

    """
    suggestion = nearest(name, names, cutoff)
    return f"; did you mean '{prefix}{suggestion}'?" if suggestion else ""


def replacement(
    place: Place, name: str, names: Iterable[str], cutoff: float = 0.8
) -> Replacement | None:
    """Return the correction of a misspelled name; None unless exactly one name is similar.

    Args:
        place: the place of a string that contains the name once.
        name: the unknown name.
        names: the known names.
        cutoff: the least similarity, from 0 to 1.

    """
    known = only_candidate(name, names, cutoff)
    return None if known is None else Replacement(place, name, known)


class Suggestions:
    """Suggestions for the first unknown names of a file: each search compares all known names."""

    def __init__(self) -> None:
        self._left = _MOST_SEARCHES

    def did_you_mean(
        self, name: str, names: Iterable[str], cutoff: float = 0.6, prefix: str = ""
    ) -> str:
        """Return the same as `did_you_mean`; empty after a number of searches."""
        if not self._left:
            return ""
        self._left -= 1
        return did_you_mean(name, names, cutoff, prefix)
