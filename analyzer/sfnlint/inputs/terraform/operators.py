"""Terraform's operators.

https://developer.hashicorp.com/terraform/language/expressions/operators
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    ScalarValue,
    StringValue,
    TerraformValue,
    is_null,
    literal,
)
from sfnlint.place import Place

LOGICAL = frozenset({"!", "&&", "||"})
"""The operators whose operands are conditions."""
_MAX_NUMBER = 10**15
"""Terraform's numbers are exact far beyond this, those of Python are not."""
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
}


def logical(operator: str, operands: Sequence[bool | None], place: Place) -> ScalarValue | None:
    """Return the result of a logical operator; None when it is not known.

    Args:
        operator: one of `LOGICAL`.
        operands: conditions; None for one that is not known.
        place: the operation.

    """
    if operator == "!":
        return None if operands[0] is None else ScalarValue(place, not operands[0])
    decisive = operator == "||"
    if decisive in operands:
        return ScalarValue(place, decisive)
    return None if None in operands else ScalarValue(place, not decisive)


def operation(
    operator: str, operands: Sequence[TerraformValue], place: Place
) -> ScalarValue | None:
    """Return the result of any other operator; None when it is not known."""
    if operator in ("==", "!="):
        equal = are_equal(*operands)
        return None if equal is None else ScalarValue(place, equal == (operator == "=="))
    scalars = [operand for operand in operands if isinstance(operand, ScalarValue)]
    numbers = [scalar.value for scalar in scalars if scalar.is_number]
    if len(numbers) != len(operands):
        return None
    return _arithmetic(operator, numbers, place)  # type: ignore[arg-type]


def are_equal(first: TerraformValue, second: TerraformValue) -> bool | None:
    """Return whether two values are equal; None when that is not known.

    Values of different types are not equal. Numbers are equal when their values are.
    https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators
    """
    if not all(isinstance(value, (ScalarValue, StringValue)) for value in (first, second)):
        types = {_type(value) for value in (first, second)}
        return False if len(types) == 2 and None not in types else None
    if is_null(first) or is_null(second):
        return is_null(first) and is_null(second)
    if _type(first) != _type(second):
        return False
    texts = literal(first), literal(second)
    return None if None in texts else texts[0] == texts[1]


def _type(value: TerraformValue) -> str | None:
    """Return the type of a value; None when it is not known."""
    if isinstance(value, StringValue):
        return "string"
    if isinstance(value, ScalarValue):
        return "number" if value.is_number else "bool"
    return "collection" if isinstance(value, (ListValue, ObjectValue)) else None


def _arithmetic(operator: str, numbers: Sequence[float], place: Place) -> ScalarValue | None:
    if any(abs(number) > _MAX_NUMBER for number in numbers):
        return None
    if len(numbers) == 1:
        return ScalarValue(place, -numbers[0]) if operator == "-" else None
    if operator in _COMPARISONS:
        return ScalarValue(place, _COMPARISONS[operator](*numbers))
    if operator not in _ARITHMETIC or any(isinstance(number, float) for number in numbers):
        # Terraform does not round decimal fractions as Python does.
        return None
    if operator in "/%" and (numbers[1] == 0 or (operator == "/" and numbers[0] % numbers[1])):
        return None
    return ScalarValue(place, _ARITHMETIC[operator](*numbers))
