"""Colours of a terminal: ANSI escape sequences."""

from __future__ import annotations

_CODES = {"error": "31", "warning": "33", "info": "36", "note": "34", "bold": "1"}


def paint(string: str, style: str, coloured: bool = True) -> str:
    """Return a string in the colour of a severity or of a "note", or in "bold"."""
    return f"\x1b[{_CODES[style]}m{string}\x1b[0m" if coloured else string
