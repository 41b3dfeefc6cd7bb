"""Edits of files, and their application to a text."""

from __future__ import annotations

from collections.abc import Iterable

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Root, Route, Span


class Edit(NamedTuple):
    """Characters of a file and the text that replaces them.

    Attributes:
        root: the document of the file.
        span: the characters; empty to insert text.
        text: the new text, with LF as its line breaks.
        scope: the path of the value that the edit changes, in the data of the file.

    """

    root: Root
    span: Span
    text: str
    scope: Route

    @property
    def written(self) -> str:
        """The new text with the line breaks of the file."""
        return self.text.replace("\n", "\r\n") if "\r\n" in self.root.text else self.text


def overlap(edits: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Whether two sets of edits change the same characters; insertions at one place do not."""
    return any(
        edit.root is other.root
        and (
            edit.span == other.span
            if edit.span.start == edit.span.end == other.span.start == other.span.end
            else edit.span.start < other.span.end and other.span.start < edit.span.end
        )
        and edit.span.start != edit.span.end
        for edit in edits
        for other in others
    )


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text after edits that do not overlap; insertions at one place keep their order."""
    parts: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        parts += (text[end : edit.span.start], edit.written)
        end = edit.span.end
    return "".join([*parts, text[end:]])
