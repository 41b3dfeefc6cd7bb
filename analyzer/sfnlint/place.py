"""Where something stands.

A place is symbolic: a document and a route through its data. Rules, inputs and the evaluator speak
in places; only the report turns one into lines and columns, by asking the document.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

Route = tuple[str | int, ...]
PlacePart = Literal["value", "key", "text"]


def value_at(data: object, path: Route) -> object:
    """What stands at a path of plain data; None where nothing does."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            return None
    return data


class Span(NamedTuple):
    """Characters of a text: counted from 0, the end exclusive."""

    start: int
    end: int


class Document(Protocol):
    """Data that came from a text.

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

        A path that the file does not have is answered by its nearest ancestor.
        """


class Root(Document, Protocol):
    """A document that is a file: the outermost one."""

    @property
    def text(self) -> str:
        """All its characters."""

    def line_column(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character, both from 1."""

    def line_text(self, line: int) -> str:
        """A line, counted from 1, without its end; empty when there is no such line."""


class Located(NamedTuple):
    """Characters of a file, with the path of the value there in the file's own data."""

    root: Root
    span: Span
    path: Route


class Place(NamedTuple):
    """One value, key or stretch of text in a document.

    Attributes:
        document: the innermost document (a definition inside a template's string is one).
        path: the route from the document's top to the value.
        part: "value"; "key", the name under which the value stands; or "text", where `within`
            counts characters of the document's own text.
        within: the characters of the (decoded) string at `path` that are meant; all when None.

    """

    document: Document
    path: Route = ()
    part: PlacePart = "value"
    within: Span | None = None

    def at(self, *path: str | int) -> Place:
        """The place of a value below this one."""
        return Place(self.document, self.path + path)

    def key(self) -> Place:
        """The place of the name under which this value stands."""
        return Place(self.document, self.path, "key")

    def locate(self) -> Located:
        """The characters of the outermost file that this place means."""
        return self.document.locate(self.path, self.part, self.within)
