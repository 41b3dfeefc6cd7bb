"""What somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from sfnlint.messages import nearest

_MOST = 20
"""Questions that are answered: each looks at every name."""


def hint(name: str, names: Iterable[str]) -> str:
    """The end of a sentence about a name that there is not; empty when no other is near."""
    near = nearest(name, names)
    return f"; did you mean '{near}'?" if near else ""


class Near:
    """Finds names that are nearly another one, a few times."""

    def __init__(self) -> None:
        self._left = _MOST

    def find(self, name: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
        """The nearest of some names, when one is near."""
        if not self._left:
            return None
        self._left -= 1
        return nearest(name, names, cutoff)
