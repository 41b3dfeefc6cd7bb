"""DefinitionSubstitutions: what a template fills into a definition.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from sfnlint.inputs.cloudformation.intrinsics import intrinsic, substituted
from sfnlint.inputs.cloudformation.template import IN_SUB
from sfnlint.inputs.replacements import replace
from sfnlint.place import Document, Place, Route, Span
from sfnlint.source import DocumentView, EmbeddedDocument, Piece, TextDocument
from sfnlint.symbol import Symbol, Symbols

_SCALAR = re.compile(r"-?\d{1,18}(\.\d{1,18})?|true|false")
_NAME = re.compile(r"[A-Za-z0-9_]+")


def used(data: object) -> set[str]:
    """The names that stand in `${}` somewhere in the texts of a value."""
    return {match[2] for _, text in _texts(data) for match in IN_SUB.finditer(text)}


def undefined(data: object, known: Container[str]) -> Iterator[tuple[str, Route]]:
    """Placeholders of a definition that nothing fills in, each name once, with a path.

    Only texts that are nothing else, and ARNs: a longer text may be a script, with variables of
    its own. What a function makes of its arguments is not looked at.
    """
    told: set[str] = set()
    for path, text in _texts(data, functions=False):
        if not (text.startswith("arn:") or IN_SUB.fullmatch(text)):
            continue
        for match in IN_SUB.finditer(text):
            name = match[2]
            if not match[1] and name not in known and name not in told and _NAME.fullmatch(name):
                told.add(name)
                yield name, path


def _texts(data: object, *, functions: bool = True) -> list[tuple[Route, str]]:
    """The texts of a value, in their order; those in what YAML aliases share once.

    In an object or a list, only those that hold a `${`.
    """
    found: list[tuple[Route, str]] = []
    seen: set[int] = set()

    def look(one: object, path: Route) -> None:
        if isinstance(one, str):
            found.append((path, one))
        elif isinstance(one, (dict, list)) and id(one) not in seen:
            if not functions and intrinsic(one)[0]:
                return
            seen.add(id(one))
            for key, value in one.items() if isinstance(one, dict) else enumerate(one):
                if isinstance(value, (dict, list)) or (isinstance(value, str) and "${" in value):
                    look(value, (*path, key))

    look(data, ())
    return found


def substituted_pieces(pieces: Sequence[Piece], substitutions: Mapping[str, str]) -> list[Piece]:
    """Pieces of a definition with its DefinitionSubstitutions filled in."""
    filled: list[Piece] = []
    for piece in pieces:
        text, place = piece
        if "${" not in text:
            filled.append(piece)
            continue
        end = 0
        start = place.within.start if place.within else 0
        if place.within is None or place.within.end - place.within.start != len(text):
            filled.append(Piece(substituted(text, substitutions), place))
            continue
        for match in IN_SUB.finditer(text):
            if match[1] or match[2] not in substitutions:
                continue
            before = Span(start + end, start + match.start())
            filled.append(
                Piece(text[end : match.start()], Place(place.document, place.path, "value", before))
            )
            own = Span(start + match.start(), start + match.end())
            value = substitutions[match[2]]
            filled.append(Piece(value, Place(place.document, place.path, "value", own)))
            end = match.end()
        rest = Span(start + end, start + len(text))
        filled.append(Piece(text[end:], Place(place.document, place.path, "value", rest)))
    return filled


def filled(
    document: TextDocument, substitutions: Mapping[str, str], symbols: Symbols
) -> Document | EmbeddedDocument:
    """A definition with its DefinitionSubstitutions in it.

    Args:
        document: the file as it stands there.
        substitutions: what `${name}` stands for.
        symbols: where the symbols of other `${names}` are kept.

    Returns:
        A document with the data that will be deployed. One that could not be read, and cannot
        after substitution, is returned as it is.

    """
    if "${" not in document.text:
        return document
    if document.error is None:
        data = _Filling(substitutions, document.format == "yaml").value(document.data)
        return DocumentView(document, data, {})
    if document.format == "yaml":
        return document

    def text(name: str) -> str:
        value = substitutions.get(name)
        return symbols.mark(Symbol(name)) if value is None else value

    found = IN_SUB.finditer(document.text)
    texts = ((Span(*match.span()), text(match[2])) for match in found)
    whole = replace(document, texts)
    return document if whole.error is not None else whole


class _Filling:
    """Fills substitutions into data, each shared part of it once."""

    def __init__(self, substitutions: Mapping[str, str], bare: bool) -> None:
        self._substitutions = substitutions
        self._bare = bare
        self._known: dict[int, object] = {}

    def value(self, data: object) -> object:
        if isinstance(data, str):
            return self._text(data) if "${" in data else data
        if not isinstance(data, (dict, list)):
            return data
        if id(data) not in self._known:
            self._known[id(data)] = (
                {key: self.value(one) for key, one in data.items()}
                if isinstance(data, dict)
                else [self.value(one) for one in data]
            )
        return self._known[id(data)]

    def _text(self, text: str) -> object:
        result = IN_SUB.sub(
            lambda match: match[0] if match[1] else self._substitutions.get(match[2], match[0]),
            text,
        )
        match = IN_SUB.fullmatch(text)
        if self._bare and match and _SCALAR.fullmatch(result):
            # What stands there without quotes becomes a number or a boolean.
            return _scalar(result)
        return result


def _scalar(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return float(text) if "." in text else int(text)
