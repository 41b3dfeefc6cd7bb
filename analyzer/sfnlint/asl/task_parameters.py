"""What a Task passes to its service, as far as the definition shows it.

A value is a string in which every part that is known only at run time is one free symbol:
`States.Format('train-{}', $.id)` begins with `train-`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sfnlint.asl.machine import State
from sfnlint.place import Route
from sfnlint.symbol import Symbol, Symbols

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_.:-]+)\}")
_FORMAT = re.compile(r"\s*States\.Format\s*\(")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DEEPEST_CALL = 10
_JSONATA_QUOTES = "'\"`"
_NO_CONCATENATION = re.compile(r"[?:;=<>!~]|\b(?:and|or|in)\b")


class ParameterValue(NamedTuple):
    """One value of a parameter.

    Attributes:
        text: a string with marker characters for its open parts.
        path: the route to it in the definition.
        lost: whether it was lost on the way, so that it may not be there at all.

    """

    text: str
    path: Route
    may_be_absent: bool = False


class TaskParameters:
    """What a state passes.

    Args:
        state: the state.
        symbols: where the symbols of open parts are kept.
        within: the field that holds the parameters, where it is not the state itself: `ItemReader`.

    """

    def __init__(self, state: State, symbols: Symbols, within: str = "") -> None:
        self._state = state
        self._symbols = symbols
        self._jsonata = state.query_language == "JSONata"
        field, self._data = state.parameters
        self._path: Route = (*state.path, field)
        if within:
            holder = state.data.get(within)
            self._data = holder.get(field) if isinstance(holder, dict) else None
            self._path = (*state.path, within, field)

    def values(self, route: tuple[str, ...], default: str | None = None) -> list[ParameterValue]:
        """The values under a route of names.

        Args:
            route: names of parameters, the outermost first; `*` stands for every entry of a list.
                One that begins with `@` leads through the state's own fields instead.
            default: what it means when the last name of the route is not there.

        Returns:
            No value: the parameter is certainly not passed. What cannot be followed is one free
            value, at the place where it was lost.

        """
        name, data, path = route[0], self._data, self._path
        if name[0] == "@":
            own = (name[1:], *route[1:])
            return list(self._below(self._state.data, self._state.path, own, default))
        if data is None:
            # Without the field, the whole input is passed.
            return [ParameterValue(_free("$", self._symbols), (*path[:-1], "Resource"), True)]
        if len(route) == 1 and name != "*" and isinstance(data, dict):
            text = data.get(name)
            if isinstance(text, str) and "${" not in text and "{%" not in text:
                # Almost every one is such, so it is quick about it.
                return [ParameterValue(text, (*path, name))]
        return list(self._below(data, path, route, default))

    def _below(
        self, data: object, path: Route, route: tuple[str, ...], default: str | None
    ) -> Iterator[ParameterValue]:
        symbols, rest = self._symbols, route[1:]
        if isinstance(data, str):
            if route:
                yield ParameterValue(_free(data, symbols), path, True)
            elif self._jsonata and data.startswith("{%") and data.endswith("%}"):
                yield ParameterValue(_jsonata(data[2:-2], symbols), path)
            else:
                yield ParameterValue(mark_placeholders(data, symbols), path)
        elif not route:
            yield ParameterValue(_free("value", symbols), path)
        elif route[0] == "*":
            if isinstance(data, list):
                for index, entry in enumerate(data):
                    yield from self._below(entry, (*path, index), rest, default)
            else:
                yield ParameterValue(_free("value", symbols), path, True)
        elif isinstance(data, dict):
            name = route[0]
            if name in data:
                yield from self._below(data[name], (*path, name), rest, default)
            elif not self._jsonata and name + ".$" in data:
                expression = data[name + ".$"]
                text = expression if isinstance(expression, str) else "value"
                found = _free(text, symbols) if rest else _intrinsic(text, symbols)
                yield ParameterValue(found, (*path, name + ".$"), bool(rest))
            elif default is not None and not rest:
                yield ParameterValue(default, path)


def mark_placeholders(text: str, symbols: Symbols) -> str:
    """A constant string, its `${placeholders}` as open symbols.

    Placeholders are filled in before deployment, by substitutions or by a build tool.
    """
    if "${" not in text:
        return text
    return _PLACEHOLDER.sub(lambda match: symbols.mark(Symbol(match.group(1))), text)


def _free(text: str, symbols: Symbols) -> str:
    return symbols.mark(Symbol(text.strip(), "free"))


def _intrinsic(text: str, symbols: Symbols, depth: int = 0) -> str:
    """A JSONPath expression: only States.Format says anything about the text that comes out.

    https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
    """
    match = _FORMAT.match(text)
    if match is None or not text.rstrip().endswith(")") or depth > _DEEPEST_CALL:
        return _free(text, symbols)
    arguments = _split(text[match.end() : text.rindex(")")], ",", quotes="'")
    template = _quoted(arguments[0], "'")
    pieces = re.split(r"(?<!\\)\{\}", template or "")
    if template is None or len(pieces) != len(arguments):
        return _free(text, symbols)
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
    """A JSONata expression: a string, or strings and other things put together with `&`.

    https://docs.jsonata.org/other-operators
    """
    outside = "".join(character for _, character in _outside(text, _JSONATA_QUOTES))
    if _NO_CONCATENATION.search(outside):
        return _free(text, symbols)
    result = ""
    for part in _split(text, "&", _JSONATA_QUOTES):
        constant = _quoted(part, "'\"")
        # An escape other than of a quote or a backslash is rare in names: leave it open.
        if constant is None or re.search(r"\\[^\\'\"/]", constant):
            result += _free(part, symbols)
        else:
            result += _unescaped(constant, symbols)
    return result


def _quoted(text: str, quotes: str) -> str | None:
    """The inside of a text that is one quoted string, escapes and all."""
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
    """The characters that stand outside of quotes and brackets."""
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
