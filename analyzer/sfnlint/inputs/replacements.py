"""Documents whose text is read with some of its characters replaced, such as placeholders."""

from __future__ import annotations

from collections.abc import Iterable

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place, Span
from sfnlint.source import EmbeddedDocument, Piece, TextDocument, embed
from sfnlint.source.document import ParsedText
from sfnlint.symbol import Symbol, Symbols

_PLACEHOLDER = lazy_pattern(r"\$\{([\w.:-]+)\}")


def replace(document: ParsedText, replacements: Iterable[tuple[Span, str]]) -> EmbeddedDocument:
    """Return the document with parts of its text replaced; places still lead to the original.

    Args:
        document: the document.
        replacements: the replaced characters, in their order, each with the new string.

    """
    pieces: list[Piece] = []
    end = 0
    for span, string in replacements:
        pieces.append(_unchanged(document, end, span.start))
        pieces.append(Piece(string, Place(document, (), "text", span)))
        end = span.end
    pieces.append(_unchanged(document, end, len(document.text)))
    return embed(pieces, document.format)


def fill_placeholders(document: TextDocument, symbols: Symbols) -> EmbeddedDocument | None:
    """Return a JSON document with a symbol for every `${placeholder}`; None if that is not JSON.

    A definition that a template fills in may have a placeholder where JSON has a number.
    """
    if document.format == "yaml" or "${" not in document.text:
        return None
    matches = _PLACEHOLDER.finditer(document.text)
    filled = replace(
        document, ((Span(*match.span()), symbols.mark(Symbol(match[1]))) for match in matches)
    )
    return filled if filled.error is None else None


def _unchanged(document: ParsedText, start: int, end: int) -> Piece:
    return Piece(document.text[start:end], Place(document, (), "text", Span(start, end)))
