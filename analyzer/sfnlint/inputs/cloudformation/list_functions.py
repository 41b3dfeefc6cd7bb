"""Intrinsic functions of lists: Fn::Split, Fn::Select, Fn::Length, Fn::FindInMap.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sfnlint.inputs.cloudformation.template import Template, function_call
from sfnlint.place import Route
from sfnlint.symbol import MARKER, Symbol, Symbols

_NOT_IN_NAMES = ":/|,; "
"""Delimiters that are in no name that CloudFormation generates, and in no identifier of AWS."""
_NOT_IN_VALUES = {
    "AWS::Partition": ":/|,;. _",
    "AWS::Region": ":/|,;. _",
    "AWS::AccountId": ":/|,;. _-",
    "AWS::StackName": ":/|,;. _",
    "AWS::URLSuffix": ":/|,; _-",
}
"""Delimiters that the value of a pseudo parameter never contains.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""


class ValueResolver(Protocol):
    """Resolves the values in a list: see `sfnlint.inputs.cloudformation.intrinsics.Resolver`."""

    @property
    def template(self) -> Template:
        """The template of the values."""

    @property
    def symbols(self) -> Symbols:
        """The symbols of unknown values."""

    def string(self, data: object) -> str | None:
        """Return a value as a string; None where there is no value."""

    def if_branch(self, argument: object) -> tuple[int, object] | None:
        """Return the index and the value of the branch that an Fn::If takes; None if unknown."""


def items(resolver: ValueResolver, data: object) -> list[object] | None:
    """Return the items of a list, themselves not yet resolved; None when they are unknown."""
    if isinstance(data, list):
        return data
    function, argument = function_call(data)
    if function == "Fn::If":
        branch = resolver.if_branch(argument)
        return None if branch is None else items(resolver, branch[1])
    if function == "Fn::FindInMap":
        value = find_in_map(resolver, argument)
        return value if isinstance(value, list) else None
    parts, complete = _split(resolver, argument) if function == "Fn::Split" else ([], False)
    return [*parts] if complete else None


def _split(resolver: ValueResolver, argument: object) -> tuple[list[str], bool]:
    """The first parts of an Fn::Split that are known, and whether these are all its parts.

    The value of a symbol may contain the delimiter as well, unless its kind rules that out.
    """
    if not isinstance(argument, list) or len(argument) != 2:
        return [], False
    delimiter, string = argument[0], resolver.string(argument[1])
    if not isinstance(delimiter, str) or not delimiter or string is None:
        return [], False
    parts = string.split(delimiter)
    is_reference = isinstance(argument[1], dict) and argument[1].keys() & {"Ref", "Fn::GetAtt"}
    if delimiter == ":" and is_reference and string.startswith("arn:"):
        # No resource name in an ARN has a colon.
        return parts, True
    for index, part in enumerate(parts):
        for symbol in resolver.symbols.split(part):
            if isinstance(symbol, Symbol) and delimiter not in _NOT_IN_VALUES.get(
                symbol.name, _NOT_IN_NAMES if symbol.kind == "generated" else ""
            ):
                return parts[:index], False
    return parts, True


def split_elements(
    resolver: ValueResolver, argument: object, route: Route
) -> list[tuple[object, Route]] | None:
    """Return the elements of an Fn::Split, not yet resolved, each with its route.

    If it splits what an Fn::Join with the same delimiter joins, an unknown element may stand for
    several.

    Args:
        resolver: resolves the values in the list.
        argument: the argument of the function.
        route: its route in the template.

    Returns:
        The elements; None when they are unknown.

    """
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    delimiter, value = argument
    inner = (*route, 1)
    joined = _joined(value)
    if isinstance(delimiter, str) and delimiter and joined and joined[0] == delimiter:
        return _joined_elements(resolver, delimiter, value, inner)
    parts, complete = _split(resolver, argument)
    return [(part, inner) for part in parts] if complete else None


def _joined(value: object) -> list[Any] | None:
    """The delimiter and the list of an Fn::Join of a list; None for other values."""
    function, argument = function_call(value)
    if function != "Fn::Join" or not isinstance(argument, list) or len(argument) != 2:
        return None
    return argument if isinstance(argument[1], list) else None


def _joined_elements(
    resolver: ValueResolver, delimiter: str, value: object, route: Route
) -> list[tuple[object, Route]]:
    joined = _joined(value)
    if joined is not None and joined[0] == delimiter:
        inner = (*route, "Fn::Join", 1)
        return [
            element
            for index, item in enumerate(joined[1])
            for element in _joined_elements(resolver, delimiter, item, (*inner, index))
        ]
    string = resolver.string(value)
    if string is None or MARKER.search(string):
        return [(value, route)]
    return [(part, route) for part in string.split(delimiter)]


def select(resolver: ValueResolver, argument: object) -> str | None:
    """Return the result of Fn::Select; None when it is unknown."""
    if not isinstance(argument, list) or len(argument) != 2:
        return None
    function, inner = function_call(argument[1])
    values: Sequence[object] | None = (
        _split(resolver, inner)[0] if function == "Fn::Split" else items(resolver, argument[1])
    )
    index = str(argument[0])
    if values is None or not (index.isascii() and index.isdigit()) or len(index) > 9:
        return None
    return resolver.string(values[int(index)]) if int(index) < len(values) else None


def length(resolver: ValueResolver, argument: object) -> str | None:
    """Return the result of Fn::Length; None when it is unknown."""
    values = items(resolver, argument)
    return None if values is None else str(len(values))


def find_in_map(resolver: ValueResolver, argument: object) -> object:
    """Return the result of Fn::FindInMap, not yet resolved; None when it is unknown."""
    if not isinstance(argument, list) or len(argument) < 3:
        return None
    value: object = resolver.template.mappings
    keys = [resolver.string(key) for key in argument[:3]]
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and key else None
    if value is None and all(key and not MARKER.search(key) for key in keys):
        options = argument[3] if len(argument) == 4 else None
        return options.get("DefaultValue") if isinstance(options, dict) else None
    return value
