"""The progress of a long run, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

_Item = TypeVar("_Item")
_FIRST_AFTER = 1.0
_EVERY = 0.1
"""Seconds."""


def with_progress(files: Iterable[_Item]) -> Iterator[_Item]:
    """Yield files; after a second, also count them on standard error."""
    due = monotonic() + _FIRST_AFTER
    shown = False
    try:
        for count, file in enumerate(files, 1):
            if monotonic() > due:
                sys.stderr.write(f"\rsfn-lint: {count} files")
                sys.stderr.flush()
                shown = True
                due = monotonic() + _EVERY
            yield file
    finally:
        if shown:
            sys.stderr.write("\r" + " " * 30 + "\r")
            sys.stderr.flush()
