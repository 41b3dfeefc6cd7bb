"""Evaluation of the conditions of Choice states in JSONPath.

https://states-language.net/spec.html#choice-state. A comparison with a value of another type is
false; a path that selects nothing fails, except with IsPresent.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from sfnlint.asl.jsonpath import JsonPath, parse_path
from sfnlint.dataflow.problems import FlowProblem
from sfnlint.dataflow.reading import Reader, described
from sfnlint.dataflow.shapes import (
    Kind,
    Lost,
    Scalar,
    Shape,
    contains_marker,
    follow,
    kind_of,
)
from sfnlint.messages import shortened
from sfnlint.place import Route

_TYPES: Mapping[str, Kind] = {
    "String": "string",
    "Numeric": "number",
    "Boolean": "boolean",
    "Timestamp": "string",
}
_COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,  # type: ignore[dict-item]
    "LessThanEquals": operator.le,  # type: ignore[dict-item]
    "GreaterThan": operator.gt,  # type: ignore[dict-item]
    "GreaterThanEquals": operator.ge,  # type: ignore[dict-item]
}
_TESTS: Mapping[str, Kind] = {
    "IsString": "string",
    "IsNumeric": "number",
    "IsBoolean": "boolean",
    "IsNull": "null",
}
_DEEPEST = 20


def evaluate(
    rule: object, data: Shape, reader: Reader, path: Route, depth: int = _DEEPEST
) -> bool | None:
    """Return whether a condition is certainly true or certainly false; None if that is unknown.

    Raises:
        CertainFailureError: its evaluation certainly fails.

    """
    if not isinstance(rule, dict) or depth == 0:
        return None
    for name, decisive in (("And", False), ("Or", True)):
        operands = rule.get(name)
        if isinstance(operands, list):
            results = []
            for index, operand in enumerate(operands):
                result = evaluate(operand, data, reader, (*path, name, index), depth - 1)
                if result is decisive:
                    return decisive
                results.append(result)
            return None if None in results else not decisive
    if "Not" in rule:
        result = evaluate(rule["Not"], data, reader, (*path, "Not"), depth - 1)
        return None if result is None else not result
    return _compare(rule, data, reader, path)


def _compare(rule: Mapping[str, object], data: Shape, reader: Reader, path: Route) -> bool | None:
    variable = rule.get("Variable")
    if not isinstance(variable, str) or contains_marker(variable):
        return None
    if "IsPresent" in rule:
        return _is_present(variable, rule["IsPresent"], data, reader)
    shape = reader.path(variable, data, (*path, "Variable"))
    name = next((name for name in rule if name not in ("Variable", "Next", "Comment")), "")
    if name.endswith("Path"):
        other = rule[name]
        if isinstance(other, str):
            reader.path(other, data, (*path, name))
        return None
    if name in _TESTS:
        kind = kind_of(shape)
        if kind is None or type(rule[name]) is not bool:
            return None
        return (kind == _TESTS[name]) is rule[name]
    return _compare_constant(name, rule, shape, reader, path)


def _is_present(variable: str, wanted: object, data: Shape, reader: Reader) -> bool | None:
    parsed = parse_path(variable)
    if not isinstance(parsed, JsonPath) or parsed.ambiguous_step or type(wanted) is not bool:
        return None
    result = follow(reader.root(parsed, data), parsed.steps)
    if isinstance(result, Lost):
        return not wanted
    return wanted if result.is_certain and parsed.root == "input" else None


def _compare_constant(
    name: str, rule: Mapping[str, object], shape: Shape, reader: Reader, path: Route
) -> bool | None:
    kind = next((kind for start, kind in _TYPES.items() if name.startswith(start)), None)
    actual = kind_of(shape)
    constant = rule.get(name)
    if kind is None or actual is None or (isinstance(constant, str) and contains_marker(constant)):
        return None
    if actual != kind:
        message = (
            f"{name} is never true: '{shortened(str(rule['Variable']))}' is {described(shape)}"
        )
        reader.problems.append(
            FlowProblem("never-true", message, reader.state, (*path, "Variable"))
        )
        return False
    comparison = _COMPARISONS.get(name.removeprefix("String").removeprefix("Numeric"))
    if name == "BooleanEquals":
        comparison = operator.eq
    is_known = isinstance(shape, Scalar) and shape.is_known
    if comparison is None or not is_known or kind_of_constant(constant) != kind:
        return None
    return comparison(shape.value if isinstance(shape, Scalar) else None, constant)


def kind_of_constant(constant: object) -> Kind | None:
    """Return the type of a constant; None for a list or an object."""
    if type(constant) is bool:
        return "boolean"
    if type(constant) in (int, float):
        return "number"
    return "string" if isinstance(constant, str) else None
