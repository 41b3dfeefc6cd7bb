"""Resolves the values of a template: intrinsic functions are run, unknown values become symbols.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Protocol

from sfnlint.inputs.cloudformation import list_functions, value_names
from sfnlint.inputs.cloudformation.conditions import ConditionValues
from sfnlint.inputs.cloudformation.dynamic_references import (
    mark_references,
    mark_references_in_pieces,
)
from sfnlint.inputs.cloudformation.resource_names import ResourceNames
from sfnlint.inputs.cloudformation.template import (
    SUB_VARIABLE,
    Template,
    function_call,
    is_macro_key,
)
from sfnlint.place import Place, Route, Span
from sfnlint.source import Piece
from sfnlint.symbol import MARKER, Symbol, Symbols

NO_VALUE = object()
"""The result of AWS::NoValue: the property is removed."""

_MAX_DEPTH = 40
"""How deeply functions may be nested, across resources that refer to each other."""
_LONGEST_STRING = 10_000
"""How long a value within a value may be: a template can double a string again and again."""
_LONGEST_RESULT = 4_000_000
_Part = tuple[str, Route, tuple[int, int] | None]
"""A part of a string, the route to where it is written, and its characters there."""


class CrossStackValues(Protocol):
    """Values of a template that other stacks provide; None where they provide none."""

    def parameter(self, name: str) -> str | None:
        """Return the value that the parent stack passes for a parameter."""

    def output(self, stack: str, name: str) -> str | None:
        """Return an output of a nested stack, by the stack's logical id."""

    def imported(self, export: str) -> str | None:
        """Return the value that another stack exports under this name."""


