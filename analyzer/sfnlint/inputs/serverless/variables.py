"""Variables of the Serverless Framework: `${self:custom.queue}`, `${file(flow.yml):key, 'x'}`.

https://www.serverless.com/framework/docs/guides/variables
A value that the files show is inserted, with its place. Any other variable becomes a symbol: equal
variables, equal symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.source.composed_document import Origin
from sfnlint.symbol import MARKER, Symbol, Symbols

_BEGIN = lazy_pattern(r"\s*[A-Za-z][\w-]*(?:\(|:(?!:))")
"""Begins a variable. `${Queue.Arn}` and `${AWS::Region}` are variables of CloudFormation."""
_TERM = lazy_pattern(r"([A-Za-z][\w-]*)(?:\((.*)\))?(?::(.*))?", re.DOTALL)
_LITERAL = lazy_pattern(r"'([^']*)'|\"([^\"]*)\"|(-?\d{1,15})|(true|false)|(null)")
_PSEUDO_PARAMETER = lazy_pattern(r"#\{(AWS::\w+)\}")
"""As the plugin serverless-pseudo-parameters writes `${AWS::Region}`."""
_DEPLOYMENT = {
    "aws:accountId": "AWS::AccountId",
    "aws:region": "AWS::Region",
    "opt:region": "AWS::Region",
    "self:provider.region": "AWS::Region",
    "opt:stage": "opt:stage",
    "self:provider.stage": "opt:stage",
    "sls:stage": "opt:stage",
}
"""The variables of the Region, the account and the stage of a deployment, with their symbols.

Options of the command line take precedence over the stage and the Region in the file.
"""
_BRACE = lazy_pattern(r"[{}]")
_MAX_DEPTH = 40
"""How deeply variables may be nested, in the values of variables as well."""
_MAX_VARIABLES = 20_000
_LONGEST_VARIABLE = 2_000
_LONGEST_STRING = 100_000


class Value(NamedTuple):
    """A value as it is written.

    Attributes:
        data: the value, in which variables are not yet replaced.
        origin: where it is written.

    """

    data: object
    origin: Origin

    def child(self, step: str | int, data: object) -> Value:
        """Return a value in this object or list."""
        return Value(data, Origin(self.origin.document, (*self.origin.route, step)))


class VariablePart(NamedTuple):
    """A part of a string.

    Attributes:
        text: the characters; of a variable, those between its braces.
        is_variable: whether the part is a variable.

    """

    text: str
    is_variable: bool


class Files(Protocol):
    """The files that `${file(…)}` reads."""

    def read(self, name: str) -> Value | bool:
        """Return the content of a file; False when it does not exist, True when it is unknown."""


class Variables:
    """Replaces the variables of a service.

    Args:
        service: the content of its configuration file.
        files: the files that it may name.
        symbols: where the symbols of unknown values are kept.

    """

    def __init__(self, service: Value, files: Files, symbols: Symbols) -> None:
        self._service = service
        self._files = files
        self._symbols = symbols
        self._depth = 0
        self._left = _MAX_VARIABLES

    def value(self, value: Value) -> Value:
        """Return a value with the variables of its string replaced.

        A string that is one variable may become any other value, which may have variables itself.
        The values in an object or a list are not replaced.
        """
        if not isinstance(value.data, str):
            return value
        data = value.data
        if "#{" in data:
            data = _PSEUDO_PARAMETER.sub(lambda match: self._symbol(match[1]), data)
        if "${" not in data:
            return value._replace(data=data)
        parts = list(_parts(data))
        if len(parts) == 1:
            return self._variable(parts[0], value.origin)
        result = "".join(self._string(part, value.origin) for part in parts)
        if len(result) > _LONGEST_STRING:
            result = self._symbol(data)
        return value._replace(data=result)

    def _string(self, part: VariablePart, origin: Origin) -> str:
        if not part.is_variable:
            return part.text
        data = self._variable(part, origin).data
        if isinstance(data, bool):
            return str(data).lower()
        return str(data) if isinstance(data, (str, int, float)) else self._symbol(part.text)

    def _variable(self, part: VariablePart, origin: Origin) -> Value:
        """The value of a variable, or its symbol."""
        if not part.is_variable:
            return Value(part.text, origin)
        self._left -= 1
        if self._depth >= _MAX_DEPTH or self._left < 0:
            return Value(self._symbol(part.text), origin)
        self._depth += 1
        value = self._first_value(part.text, origin)
        self._depth -= 1
        return value or Value(self._symbol(part.text), origin)

    def _first_value(self, text: str, origin: Origin) -> Value | None:
        """The value of the first term that has one; None when that is unknown."""
        for term in _split(text):
            literal = _LITERAL.fullmatch(term)
            if literal is not None:
                return Value(_literal(literal), origin)
            result = self._term(term, origin)
            if isinstance(result, Value):
                return self.value(result)
            if result:
                return None
        return None

    def _term(self, term: str, origin: Origin) -> Value | bool:
        """The value of a term; False if there is none, True if it is unknown."""
        if "${" in term:
            resolved = self.value(Value(term, origin))
            if resolved.data != term and len(list(_parts(term))) == 1:
                return resolved
            term = str(resolved.data)
        if term in _DEPLOYMENT:
            return Value(self._symbol(_DEPLOYMENT[term]), origin)
        match = _TERM.fullmatch(term)
        if match is None or MARKER.search(term):
            return True
        source, parameters, address = match.groups()
        if source == "self":
            return self._at(self._service, address or "")
        if source == "file" and parameters is not None:
            content = self._files.read(parameters.strip())
            return self._at(content, address or "") if isinstance(content, Value) else content
        return True

    def _at(self, value: Value, address: str) -> Value | bool:
        """The value at an address such as `custom.queues.0`."""
        for step in address.split(".") if address else ():
            value = self.value(value)
            data = value.data
            if isinstance(data, dict) and step in data:
                value = value.child(step, data[step])
            elif isinstance(data, list) and step.isdecimal() and int(step[:9]) < len(data):
                value = value.child(int(step), data[int(step)])
            else:
                return isinstance(data, str) and MARKER.search(data) is not None
        return value

    def _symbol(self, text: str) -> str:
        name = " ".join(self._symbols.show(text).split())
        first = next(_split(name), "")
        name = _DEPLOYMENT.get(first, name)
        return self._symbols.mark(Symbol(name))


def _parts(string: str) -> Iterator[VariablePart]:
    """The variables of a string, and what is between them."""
    start = end = 0
    while (at := string.find("${", end)) >= 0:
        end = at + 2
        close = _closing_brace(string, end) if _BEGIN.match(string, end) else None
        if close is not None:
            if at > start:
                yield VariablePart(string[start:at], False)
            yield VariablePart(string[end:close], True)
            start = end = close + 1
    if start < len(string):
        yield VariablePart(string[start:], False)


def _closing_brace(string: str, start: int) -> int | None:
    depth = 1
    for match in _BRACE.finditer(string, start, start + _LONGEST_VARIABLE):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return None


def _split(text: str) -> Iterator[str]:
    """The terms of a variable: what is between its commas, outside of quotes and brackets."""
    depth = start = 0
    quote = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth == 0:
            yield text[start:index].strip()
            start = index + 1
    yield text[start:].strip()


def _literal(match: re.Match[str]) -> object:
    single, double, number, boolean, _ = match.groups()
    if number is not None:
        return int(number)
    if boolean is not None:
        return boolean == "true"
    return single if single is not None else double
