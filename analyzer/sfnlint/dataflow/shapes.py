"""Shapes: what is certainly known of a JSON value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

Kind = Literal["string", "number", "boolean", "null", "object", "array"]

_TOKEN = lazy_pattern(r"_+\w*_+")
"""Matches names that programs replace before deployment: `__queue_url__`."""
_DEEPEST = 12
_MOST_FIELDS = 2000
_MOST_ITEMS = 200


class Unknown(NamedTuple):
    """Any value."""


class Scalar(NamedTuple):
    """A string, a number, a boolean or null.

    Attributes:
        kind: its type.
        value: the value; None if only the type is known.
        is_known: whether `value` is known.

    """

    kind: Literal["string", "number", "boolean", "null"]
    value: object = None
    is_known: bool = False


class Object(NamedTuple):
    """An object.

    Attributes:
        fields: the shapes of the fields that it has, or may have.
        optional: the names of the fields that it may lack.
        is_open: whether it may have other fields.

    """

    fields: Mapping[str, Shape]
    optional: frozenset[str] = frozenset()
    is_open: bool = False


class Array(NamedTuple):
    """An array.

    Attributes:
        items: the shapes of its items; None if their number is unknown.
        item: the shape of every item.

    """

    items: tuple[Shape, ...] | None
    item: Shape


Shape = Unknown | Scalar | Object | Array

UNKNOWN = Unknown()
STRING = Scalar("string")
NUMBER = Scalar("number")
BOOLEAN = Scalar("boolean")
NULL = Scalar("null", None, is_known=True)


def literal(data: object, depth: int = _DEEPEST) -> Shape:
    """Return the shape of a JSON value; parts that are filled in before deployment are unknown."""
    if isinstance(data, str):
        is_unknown = bool(UNRESOLVED.search(data) or _TOKEN.fullmatch(data))
        return UNKNOWN if is_unknown else Scalar("string", data, is_known=True)
    if data is None:
        return NULL
    if type(data) is bool:
        return Scalar("boolean", data, is_known=True)
    if type(data) in (int, float):
        return Scalar("number", data, is_known=True)
    if depth == 0:
        return UNKNOWN
    if isinstance(data, dict):
        if len(data) > _MOST_FIELDS:
            return UNKNOWN
        is_open = any(UNRESOLVED.search(key) or key.startswith("Fn::") for key in data)
        if is_open or data.keys() == {"Ref"}:
            return UNKNOWN
        fields = {key: literal(value, depth - 1) for key, value in data.items()}
        return Object(fields)
    if isinstance(data, list):
        if len(data) > _MOST_ITEMS:
            return Array(None, UNKNOWN)
        return array([literal(value, depth - 1) for value in data])
    return UNKNOWN


def array(items: Sequence[Shape]) -> Array:
    """Return an array of these items."""
    item: Shape = UNKNOWN
    if items:
        item = items[0]
        for other in items[1:]:
            item = join(item, other)
    return Array(tuple(items), item)


def kind_of(shape: Shape) -> Kind | None:
    """Return the type of a value; None if it is unknown."""
    if isinstance(shape, Scalar):
        return shape.kind
    if isinstance(shape, Object):
        return "object"
    return "array" if isinstance(shape, Array) else None


def join(first: Shape, second: Shape, depth: int = _DEEPEST) -> Shape:
    """Return a shape that has the values of both."""
    if first is second or first == second:
        return first
    if depth == 0:
        return UNKNOWN
    if isinstance(first, Scalar) and isinstance(second, Scalar) and first.kind == second.kind:
        return Scalar(first.kind)
    if isinstance(first, Object) and isinstance(second, Object):
        return _joined(first, second, depth)
    if isinstance(first, Array) and isinstance(second, Array):
        item = join(first.item, second.item, depth - 1)
        if first.items is None or second.items is None or len(first.items) != len(second.items):
            return Array(None, item)
        pairs = zip(first.items, second.items, strict=True)
        return Array(tuple([join(*pair, depth - 1) for pair in pairs]), item)
    return UNKNOWN


def _joined(first: Object, second: Object, depth: int) -> Object:
    fields: dict[str, Shape] = {}
    optional = set(first.optional | second.optional)
    for name in dict.fromkeys([*first.fields, *second.fields]):
        own, other = first.fields.get(name), second.fields.get(name)
        if own is not None and other is not None:
            fields[name] = join(own, other, depth - 1)
            continue
        # The one that lacks the field may have it with another value, if it is open.
        lacks = second if own is not None else first
        fields[name] = UNKNOWN if lacks.is_open else (own or other or UNKNOWN)
        optional.add(name)
    return Object(fields, frozenset(optional), first.is_open or second.is_open)


class Found(NamedTuple):
    """The result of following a path.

    Attributes:
        shape: the shape of the value.
        is_certain: whether the value certainly exists.

    """

    shape: Shape
    is_certain: bool


class Lost(NamedTuple):
    """A path that certainly leads nowhere.

    Attributes:
        depth: the number of steps before the one that leads nowhere.
        known: the names of the fields that exist there; None if there is no object.

    """

    depth: int
    known: tuple[str, ...] | None


def follow(shape: Shape, steps: Sequence[str | int]) -> Found | Lost:
    """Follow the steps of a path that selects one value.

    What AWS does with an index out of range is not documented, so it is unknown.
    """
    is_certain = True
    for depth, step in enumerate(steps):
        if isinstance(shape, Unknown):
            return Found(UNKNOWN, is_certain=False)
        if isinstance(step, int):
            if not isinstance(shape, Array):
                return Found(UNKNOWN, is_certain=False)
            if shape.items is None or not 0 <= step < len(shape.items):
                is_certain = False
                shape = shape.item if shape.items is None else UNKNOWN
            else:
                shape = shape.items[step]
            continue
        if isinstance(shape, Array):
            return Found(UNKNOWN, is_certain=False)
        if isinstance(shape, Scalar):
            return Lost(depth, None)
        if step not in shape.fields:
            if shape.is_open:
                return Found(UNKNOWN, is_certain=False)
            return Lost(depth, tuple(shape.fields))
        is_certain = is_certain and step not in shape.optional
        shape = shape.fields[step]
    return Found(shape, is_certain)


def inserted(shape: Shape, steps: Sequence[str | int], value: Shape) -> Shape:
    """Return a shape with a value at a path, as ResultPath writes it."""
    if not steps:
        return value
    first, *others = steps
    if not isinstance(first, str):
        return UNKNOWN
    if isinstance(shape, Unknown):
        # All other fields are unknown.
        return Object({first: inserted(UNKNOWN, others, value)}, is_open=True)
    if not isinstance(shape, Object):
        return UNKNOWN
    inner = shape.fields.get(first)
    if inner is None or first in shape.optional:
        inner = UNKNOWN if shape.is_open or inner is not None else Object({})
    fields = {**shape.fields, first: inserted(inner, others, value)}
    return Object(fields, shape.optional - {first}, shape.is_open)


def contains_marker(text: str) -> bool:
    """Whether a part of a string is filled in before deployment."""
    if text.isascii() and "${" not in text:
        return False
    return UNRESOLVED.search(text) is not None