class Resolver:
    """Resolves values in one combination of the template's conditions.

    Args:
        template: the template.
        symbols: where the symbols of unknown values are kept.
        condition_values: the conditions whose value is known in this combination.
        cross_stack: the values that other stacks provide; none when None.

    Attributes:
        depth: how many functions the value that is being resolved is nested in.

    """

    def __init__(
        self,
        template: Template,
        symbols: Symbols,
        condition_values: ConditionValues,
        cross_stack: CrossStackValues | None = None,
    ) -> None:
        self.template = template
        self.symbols = symbols
        self.condition_values = condition_values
        self.cross_stack = cross_stack
        self.names = ResourceNames(template, symbols, self.string)
        self.depth = 0

    # Strings

    def string(self, data: object) -> str | None:
        """Return a value as a string with marker characters; None where there is no value."""
        if isinstance(data, str):
            return mark_references(data, self.symbols)
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, (int, float)):
            return str(data)
        if self.depth >= _MAX_DEPTH:
            return self.unknown(data)
        self.depth += 1
        string = self._call_result(data)
        self.depth -= 1
        return string

    def _call_result(self, data: object) -> str | None:
        function, argument = function_call(data)
        if function == "Fn::If":
            branch = self.if_branch(argument)
            return self.unknown(data) if branch is None else self.string(branch[1])
        if function == "Ref":
            if argument == "AWS::NoValue":
                return None
            return self.ref(argument) if isinstance(argument, str) else self.unknown(data)
        run = self._functions.get(function)
        result = run(self, argument) if run else None
        if result is None or len(result) > _LONGEST_STRING:
            return self.unknown(data)
        return mark_references(result, self.symbols)

    def ref(self, name: str) -> str:
        """Return the result of a Ref to this name."""
        if name in self.template.parameter_values:
            return self.template.parameter_values[name]
        value = self.names.ref(name)
        if value is None and self.cross_stack and name in self.template.string_parameters:
            value = self.cross_stack.parameter(name)
        return value or self._symbol(self.template.display_name(name))

    def get_att(self, name: str, attribute: str) -> str:
        """Return the result of an Fn::GetAtt of this resource and attribute."""
        value = self.names.get_att(name, attribute)
        if value is None and self.cross_stack and attribute.startswith("Outputs."):
            value = self.cross_stack.output(name, attribute.removeprefix("Outputs."))
        # SAM's Function.Alias and Function.Version are resources with such a logical id.
        return value or self.ref(f"{name}.{attribute}")

    def _symbol(self, name: str) -> str:
        return self.symbols.mark(Symbol(name))

    def unknown(self, data: object) -> str:
        """Return the symbol of a value that cannot be resolved: equal values, equal symbols."""
        name = value_names.identity(data)
        label = value_names.in_words(data)
        function, argument = function_call(data)
        # An import is the same in every template; other values are of this template.
        if function != "Fn::ImportValue" or not isinstance(argument, str):
            name = self.template.display_name(name)
            label = self.template.display_name(label)
        return self.symbols.mark(Symbol(name, label=label))

    # Functions: each returns a string, or None when the result is unknown.

    def _get_att(self, argument: object) -> str | None:
        name = attribute = None
        if isinstance(argument, str):
            name, _, attribute = argument.partition(".")
        elif isinstance(argument, list) and len(argument) == 2:
            name, attribute = argument
        if isinstance(name, str) and isinstance(attribute, str):
            return self.get_att(name, attribute)
        return None

    def _sub(self, argument: object) -> str | None:
        parts = self._sub_parts(argument, ())
        return None if parts is None else "".join([part[0] for part in parts])

    def _join(self, argument: object) -> str | None:
        parts = self._join_parts(argument, ())
        return None if parts is None else "".join([part[0] for part in parts])

    def _find_in_map(self, argument: object) -> str | None:
        value = list_functions.find_in_map(self, argument)
        is_unknown = value is None or isinstance(value, list)
        return None if is_unknown else self.string(value)

    def _base64(self, argument: object) -> str | None:
        string = self.string(argument)
        if string is None or MARKER.search(string):
            return None
        return b64encode(string.encode(errors="replace")).decode()

    def _to_json_string(self, argument: object) -> str | None:
        value, _ = self.resolve(argument, ())
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)

    def _import_value(self, argument: object) -> str | None:
        export = self.string(argument)
        return (
            self.cross_stack.imported(export) if self.cross_stack and export is not None else None
        )

    _functions: Mapping[str, Callable[[Resolver, object], str | None]] = {
        "Fn::GetAtt": _get_att,
        "Fn::Sub": _sub,
        "Fn::Join": _join,
        "Fn::FindInMap": _find_in_map,
        "Fn::Select": list_functions.select,
        "Fn::Length": list_functions.length,
        "Fn::Base64": _base64,
        "Fn::ToJsonString": _to_json_string,
        "Fn::ImportValue": _import_value,
    }

    # Strings in pieces, each with its place

    def pieces(self, data: object, route: Route) -> list[Piece] | None:
        """Return the pieces of a string, with their places; None when it cannot be resolved."""
        document = self.template.document
        parts = self._parts(data, route)
        if parts is None:
            return None
        pieces = [
            Piece(string, Place(document, at, "value", within and Span(*within)))
            for string, at, within in parts
        ]
        return mark_references_in_pieces(pieces, self.symbols)

    def _parts(self, data: object, route: Route) -> list[_Part] | None:
        if isinstance(data, str):
            return [(data, route, (0, len(data)))]
        if self.depth >= _MAX_DEPTH:
            return None
        self.depth += 1
        parts = self._parts_of_call(*function_call(data), route)
        self.depth -= 1
        return parts

    def _parts_of_call(self, function: str, argument: object, route: Route) -> list[_Part] | None:
        inner = (*route, function)
        if function == "Fn::Sub":
            return self._sub_parts(argument, inner)
        if function == "Fn::Join":
            return self._join_parts(argument, inner)
        if function == "Fn::If":
            branch = self.if_branch(argument)
            return None if branch is None else self._parts(branch[1], (*inner, branch[0]))
        return None

    def _sub_parts(self, argument: object, route: Route) -> list[_Part] | None:
        string, variables = argument, {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
            string, variables = argument
            route = (*route, 0)
        if not isinstance(string, str):
            return None
        parts: list[_Part] = []
        end = length = 0
        resolved: dict[str, str] = {}
        for match in SUB_VARIABLE.finditer(string):
            start = match.start()
            parts.append((string[end:start], route, (end, start)))
            name = match[2].strip()
            if match[1]:
                value = "${" + match[2] + "}"
            elif name in variables:
                if name not in resolved:
                    resolved[name] = self.string(variables[name]) or ""
                value = resolved[name]
            elif "." in name:
                value = self.get_att(*name.split(".", 1))
            else:
                value = self.ref(name)
            end = match.end()
            parts.append((value, route, (start, end)))
            length += len(value)
            if length > _LONGEST_RESULT:
                return None
        parts.append((string[end:], route, (end, len(string))))
        return parts

    def _join_parts(self, argument: object, route: Route) -> list[_Part] | None:
        if not isinstance(argument, list) or len(argument) != 2:
            return None
        delimiter, items = argument[0], list_functions.items(self, argument[1])
        if not isinstance(delimiter, str) or items is None:
            return None
        parts: list[_Part] = []
        for index, item in enumerate(items):
            at = (*route, 1, index)
            if index and delimiter:
                parts.append((delimiter, (*route, 0), (0, len(delimiter))))
            inner = self._parts(item, at) if isinstance(argument[1], list) else None
            if inner is None:
                inner = [(self.string(item) or "", at, None)]
            parts += inner
        return parts

    # Objects and lists

    def if_branch(self, argument: object) -> tuple[int, object] | None:
        """Return the index and the value of the branch that an Fn::If takes; None if unknown."""
        if not isinstance(argument, list) or len(argument) != 3:
            return None
        value = self.condition_values.get(argument[0]) if isinstance(argument[0], str) else None
        if value is None:
            return None
        index = 1 if value else 2
        return index, argument[index]

    def resolve(
        self, data: object, route: Route, substitutions: Mapping[str, str] | None = None
    ) -> tuple[object, dict[Route, Route]]:
        """Return a value with everything in it resolved, and the routes that changed.

        Args:
            data: the value.
            route: its route in the template.
            substitutions: the values of `${name}` in its strings.

        Returns:
            Plain data; and, by routes in it, the routes in the template where they differ.

        """
        values = _NestedValues(self, substitutions or {})
        result = values.value(data, route, ())
        return (None if result is NO_VALUE else result), values.moved


class _NestedValues:
    """Resolves everything in a value; see `Resolver.resolve`."""

    def __init__(self, resolver: Resolver, substitutions: Mapping[str, str]) -> None:
        self.moved: dict[Route, Route] = {}
        self._resolver = resolver
        self._substitutions = substitutions

    def value(self, data: object, route: Route, at: Route) -> object:
        """Return the value at `route` in the template, which is at `at` in the result."""
        if isinstance(data, str):
            return self._string(data) if "{" in data else data
        if isinstance(data, list):
            items: list[object] = []
            for index, item in enumerate(data):
                here = (*at, len(items))
                value = self.value(item, (*route, index), here)
                if value is NO_VALUE:
                    continue
                if len(items) != index:
                    self.moved.setdefault(here, (*route, index))
                items.append(value)
            return items
        if not isinstance(data, dict):
            return data
        if len(data) == 1 and function_call(data)[0]:
            return self._call_result(data, route, at)
        result: dict[str, object] = {}
        for key, item in data.items():
            if is_macro_key(key):
                # The other keys are only a part of the object.
                return self._resolver.unknown(data)
            if isinstance(item, str) and "{" not in item:
                result[key] = item
                continue
            value = self.value(item, (*route, key), (*at, key))
            if value is not NO_VALUE:
                result[key] = value
        return result

    def _call_result(self, data: object, route: Route, at: Route) -> object:
        """The result of a function; for an Fn::If, the branch with its place."""
        function, argument = function_call(data)
        if is_macro_key(function):
            return self._resolver.unknown(data)
        inner: Route = (*route, function)
        if function == "Fn::Split":
            elements = list_functions.split_elements(self._resolver, argument, inner)
            if elements is not None:
                return self._elements(elements, at)
        if function != "Fn::If":
            string = self._resolver.string(data)
            return NO_VALUE if string is None else self._string(string)
        branch = self._resolver.if_branch(argument)
        if branch is None:
            return self._resolver.unknown(data)
        self.moved[at] = inner = (*inner, branch[0])
        return self.value(branch[1], inner, at)

    def _elements(self, elements: list[tuple[object, Route]], at: Route) -> list[object]:
        result: list[object] = []
        for item, route in elements:
            here = (*at, len(result))
            value = self.value(item, route, here)
            if value is not NO_VALUE:
                self.moved.setdefault(here, route)
                result.append(value)
        return result

    def _string(self, string: str) -> str:
        return mark_references(substitute(string, self._substitutions), self._resolver.symbols)


def substitute(string: str, substitutions: Mapping[str, str]) -> str:
    """Return a string of a definition with its DefinitionSubstitutions filled in."""
    if not substitutions or "${" not in string:
        return string
    return SUB_VARIABLE.sub(lambda match: substitutions.get(match[2], match[0]), string)
