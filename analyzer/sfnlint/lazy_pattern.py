"""Regular expressions that are compiled when they are first used.

A small run uses few of the expressions, and compiling all of them is a tenth of its time:
benchmarks/compare.py.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _LazyPattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self._arguments = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._arguments), name)
        # Later uses find the method here, and are as fast as with a compiled expression.
        setattr(self, name, value)
        return value


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that is compiled when one of its methods is first used.

    Args:
        pattern: the expression; a mistake in it is raised by the first use.
        flags: the flags of `re.compile`.

    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))
