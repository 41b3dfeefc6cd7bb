"""Faults of a text, in offsets of that text, and how they are worded."""

from __future__ import annotations

from typing import Literal

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Span
from sfnlint.symbol import MARKER

FaultKind = Literal[
    "unreadable", "not-text", "syntax", "duplicate-key", "json5", "too-deep", "too-large"
]

NOT_READ: frozenset[FaultKind] = frozenset({"unreadable", "too-deep", "too-large"})
"""The kinds of faults that are not in the text: the system refuses the file, or it exceeds a limit
of sfn-lint."""

DEPTH_LIMIT = 200
"""Maximum nesting depth of containers, so that all later code may recurse safely."""

FAULT_LIMIT = 100
"""Maximum number of faults per text: a generated file may repeat a key any number of times."""

TOO_DEEP = f"this is nested more than {DEPTH_LIMIT} levels deep; flatten the document"
_SHOWN = 60


class Fault(NamedTuple):
    """A fault of a text, in offsets of that text.

    Attributes:
        kind: the kind of fault.
        message: the fault and its fix in one line, without control characters.
        span: the characters.
        other: the first of two duplicate keys.

    """

    kind: FaultKind
    message: str
    span: Span
    other: Span | None = None


class FaultError(Exception):
    """A fault that prevents parsing."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def fail(kind: FaultKind, message: str, start: int, end: int | None = None) -> FaultError:
    """Return the exception for a fault at one character, or from `start` to `end`."""
    return FaultError(Fault(kind, message, Span(start, start + 1 if end is None else end)))


def duplicate(name: str, second: Span, first: Span) -> Fault:
    """Return the fault of a duplicate key in an object."""
    message = f"duplicate key {quoted(name)} in this object; remove or rename it"
    return Fault("duplicate-key", message, second, first)


def quoted(name: str) -> str:
    """Return a string of a file, quoted for a message: shortened, on one line, printable."""
    shown = name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
    return f"'{printable(shown)}'"


def printable(text: str) -> str:
    """Return the text with symbols as "…" and other unprintable characters escaped."""
    text = MARKER.sub("…", text)
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
