"""DefinitionSubstitutions: the values that a template fills into a definition's `${name}`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from sfnlint.inputs.cloudformation.intrinsics import substitute
from sfnlint.inputs.cloudformation.template import SUB_VARIABLE, function_call
from sfnlint.inputs.replacements import replace
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Document, Place, Route, Span
from sfnlint.source import DocumentView, EmbeddedDocument, Piece, TextDocument
from sfnlint.symbol import Symbol, Symbols

_SCALAR = lazy_pattern(r"-?\d{1,18}(\.\d{1,18})?|true|false")
_NAME = lazy_pattern(r"[A-Za-z0-9_]+")


def used_names(data: object) -> set[str]:
    """Return the names in the `${}` of all strings of a value."""
    return {match[2] for _, string in _strings(data) for match in SUB_VARIABLE.finditer(string)}


def undefined_names(data: object, defined: Container[str]) -> Iterator[tuple[str, Route]]:
    """Yield the placeholders of a definition that are not defined, each name once with a route.

    Only placeholders that are a whole string, or part of an ARN: a longer string may be a script
    with variables of its own. The arguments of intrinsic functions are left out.
    """
    reported: set[str] = set()
    for route, string in _strings(data, functions=False):
        if not (string.startswith("arn:") or SUB_VARIABLE.fullmatch(string)):
            continue
        for match in SUB_VARIABLE.finditer(string):
            name = match[2]
            if (
                not match[1]
                and name not in defined
                and name not in reported
                and _NAME.fullmatch(name)
            ):
                reported.add(name)
                yield name, route


def _strings(data: object, *, functions: bool = True) -> list[tuple[Route, str]]:
    """The strings of a value in their order, with their routes; shared YAML aliases once.

    In objects and lists, only strings that contain `${`.
    """
    result: list[tuple[Route, str]] = []
    # By identity: aliases within aliases would otherwise be visited exponentially often.
    seen: set[int] = set()

    def visit(value: object, route: Route) -> None:
        if isinstance(value, str):
            result.append((route, value))
        elif isinstance(value, (dict, list)) and id(value) not in seen:
            if not functions and function_call(value)[0]:
                return
            seen.add(id(value))
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(item, (dict, list)) or (isinstance(item, str) and "${" in item):
                    visit(item, (*route, key))

    visit(data, ())
    return result


def substitute_in_pieces(pieces: Sequence[Piece], substitutions: Mapping[str, str]) -> list[Piece]:
    """Return the pieces of a definition with its DefinitionSubstitutions filled in."""
    result: list[Piece] = []
    for piece in pieces:
        text, place = piece
        if "${" not in text:
            result.append(piece)
            continue
        end = 0
        start = place.within.start if place.within else 0
        if place.within is None or place.within.end - place.within.start != len(text):
            result.append(Piece(substitute(text, substitutions), place))
            continue
        for match in SUB_VARIABLE.finditer(text):
            if match[1] or match[2] not in substitutions:
                continue
            before = Span(start + end, start + match.start())
            result.append(
                Piece(text[end : match.start()], Place(place.document, place.path, "value", before))
            )
            placeholder = Span(start + match.start(), start + match.end())
            value = substitutions[match[2]]
            result.append(Piece(value, Place(place.document, place.path, "value", placeholder)))
            end = match.end()
        rest = Span(start + end, start + len(text))
        result.append(Piece(text[end:], Place(place.document, place.path, "value", rest)))
    return result


def substitute_in_file(
    document: TextDocument, substitutions: Mapping[str, str], symbols: Symbols
) -> Document | EmbeddedDocument:
    """Return the definition of a file with its DefinitionSubstitutions filled in.

    Args:
        document: the file.
        substitutions: the values of `${name}`.
        symbols: where the symbols of other names are kept.

    Returns:
        A document with the data that will be deployed; the file itself when it cannot be parsed
        even after the substitution.

    """
    if "${" not in document.text:
        return document
    if document.error is None:
        data = _Substitution(substitutions, document.format == "yaml").value(document.data)
        return DocumentView(document, data, {})
    if document.format == "yaml":
        return document

    def value(name: str) -> str:
        substitution = substitutions.get(name)
        return symbols.mark(Symbol(name)) if substitution is None else substitution

    matches = SUB_VARIABLE.finditer(document.text)
    substituted = replace(document, ((Span(*match.span()), value(match[2])) for match in matches))
    return document if substituted.error is not None else substituted


class _Substitution:
    """Fills substitutions into data; a part that YAML aliases share, once."""

    def __init__(self, substitutions: Mapping[str, str], unquoted: bool) -> None:
        self._substitutions = substitutions
        self._unquoted = unquoted
        # By identity: aliases within aliases would otherwise be visited exponentially often.
        self._results: dict[int, object] = {}

    def value(self, data: object) -> object:
        if isinstance(data, str):
            return self._string(data) if "${" in data else data
        if not isinstance(data, (dict, list)):
            return data
        if id(data) not in self._results:
            self._results[id(data)] = (
                {key: self.value(item) for key, item in data.items()}
                if isinstance(data, dict)
                else [self.value(item) for item in data]
            )
        return self._results[id(data)]

    def _string(self, string: str) -> object:
        result = SUB_VARIABLE.sub(
            lambda match: match[0] if match[1] else self._substitutions.get(match[2], match[0]),
            string,
        )
        if self._unquoted and SUB_VARIABLE.fullmatch(string) and _SCALAR.fullmatch(result):
            # Without quotes in the file, the result is a number or a boolean.
            return _scalar(result)
        return result


def _scalar(string: str) -> object:
    if string in ("true", "false"):
        return string == "true"
    return float(string) if "." in string else int(string)
