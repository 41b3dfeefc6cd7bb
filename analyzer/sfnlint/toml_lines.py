"""Line numbers of keys in a TOML file; `tomllib` has none."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

_MOST_CHARACTERS = 100_000
_MOST_PARSES = 100


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Return the line, counted from 1, on which the statement that defines a value begins.

    It is the first line without which the file does not have the value.

    Args:
        text: the text of a valid TOML file.
        path: the keys and indexes that lead to the value.

    Returns:
        The line; None if the file does not have the value, or if the search takes too long.

    """
    if len(text) > _MOST_CHARACTERS or not _has(tomllib.loads(text), path):
        return None
    lines = text.split("\n")
    parses = 0
    # `without` lines are valid TOML and lack the value; `limit` lines have it, or end inside a
    # statement after which the value is there.
    without, limit = 0, len(lines)
    while limit - without > 1:
        middle = (without + limit) // 2
        for end in range(middle, limit):
            parses += 1
            if parses > _MOST_PARSES:
                return None
            try:
                data = tomllib.loads("\n".join(lines[:end]))
            except ValueError:
                continue
            if not _has(data, path):
                without = end
                break
            limit = middle
            break
        else:
            limit = middle
    return without + 1


def _has(data: object, path: Sequence[str | int]) -> bool:
    """Whether a value exists."""
    for step in path:
        if not isinstance(data, dict | list):
            return False
        try:
            data = data[step]  # type: ignore[index]
        except (LookupError, TypeError):
            return False
    return True
