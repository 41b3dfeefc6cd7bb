"""What is worked out once for a machine or a state, and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Owner = TypeVar("_Owner")
_Made = TypeVar("_Made")


def memoize(work: Callable[[_Owner], _Made]) -> Callable[[_Owner], _Made]:
    """Let an object keep what a function makes of it, as `functools.cached_property` does.

    In a table beside it, what refers to the object would keep it for ever.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def kept(owner: _Owner) -> _Made:
        known: dict[str, _Made] = vars(owner)
        if name not in known:
            known[name] = work(owner)
        return known[name]

    return kept
