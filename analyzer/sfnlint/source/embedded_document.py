"""Documents that are written inside strings of other documents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from sfnlint.place import Located, Place, PlacePart, Route, Span
from sfnlint.source.document import Format, ParsedText


class Piece(NamedTuple):
    """A part of the text of an embedded document.

    Attributes:
        text: the decoded characters; for a symbol, the one that stands for it.
        place: where they are written. When its `within` is as long as the text, character for
            character; otherwise (a symbol, a text that was decoded once more) as a whole.

    """

    text: str
    place: Place


class EmbeddedDocument(ParsedText):
    """A document whose text is written in strings of another document."""

    def __init__(self, pieces: Sequence[Piece], format: Format) -> None:  # noqa: A002
        self._pieces = [piece for piece in pieces if piece.text] or list(pieces[:1])
        self._starts: list[int] = []
        length = 0
        for piece in self._pieces:
            self._starts.append(length)
            length += len(piece.text)
        text = "".join(piece.text for piece in self._pieces)
        super().__init__(pieces[0].place.document.file, text, format)

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file; from the first piece touched to the last one."""
        span, _ = self.find(path, part, within)
        first = self._index(span.start)
        last = max(first, self._index(span.end - 1))
        located = self._locate(first, span)
        if last == first:
            return located
        end = self._locate(last, span)
        if end.root is not located.root or end.span.end < located.span.end:
            # The pieces were not written in this order: a value from elsewhere stands in between.
            return located
        return located._replace(span=Span(located.span.start, end.span.end))

    def _index(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1)

    def _locate(self, index: int, span: Span) -> Located:
        """The part of a span that lies in one piece."""
        text, place = self._pieces[index]
        whole = place.within
        if whole is None or whole.end - whole.start != len(text):
            return place.locate()
        start = max(0, span.start - self._starts[index])
        end = min(len(text), span.end - self._starts[index])
        inner = Span(whole.start + start, whole.start + max(start, end))
        return place.document.locate(place.path, place.part, inner)


def embed(pieces: Sequence[Piece], format: Format = "json") -> EmbeddedDocument:  # noqa: A002
    """Read a document that is written in pieces inside of other documents.

    Symbols in the pieces stay what they are. In JSON, one outside of a string (`${Number}`) is a
    string of its own.

    Raises:
        ValueError: there is no piece at all, and so no place.

    """
    if not pieces:
        raise ValueError("an embedded document needs at least one piece")
    return EmbeddedDocument(pieces, format)
