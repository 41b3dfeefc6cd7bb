"""Symbolic places: a document and a route through its data.

Rules, readers and the policy evaluator use places. Only the report turns a place into lines and
columns, by asking its document.
"""

from __future__ import annotations

from typing import Literal, Protocol

from sfnlint.named_tuple import NamedTuple

Route = tuple[str | int, ...]
PlacePart = Literal["value", "key", "text"]
Format = Literal["json", "json5", "yaml", "hcl", "hcl-json"]


def value_at(data: object, path: Route) -> object:
    """Return the value at a path of plain data; None where there is no value."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            return None
    return data


class Span(NamedTuple):
    """A range of characters: counted from 0, the end exclusive."""

    start: int
    end: int


class Document(Protocol):
    """Data that was parsed from text.

    Attributes:
        file: the name of the file, as the user knows it.
        data: plain data (dict, list, str, int, float, bool, None).

    """

    @property
    def file(self) -> str:
        """The name of the file, as the user knows it."""

    @property
    def data(self) -> object:
        """Plain data: dict, list, str, int, float, bool, None."""

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file in which the value (or the key) at `path` is written.

        For a path that the file does not have, they are the characters of its nearest ancestor.
        """


class Root(Document, Protocol):
    """A document that is a whole file, not embedded in another document."""

    @property
    def format(self) -> Format:
        """The format of the file."""

    @property
    def text(self) -> str:
        """The text of the file."""

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of a character, both counted from 1."""

    def line_text(self, line: int) -> str:
        """Return a line, counted from 1, without its line break; empty when it does not exist."""


class Located(NamedTuple):
    """Characters of a file, with the path of their value in the data of that file."""

    root: Root
    span: Span
    path: Route


class Place(NamedTuple):
    """A value, a key or a range of text in a document.

    Attributes:
        document: the innermost document (a definition inside a template's string is one).
        path: the route from the document's top to the value.
        part: "value"; "key", the key of the value; or "text", where `within`
            counts characters of the document's own text.
        within: the range within the (decoded) string at `path`; None for the whole string.

    """

    document: Document
    path: Route = ()
    part: PlacePart = "value"
    within: Span | None = None

    def at(self, *path: str | int) -> Place:
        """Return the place of a value below this one."""
        return Place(self.document, self.path + path)

    def key(self) -> Place:
        """Return the place of the key of this value."""
        return Place(self.document, self.path, "key")

    def locate(self) -> Located:
        """Return the characters of the outermost file at this place."""
        return self.document.locate(self.path, self.part, self.within)
