"""`jsondecode` and `yamldecode`: the value that a string holds, with the place of each element.

https://developer.hashicorp.com/terraform/language/functions/yamldecode
"""

from __future__ import annotations

import json

from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    ListValue,
    ObjectValue,
    ScalarValue,
    StringPart,
    StringValue,
    TemplateReference,
    TerraformValue,
    ValueTooLargeError,
    place_at,
)
from sfnlint.place import Format, Place, PlacePart, Route, Span
from sfnlint.source import AmbiguousBoolean, EmbeddedDocument, Piece, embed
from sfnlint.symbol import MARKER, Symbol, Symbols


def decoded(string: StringValue, format: Format) -> TerraformValue | None:  # noqa: A002
    """Return the value that a string holds; None when the string cannot be parsed.

    Raises:
        ValueTooLargeError: the value has too many elements.

    """
    if string.decoded is not None:
        return string.decoded
    symbols = Symbols()
    references: dict[str, TemplateReference] = {}
    pieces: list[Piece] = []
    for part in string.parts:
        text = part.text
        if not isinstance(text, str):
            text = symbols.mark(Symbol(json.dumps(part.text)))
            references[text] = part.text  # type: ignore[assignment]
        pieces.append(Piece(text, part.place))
    document = embed(pieces, format) if pieces else None
    if document is None or document.error is not None or document.problems:
        return None
    return _Decoder(document, references).value(document.data, ())


class _Decoder:
    def __init__(
        self, document: EmbeddedDocument, references: dict[str, TemplateReference]
    ) -> None:
        self._document = document
        self._references = references
        self._left = MAX_ITEMS

    def value(self, data: object, path: Route) -> TerraformValue | None:
        # YAML aliases can multiply a value without bound.
        self._left -= 1
        if self._left < 0:
            raise ValueTooLargeError
        place = self._place(path)
        if isinstance(data, AmbiguousBoolean):
            return None
        if isinstance(data, str):
            return StringValue(place, self._parts(data, path, "value"))
        if isinstance(data, list):
            items = [self.value(item, (*path, index)) for index, item in enumerate(data)]
            return None if None in items else ListValue(place, items)  # type: ignore[arg-type]
        if not isinstance(data, dict):
            return ScalarValue(place, data)  # type: ignore[arg-type]
        members: list[tuple[StringValue, TerraformValue]] = []
        for key, item in data.items():
            inside = (*path, key)
            member = self.value(item, inside)
            if member is None:
                return None
            name = StringValue(self._place(inside, "key"), self._parts(key, inside, "key"))
            members.append((name, member))
        return ObjectValue(place, members)

    def _parts(self, text: str, path: Route, part: PlacePart) -> list[StringPart]:
        """Return a string as its parts, references among them."""
        parts: list[StringPart] = []
        end = 0
        for match in MARKER.finditer(text):
            parts += self._characters(text, end, match.start(), path, part)
            place = self._place(path, part, Span(*match.span()))
            parts.append(StringPart(self._references[match.group()], place))
            end = match.end()
        return [*parts, *self._characters(text, end, len(text), path, part)]

    def _characters(
        self, text: str, start: int, end: int, path: Route, part: PlacePart
    ) -> list[StringPart]:
        if start == end:
            return []
        return [StringPart(text[start:end], self._place(path, part, Span(start, end)))]

    def _place(self, path: Route, part: PlacePart = "value", within: Span | None = None) -> Place:
        located = self._document.locate(path, part, within)
        return place_at(located.root, *located.span)
