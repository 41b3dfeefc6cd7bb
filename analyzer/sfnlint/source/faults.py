"""What can be wrong with a text, before any document exists to place it in."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sfnlint.place import Span
from sfnlint.symbol import MARKER

FaultKind = Literal[
    "unreadable", "encoding", "syntax", "duplicate-key", "json5", "too-deep", "too-large"
]

DEPTH_LIMIT = 200
"""How many containers may stand in each other: everything above may then recurse safely."""

FAULT_LIMIT = 100
"""How many faults of one text are told; a generated file may repeat a key without end."""

TOO_DEEP = (
    f"this stands more than {DEPTH_LIMIT} brackets or indentations deep; flatten the document"
)
_SHOWN = 60


class Fault(NamedTuple):
    """Something wrong with a text, in the text's own offsets.

    Attributes:
        kind: what kind of wrong.
        message: one line that says what to do, without control characters.
        span: where.
        other: the first of two equal keys.

    """

    kind: FaultKind
    message: str
    span: Span
    other: Span | None = None


class FaultError(Exception):
    """A fault that leaves no data."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def fail(kind: FaultKind, message: str, start: int, end: int | None = None) -> FaultError:
    """The exception for a fatal fault at one character, or up to `end`."""
    return FaultError(Fault(kind, message, Span(start, start + 1 if end is None else end)))


def duplicate(name: str, second: Span, first: Span) -> Fault:
    """The fault of a key that stands twice in one object."""
    message = f"the key {quoted(name)} stands twice in this object; remove or rename one"
    return Fault("duplicate-key", message, second, first)


def quoted(name: str) -> str:
    """A string of a file, made safe to stand in a message: short, one line, printable."""
    shown = name if len(name) <= _SHOWN else name[:_SHOWN] + "…"
    return f'"{printable(shown)}"'


def printable(text: str) -> str:
    """The text with symbols as "…" and everything else that does not print as an escape."""
    text = MARKER.sub("…", text)
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
