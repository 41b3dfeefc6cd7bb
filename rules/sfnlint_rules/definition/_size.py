"""The size of a definition in characters, and its quota.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.asl.limits import MAX_DEFINITION_CHARACTERS
from sfnlint.asl.machine import Machine
from sfnlint.lazy_pattern import lazy_pattern

_ESCAPE = lazy_pattern(r"\\(?:u[0-9a-fA-F]{4}|.)")


def is_too_large(machine: Machine) -> bool:
    """Whether a definition exceeds the quota even in its shortest form."""
    # A definition in a template's object has no text; the template's own quota is lower.
    text = getattr(machine.document, "text", "")
    if getattr(machine.document, "format", "") == "json":
        return (
            len(text) > MAX_DEFINITION_CHARACTERS
            and _compact_length(text) > MAX_DEFINITION_CHARACTERS
        )
    return (len(text) > MAX_DEFINITION_CHARACTERS or "&" in text) and _exceeds(machine.data)


def _compact_length(text: str) -> int:
    """Return the least number of characters of a JSON text without whitespace and escapes."""
    text = UNRESOLVED.sub("", _ESCAPE.sub("e", text))
    return len(text) - sum(map(text.count, " \t\r\n"))


def _exceeds(data: object) -> bool:
    """Whether data is too large as JSON, in which YAML aliases are expanded."""
    size = 0
    waiting = [data]
    while waiting and size <= MAX_DEFINITION_CHARACTERS:
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
    return size > MAX_DEFINITION_CHARACTERS


def _length(text: str) -> int:
    """Return the least length of a string: its placeholders may become empty."""
    return len(text) if text.isascii() and "$" not in text else len(UNRESOLVED.sub("", text))
