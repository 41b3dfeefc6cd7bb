"""Limits on work that do not depend on the load of the computer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class CallCounter:
    """The number of calls, of Python functions and built-in ones, in a block of `limit_calls`."""

    calls = 0


@contextmanager
def limit_calls(limit: int) -> Iterator[CallCounter]:
    """Fail if the block makes more function calls than a limit.

    Raises:
        AssertionError: as soon as the limit is exceeded, so that a test does not run for hours.

    """
    counter = CallCounter()

    def count(_frame: object, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            counter.calls += 1
            if counter.calls > limit:
                raise AssertionError(f"more than {limit} calls")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield counter
    finally:
        sys.setprofile(before)
    # Code that catches exceptions may have caught the one above.
    assert counter.calls <= limit
