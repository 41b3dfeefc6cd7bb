"""Documents that are embedded in strings of other documents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Format, Located, Place, PlacePart, Route, Span
from sfnlint.source.document import ParsedText


class Piece(NamedTuple):
    """A part of the text of an embedded document.

    Attributes:
        text: the decoded characters; for a symbol, its marker character.
        place: where they are written. When its `within` is as long as the text, each character has
            its own position; otherwise (a symbol, a string that was decoded twice) all share one.

    """

    text: str
    place: Place


class EmbeddedDocument(ParsedText):
    """A document whose text is assembled from strings of other documents."""

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
        """Find the characters of the file, from the first to the last piece of the value."""
        span, _ = self.find(path, part, within)
        first = self._index(span.start)
        last = max(first, self._index(span.end - 1))
        located = self._locate(first, span)
        if last == first:
            return located
        end = self._locate(last, span)
        if end.root is not located.root or end.span.end < located.span.end:
            # The pieces were not written in this order: a value from elsewhere is between them.
            return located
        return located._replace(span=Span(located.span.start, end.span.end))

    def _index(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1)

    def _locate(self, index: int, span: Span) -> Located:
        """Return the part of a span that lies in one piece."""
        text, place = self._pieces[index]
        whole = place.within
        if whole is None or whole.end - whole.start != len(text):
            return place.locate()
        start = max(0, span.start - self._starts[index])
        end = min(len(text), span.end - self._starts[index])
        inner = Span(whole.start + start, whole.start + max(start, end))
        return place.document.locate(place.path, place.part, inner)


def embed(pieces: Sequence[Piece], format: Format = "json") -> EmbeddedDocument:  # noqa: A002
    """Parse a document that is assembled from pieces of other documents.

    Symbols in the pieces are kept. In JSON, a symbol outside a string (`${Number}`) is read as a
    string of its own.

    Raises:
        ValueError: there is no piece, and so no place.

    """
    if not pieces:
        raise ValueError("an embedded document needs at least one piece")
    return EmbeddedDocument(pieces, format)
