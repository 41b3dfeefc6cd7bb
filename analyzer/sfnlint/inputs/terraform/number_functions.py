"""Terraform's functions of numbers.

Each returns None where its result is not known; see `sfnlint.inputs.terraform.functions`.
https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    Function,
    ListValue,
    RefusedError,
    ScalarValue,
    TerraformValue,
    ValueTooLargeError,
    collection_items,
    is_null,
    literal,
)
from sfnlint.place import Place


def number_of(value: TerraformValue) -> float:
    """Return a number.

    Raises:
        ValueError: the value is not a known number.

    """
    text = literal(value)
    if text is None or text in ("true", "false") or len(text) > 20 or not text[-1:].isdecimal():
        raise ValueError("not a number")
    number = float(text)
    return int(number) if number.is_integer() else number


def whole_number(value: TerraformValue) -> int:
    """Return a whole number.

    Raises:
        ValueError: the value is not a known whole number.

    """
    number = number_of(value)
    if not isinstance(number, int):
        raise ValueError("not a whole number")
    return number


def _to_number(place: Place, value: TerraformValue) -> TerraformValue | None:
    if is_null(value):
        return value
    if isinstance(value, ScalarValue):
        return value if value.is_number else None
    if literal(value) is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", str(literal(value))):
        raise RefusedError
    return ScalarValue(place, number_of(value))


def _of_numbers(compute: Callable[..., float]) -> Function:
    """Return a function of numbers, all of which must be known."""

    def computed(place: Place, *values: TerraformValue) -> TerraformValue | None:
        return ScalarValue(place, compute(*map(number_of, values)))

    return computed


def _sum(place: Place, value: TerraformValue) -> TerraformValue | None:
    numbers = [whole_number(item) for item in collection_items(value)]
    return ScalarValue(place, sum(numbers)) if numbers else None


def _parse_int(place: Place, value: TerraformValue, base: TerraformValue) -> TerraformValue | None:
    text = literal(value)
    if text is None or len(text) > 15 or not re.fullmatch(r"-?[0-9A-Za-z]+", text):
        return None
    return ScalarValue(place, int(text, whole_number(base)))


def _range(place: Place, *values: TerraformValue) -> TerraformValue | None:
    """Return a list of numbers.

    https://developer.hashicorp.com/terraform/language/functions/range
    """
    numbers = list(map(whole_number, values))
    first, last = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
    step = numbers[2] if len(numbers) == 3 else (1 if first <= last else -1)
    result = range(first, last, step)
    if len(result) > MAX_ITEMS // 100:
        raise ValueTooLargeError
    return ListValue(place, [ScalarValue(place, number) for number in result])


FUNCTIONS: Mapping[str, Function] = {
    "abs": _of_numbers(abs),
    "ceil": _of_numbers(math.ceil),
    "floor": _of_numbers(math.floor),
    "max": _of_numbers(lambda *numbers: max(numbers)),
    "min": _of_numbers(lambda *numbers: min(numbers)),
    "parseint": _parse_int,
    "range": _range,
    "sum": _sum,
    "tonumber": _to_number,
}
