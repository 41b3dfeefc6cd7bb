"""Memoization of functions of a machine or a state, in the object itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Owner = TypeVar("_Owner")
_Result = TypeVar("_Result")


def memoize(function: Callable[[_Owner], _Result]) -> Callable[[_Owner], _Result]:
    """Decorate a function of one object so that the object keeps the result.

    Like `functools.cached_property`, for functions outside the class. A cache keyed by the object
    would keep every machine alive, because the results refer to it.
    """
    key = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def memoized(owner: _Owner) -> _Result:
        results: dict[str, _Result] = vars(owner)
        if key not in results:
            results[key] = function(owner)
        return results[key]

    return memoized
