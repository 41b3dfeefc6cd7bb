"""References: the values that attributes and indices of a value lead to.

https://developer.hashicorp.com/terraform/language/expressions/references
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    PartialList,
    RefusedError,
    RefusedValue,
    ResourceValue,
    SetValue,
    TerraformValue,
    UnknownValue,
    is_null,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place

Step = str | int | None
"""A step of a reference: an attribute or key, an index, or None where it is not known."""
_INDEX = lazy_pattern(r"[0-9]{1,9}")
_IDENTIFIER = lazy_pattern(r"[A-Za-z_][\w-]*")


def follow(value: TerraformValue, steps: Sequence[Step], place: Place) -> TerraformValue | None:
    """Return the value that steps lead to from a value; None when it is not known.

    Args:
        value: the value.
        steps: the attributes and indices that follow it.
        place: the reference.

    Raises:
        RefusedError: the value does not have them.

    """
    for index, step in enumerate(steps):
        inner = None
        if isinstance(value, RefusedValue) or is_null(value):
            raise RefusedError
        if isinstance(value, ObjectValue) and step is not None:
            inner = value.get(str(step))
            if inner is None and value.sorted_members() is not None:
                raise RefusedError
        elif isinstance(value, ListValue):
            inner = _item(value, step)
        elif isinstance(value, ResourceValue):
            inner = value.attribute(step) if isinstance(step, str) else None
        elif isinstance(value, UnknownValue) and set(value.reference) == {"Ref"}:
            rest = "".join(_written(later) for later in steps[index:])
            reference = {"Ref": f"{value.reference['Ref']}{rest}"}
            known = None not in steps[index:]
            return UnknownValue(place, reference) if known else None
        if inner is None:
            return None
        value = inner
    if isinstance(value, UnknownValue) and not isinstance(value, ResourceValue):
        return replace(value, place=place)
    return value


def _item(value: ListValue, step: Step) -> TerraformValue | None:
    """Return an element of a list by its index; None for a set.

    A negative index is an error, never an element from the end.
    https://developer.hashicorp.com/terraform/language/expressions/types#indices-and-attributes

    Raises:
        RefusedError: it is outside of the list.

    """
    if isinstance(step, str) and _INDEX.fullmatch(step):
        step = int(step)
    if isinstance(value, (SetValue, PartialList)) or not isinstance(step, int):
        return None
    if not 0 <= step < len(value.items):
        raise RefusedError
    return value.items[step]


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step is None or _IDENTIFIER.fullmatch(step) else f'["{step}"]'
