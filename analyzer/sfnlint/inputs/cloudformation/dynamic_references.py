"""Dynamic references, `{{resolve:…}}`: values that CloudFormation looks up when it deploys.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
Each becomes a symbol; equal references become equal symbols.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place, Span
from sfnlint.source import Piece
from sfnlint.symbol import Symbol, Symbols

MARK = "{{resolve:"
_REFERENCE = lazy_pattern(r"\{\{(resolve:[^{}]*)\}\}")


def mark_references(string: str, symbols: Symbols) -> str:
    """Return a string with the marker character of a symbol for every dynamic reference."""
    if MARK not in string:
        return string
    return _REFERENCE.sub(lambda match: _mark(match, symbols), string)


def mark_references_in_pieces(pieces: list[Piece], symbols: Symbols) -> list[Piece]:
    """Do the same for a string in pieces; a reference may extend over several of them."""
    string = "".join(piece.text for piece in pieces)
    if MARK not in string:
        return pieces
    starts = [0, *accumulate(len(piece.text) for piece in pieces)]
    result: list[Piece] = []
    end = 0
    for match in _REFERENCE.finditer(string):
        result += _slice(pieces, starts, end, match.start())
        place = next(_slice(pieces, starts, *match.span())).place
        result.append(Piece(_mark(match, symbols), place))
        end = match.end()
    return [*result, *_slice(pieces, starts, end, len(string))]


def _mark(match: re.Match[str], symbols: Symbols) -> str:
    return symbols.mark(Symbol(symbols.show(match[1])))


def _slice(pieces: Sequence[Piece], starts: Sequence[int], start: int, end: int) -> Iterator[Piece]:
    """The pieces of a slice of the string that the pieces make, with their places."""
    for index in range(bisect_right(starts, start) - 1, len(pieces)):
        text, place = pieces[index]
        first, last = max(start - starts[index], 0), min(end - starts[index], len(text))
        if last <= 0:
            return
        within = place.within
        if within is not None and within.end - within.start == len(text):
            within = Span(within.start + first, within.start + last)
            place = Place(place.document, place.path, "value", within)
        yield Piece(text[first:last], place)
