"""The parameters that a Task passes to its service, as far as the definition shows them.

A value is a string in which each part that is known only at run time is one free symbol: the value
of `States.Format('train-{}', $.id)` starts with `train-`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sfnlint.asl.machine import State
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route
from sfnlint.symbol import Symbol, Symbols

_PLACEHOLDER = lazy_pattern(r"\$\{((?:[^{}$]|\$(?!\{)|\$\{[^{}]{1,300}\}){1,300})\}")
"""A variable of the Serverless Framework may be in another: `${self:custom.${opt:stage}}`."""
_FORMAT = lazy_pattern(r"\s*States\.Format\s*\(")
_ESCAPE = lazy_pattern(r"\\(.)", re.DOTALL)
_MAX_CALL_DEPTH = 10
_MAX_NUMBER_BITS = 64
_CONSTANT = re.compile(r"[^{}$]+")
"""Matches a string without placeholders and expressions."""
_TAG_KEYS = ("Key", "key")
_TAG_VALUES = ("Value", "value")
_JSONATA_QUOTES = "'\"`"
_NO_CONCATENATION = lazy_pattern(r"[?:;=<>!~]|\b(?:and|or|in)\b")


class ParameterValue(NamedTuple):
    """A value of a parameter.

    Attributes:
        text: the value, with marker characters for its unknown parts.
        path: the path in the definition of the value, or of the expression that returns it.
        may_be_absent: whether it is a part of an unknown value, which may not have that part.

    """

    text: str
    path: Route
    may_be_absent: bool = False


class Tags(NamedTuple):
    """The tags in a parameter.

    Attributes:
        values: the values of the tags by their keys, with marker characters for unknown parts.
        is_complete: whether there are no other tags.

    """

    values: Mapping[str, str]
    is_complete: bool


class TaskParameters:
    """The parameters of a state.

    Args:
        state: the state.
        symbols: the symbols of the definition; symbols for unknown parts are added to it.
        within: the field of the state that contains the parameters, as in `ItemReader`; empty for
            the state itself.

    """

    def __init__(self, state: State, symbols: Symbols, within: str = "") -> None:
        self._state = state
        self._symbols = symbols
        self._jsonata = state.query_language == "JSONata"
        field, self._data = state.parameters
        self._path: Route = (*state.path, field)
        if within:
            container = state.data.get(within)
            self._data = container.get(field) if isinstance(container, dict) else None
            self._path = (*state.path, within, field)

    def values(self, route: tuple[str, ...], default: str | None = None) -> list[ParameterValue]:
        """The values of a parameter.

        Args:
            route: the parameter's name, preceded by the names of the objects around it; `*` is
                every item of a list, `#` every key of an object. If the first name starts with
                `@`, the route leads through the state's own fields instead.
            default: the value if the last name of the route is missing.

        Returns:
            The values; none if the parameter is certainly not passed. If the route leads into a
            part that is known only at run time, one free symbol at that part's path.

        """
        name, data, path = route[0], self._data, self._path
        if name[0] == "@":
            own = (name[1:], *route[1:])
            return list(self._follow(self._state.data, self._state.path, own, default))
        if data is None:
            # A Task without the field passes its whole input.
            return [ParameterValue(_unknown("$", self._symbols), (*path[:-1], "Resource"), True)]
        if len(route) == 1 and name != "*" and isinstance(data, dict):
            text = data.get(name)
            if isinstance(text, str) and "${" not in text and "{%" not in text:
                # Most values are constants at the top level: _follow takes longer.
                return [ParameterValue(text, (*path, name))]
        return list(self._follow(data, path, route, default))

    def tags(self, name: str) -> Tags | None:
        """The tags in a parameter; None if they are only known at run time.

        A parameter that is not passed has none.
        """
        if not isinstance(self._data, dict) or name + ".$" in self._data:
            return None
        data = self._data.get(name, [])
        path = (*self._path, name)
        tags: dict[str, str] = {}
        pairs: list[tuple[object, list[ParameterValue]]] = []
        if isinstance(data, dict):
            names = [key if self._jsonata else key.removesuffix(".$") for key in data]
            pairs = [(key, list(self._follow(data, path, (key,), None))) for key in names]
        elif isinstance(data, list):
            pairs = [self._tag(tag, (*path, index)) for index, tag in enumerate(data)]
        else:
            return None
        for key, values in pairs:
            if isinstance(key, str) and _CONSTANT.fullmatch(key):
                tags.update((key, value.text) for value in values)
        return Tags(tags, len(tags) == len(pairs))

    def _tag(self, tag: object, path: Route) -> tuple[object, list[ParameterValue]]:
        """The key of a tag in a list, and its value."""
        data = tag if isinstance(tag, dict) else {}
        key = next((data[field] for field in _TAG_KEYS if field in data), None)
        values = (
            value for field in _TAG_VALUES for value in self._follow(data, path, (field,), None)
        )
        return key, list(values)

    def _follow(
        self, data: object, path: Route, route: tuple[str, ...], default: str | None
    ) -> Iterator[ParameterValue]:
        symbols, rest = self._symbols, route[1:]
        if isinstance(data, str):
            if route:
                yield ParameterValue(_unknown(data, symbols), path, True)
            elif self._jsonata and data.startswith("{%") and data.endswith("%}"):
                yield ParameterValue(_jsonata(data[2:-2], symbols), path)
            else:
                yield ParameterValue(mark_placeholders(data, symbols), path)
        elif not route:
            yield ParameterValue(_scalar(data) or _unknown("value", symbols), path)
        elif route[0] == "*":
            yield from self._items(data, path, rest, default)
        elif route[0] == "#":
            yield from self._keys(data, path)
        elif isinstance(data, dict):
            name = route[0]
            if name in data:
                yield from self._follow(data[name], (*path, name), rest, default)
            elif not self._jsonata and name + ".$" in data:
                expression = data[name + ".$"]
                text = expression if isinstance(expression, str) else "value"
                value = _unknown(text, symbols) if rest else _intrinsic(text, symbols)
                yield ParameterValue(value, (*path, name + ".$"), bool(rest))
            elif default is not None and not rest:
                yield ParameterValue(default, path)

    def _items(
        self, data: object, path: Route, route: tuple[str, ...], default: str | None
    ) -> Iterator[ParameterValue]:
        if isinstance(data, list):
            for index, entry in enumerate(data):
                yield from self._follow(entry, (*path, index), route, default)
        else:
            yield ParameterValue(_unknown("value", self._symbols), path, True)

    def _keys(self, data: object, path: Route) -> Iterator[ParameterValue]:
        for name in data if isinstance(data, dict) else ():
            key = name if self._jsonata else name.removesuffix(".$")
            yield ParameterValue(mark_placeholders(key, self._symbols), (*path, name))


def mark_placeholders(text: str, symbols: Symbols) -> str:
    """Replace the `${placeholders}` of a string by fixed symbols.

    Placeholders are filled in before deployment, by substitutions or by a build tool.
    """
    if "${" not in text:
        return text
    return _PLACEHOLDER.sub(lambda match: symbols.mark(Symbol(match.group(1))), text)


def _scalar(data: object) -> str | None:
    """A boolean or a whole number as a request contains it; None for another value."""
    if isinstance(data, bool):
        return "true" if data else "false"
    is_number = isinstance(data, int) and data.bit_length() <= _MAX_NUMBER_BITS
    return str(data) if is_number else None


def _unknown(text: str, symbols: Symbols) -> str:
    return symbols.mark(Symbol(text.strip(), "free"))


def _intrinsic(text: str, symbols: Symbols, depth: int = 0) -> str:
    """The value of a path or an intrinsic function: only States.Format tells parts of it.

    https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
    """
    match = _FORMAT.match(text)
    if match is None or not text.rstrip().endswith(")") or depth > _MAX_CALL_DEPTH:
        return _unknown(text, symbols)
    arguments = _split(text[match.end() : text.rindex(")")], ",", quotes="'")
    template = _quoted(arguments[0], "'")
    pieces = re.split(r"(?<!\\)\{\}", template or "")
    if template is None or len(pieces) != len(arguments):
        return _unknown(text, symbols)
    result = _unescaped(pieces[0], symbols)
    for argument, piece in zip(arguments[1:], pieces[1:], strict=True):
        constant = _quoted(argument, "'")
        if constant is None:
            result += _intrinsic(argument.strip(), symbols, depth + 1)
        else:
            result += _unescaped(constant, symbols)
        result += _unescaped(piece, symbols)
    return result


def _jsonata(text: str, symbols: Symbols) -> str:
    """The value of a JSONata expression: string literals and unknown parts, joined by `&`.

    https://docs.jsonata.org/other-operators
    """
    outside = "".join(character for _, character in _outside(text, _JSONATA_QUOTES))
    if _NO_CONCATENATION.search(outside):
        return _unknown(text, symbols)
    result = ""
    for part in _split(text, "&", _JSONATA_QUOTES):
        constant = _quoted(part, "'\"")
        # Escapes other than of quotes and backslashes are rare in names and not decoded here.
        if constant is None or re.search(r"\\[^\\'\"/]", constant):
            result += _unknown(part, symbols)
        else:
            result += _unescaped(constant, symbols)
    return result


def _quoted(text: str, quotes: str) -> str | None:
    """The content of a string literal, with its escapes; None if it is not a single literal."""
    text = text.strip()
    if len(text) < 2 or text[0] not in quotes or text[-1] != text[0]:
        return None
    return text[1:-1]


def _unescaped(text: str, symbols: Symbols) -> str:
    return mark_placeholders(_ESCAPE.sub(r"\1", text), symbols)


def _split(text: str, separator: str, quotes: str) -> list[str]:
    cuts = [index for index, character in _outside(text, quotes) if character == separator]
    starts, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _outside(text: str, quotes: str) -> Iterator[tuple[int, str]]:
    """The characters outside quotes and brackets, with their positions."""
    depth, quote, escaped = 0, "", False
    for index, character in enumerate(text):
        if quote:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == quote:
                quote = ""
        elif character in quotes:
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0:
            yield index, character
