"""Whether a definition is larger than Step Functions takes, however it is written.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

import re

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.asl.machine import Machine

MOST = 1_048_576
"""Characters of a definition."""
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")


def is_too_large(machine: Machine) -> bool:
    """Whether the shortest way of writing a definition has too many characters."""
    # An object in a template has no text of its own, and templates are not larger themselves.
    text = getattr(machine.document, "text", "")
    if getattr(machine.document, "format", "") == "json":
        return len(text) > MOST and _without_space(text) > MOST
    return (len(text) > MOST or "&" in text) and _exceeds(machine.data)


def _without_space(text: str) -> int:
    """How many characters JSON has at least when it is written again."""
    text = UNRESOLVED.sub("", _ESCAPE.sub("e", text))
    return len(text) - sum(map(text.count, " \t\r\n"))


def _exceeds(data: object) -> bool:
    """The same of data, in which what aliases stand for is written out."""
    size = 0
    waiting = [data]
    while waiting and size <= MOST:
        value = waiting.pop()
        # Each value is followed by a comma or a bracket.
        size += 2
        if isinstance(value, str):
            size += 1 + _length(value)
        elif isinstance(value, dict):
            size += 3 * len(value) + sum([_length(str(name)) for name in value])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return size > MOST


def _length(text: str) -> int:
    """How many characters a text has in any case: placeholders may become nothing."""
    return len(text) if text.isascii() and "$" not in text else len(UNRESOLVED.sub("", text))
