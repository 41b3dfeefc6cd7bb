"""How far a long run is, for who waits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

_Item = TypeVar("_Item")
_SILENT = 1.0
_EVERY = 0.1


def watched(files: Iterable[_Item]) -> Iterator[_Item]:
    """Pass files on, and count them on standard error once a second has gone by."""
    due = monotonic() + _SILENT
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
