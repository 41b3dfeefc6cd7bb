"""Terraform's functions of lists, sets, maps and objects.

Each returns None where its result is not known; see `sfnlint.inputs.terraform.functions`.
https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, product

from sfnlint.inputs.terraform.number_functions import whole_number
from sfnlint.inputs.terraform.operators import are_equal
from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    Function,
    ListValue,
    ObjectValue,
    PartialList,
    RefusedError,
    ScalarValue,
    SetValue,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    as_string,
    collection_items,
    is_empty,
    is_null,
    literal,
    set_of,
    string_parts,
)
from sfnlint.place import Place


def _merge(place: Place, *objects: TerraformValue) -> TerraformValue | None:
    members: list[tuple[StringValue, TerraformValue]] = []
    for value in objects:
        if is_null(value):
            continue
        if not isinstance(value, ObjectValue):
            return None
        members += value.members
        if len(members) > MAX_ITEMS:
            raise ValueTooLargeError
    return ObjectValue(place, members)


def _concat(place: Place, *lists: TerraformValue) -> TerraformValue:
    return ListValue(place, collection_items(*lists))


def _flatten(place: Place, value: TerraformValue) -> TerraformValue | None:
    items: list[TerraformValue] = []
    for item in collection_items(value):
        if isinstance(item, UnknownValue):
            return None
        inside = _flatten(place, item) if isinstance(item, ListValue) else ListValue(place, [item])
        if not isinstance(inside, ListValue):
            return None
        items += inside.items
        if len(items) > MAX_ITEMS:
            raise ValueTooLargeError
    return ListValue(place, items)


def _texts(value: TerraformValue) -> list[str]:
    """Return the elements of a collection as strings.

    Raises:
        ValueError: one of them is not known, or is not a number, a boolean or a string.

    """
    texts = [literal(item) for item in collection_items(value)]
    known = [text for text in texts if text is not None]
    if len(known) != len(texts):
        raise ValueError("an element is not known")
    return known


def _distinct(place: Place, value: TerraformValue) -> TerraformValue:
    by_text: dict[str, TerraformValue] = {}
    for text, item in zip(_texts(value), collection_items(value), strict=True):
        by_text.setdefault(text, item)
    return ListValue(place, list(by_text.values()))


def _sort(place: Place, value: TerraformValue) -> TerraformValue:
    pairs = zip(_texts(value), map(as_string, collection_items(value)), strict=True)
    return ListValue(place, [item for _, item in sorted(pairs, key=lambda pair: pair[0])])


def _to_set(place: Place, value: TerraformValue) -> TerraformValue | None:
    return set_of(place, collection_items(value))


def _to_list(place: Place, value: TerraformValue) -> TerraformValue:
    return ListValue(value.place, value.items) if isinstance(value, SetValue) else value


def _set_operation(
    combine: Callable[[Mapping[str, TerraformValue], set[str]], set[str]],
) -> Function:
    """Return a function that combines each set with the next."""

    def combined(place: Place, first: TerraformValue, *rest: TerraformValue) -> SetValue | None:
        by_text = dict(zip(_texts(first), collection_items(first), strict=True))
        for value in rest:
            more = dict(zip(_texts(value), collection_items(value), strict=True))
            kept = combine(by_text, set(more))
            by_text = {text: item for text, item in (more | by_text).items() if text in kept}
        return set_of(place, list(by_text.values()))

    return combined


def _set_product(place: Place, *values: TerraformValue) -> TerraformValue:
    lists = [collection_items(value) for value in values]
    tuples = list(islice(product(*lists), MAX_ITEMS + 1))
    if len(tuples) * len(lists) > MAX_ITEMS:
        raise ValueTooLargeError
    return ListValue(place, [ListValue(place, list(items)) for items in tuples])


def _compact(place: Place, value: TerraformValue) -> TerraformValue | None:
    items = collection_items(value)
    emptiness = [is_empty(item) for item in items]
    if None in emptiness:
        return None
    kept = [item for item, empty in zip(items, emptiness, strict=True) if not empty]
    return ListValue(place, kept)


def _reverse(place: Place, value: TerraformValue) -> TerraformValue:
    return ListValue(place, collection_items(value)[::-1])


def _slice(
    place: Place, value: TerraformValue, start: TerraformValue, end: TerraformValue
) -> TerraformValue | None:
    items, first, last = collection_items(value), whole_number(start), whole_number(end)
    return ListValue(place, items[first:last]) if 0 <= first <= last <= len(items) else None


def _chunk_list(place: Place, value: TerraformValue, size: TerraformValue) -> TerraformValue | None:
    items, length = collection_items(value), whole_number(size)
    chunks = [items[start : start + length] for start in range(0, len(items), max(length, 1))]
    return ListValue(place, [ListValue(place, chunk) for chunk in chunks]) if length > 0 else None


def _contains(place: Place, value: TerraformValue, element: TerraformValue) -> ScalarValue | None:
    equalities = [are_equal(item, element) for item in collection_items(value)]
    if True in equalities:
        return ScalarValue(place, True)
    return None if None in equalities else ScalarValue(place, False)


def _index(place: Place, value: TerraformValue, element: TerraformValue) -> TerraformValue | None:
    for index, item in enumerate(collection_items(value)):
        equal = are_equal(item, element)
        if equal is None:
            return None
        if equal:
            return ScalarValue(place, index)
    raise RefusedError


def _length(place: Place, value: TerraformValue) -> TerraformValue | None:
    if isinstance(value, ListValue):
        return ScalarValue(place, len(collection_items(value)))
    if isinstance(value, StringValue):
        text = literal(value)
        # Terraform counts grapheme clusters.
        return ScalarValue(place, len(text)) if text is not None and text.isascii() else None
    members = value.sorted_members() if isinstance(value, ObjectValue) else None
    return None if members is None else ScalarValue(place, len(members))


def _keys(place: Place, value: TerraformValue) -> TerraformValue | None:
    members = value.sorted_members() if isinstance(value, ObjectValue) else None
    return None if members is None else ListValue(place, [key for key, _ in members])


def _values(place: Place, value: TerraformValue) -> TerraformValue | None:
    members = value.sorted_members() if isinstance(value, ObjectValue) else None
    return None if members is None else ListValue(place, [member for _, member in members])


def _lookup(
    place: Place, value: TerraformValue, key: TerraformValue, default: TerraformValue | None = None
) -> TerraformValue | None:
    name = literal(key)
    if not isinstance(value, ObjectValue) or name is None or value.sorted_members() is None:
        return None
    member = value.get(name) or default
    if member is None:
        raise RefusedError
    return member


def _element(place: Place, value: TerraformValue, index: TerraformValue) -> TerraformValue | None:
    items, at = collection_items(value), whole_number(index)
    if isinstance(value, SetValue):
        return None
    # A negative index counts from the end in newer versions; older versions refuse it.
    return items[at % len(items)] if items and at >= 0 else None


def _one(place: Place, value: TerraformValue) -> TerraformValue | None:
    items = collection_items(value)
    if not items:
        return ScalarValue(place, None)
    return items[0] if len(items) == 1 else None


def _coalesce(place: Place, *values: TerraformValue) -> TerraformValue | None:
    for value in values:
        empty = is_empty(value)
        if empty is None:
            return None
        if not empty:
            return value
    return None


def _coalesce_list(place: Place, *values: TerraformValue) -> TerraformValue | None:
    return next((value for value in values if collection_items(value)), None)


def _zip_map(place: Place, keys: TerraformValue, values: TerraformValue) -> TerraformValue | None:
    members: list[tuple[StringValue, TerraformValue]] = []
    for key, value in zip(collection_items(keys), collection_items(values), strict=True):
        parts = string_parts(key)
        if parts is None:
            return None
        members.append((StringValue(key.place, parts), value))
    return ObjectValue(place, members)


def _match_keys(
    place: Place, values: TerraformValue, keys: TerraformValue, wanted: TerraformValue
) -> TerraformValue:
    pairs = zip(_texts(keys), collection_items(values), strict=True)
    searched = set(_texts(wanted))
    return ListValue(place, [item for text, item in pairs if text in searched])


def _transpose(place: Place, value: TerraformValue) -> TerraformValue | None:
    members = value.sorted_members() if isinstance(value, ObjectValue) else None
    if members is None:
        return None
    by_text: dict[str, tuple[StringValue, list[TerraformValue]]] = {}
    for key, strings in members:
        for text, item in zip(_texts(strings), collection_items(strings), strict=True):
            name = StringValue(item.place, string_parts(item) or [])
            by_text.setdefault(text, (name, []))[1].append(key)
    return ObjectValue(place, [(name, ListValue(place, keys)) for name, keys in by_text.values()])


def _quantified(decisive: str) -> Function:
    """Return a function that returns whether all elements, or any of them, are true."""

    def quantified(place: Place, value: TerraformValue) -> ScalarValue | None:
        texts: Sequence[str | None] = [literal(item) for item in collection_items(value)]
        if decisive in texts:
            return ScalarValue(place, decisive == "true")
        return None if {*texts} - {"true", "false"} else ScalarValue(place, decisive != "true")

    return quantified


def union(
    place: Place, arguments: Sequence[TerraformValue], *, compact: bool = False
) -> PartialList:
    """Return the elements of lists, and of lists in them, in no order and with their unknown parts.

    Args:
        place: the place of the function call.
        arguments: the lists.
        compact: whether null and empty strings are left out.

    Raises:
        ValueTooLargeError: there are too many.

    """
    items: list[TerraformValue] = []
    waiting = list(arguments)
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, ListValue):
            waiting = [*value.items, *waiting]
        elif not (compact and is_empty(value)):
            items.append(value)
        if len(items) + len(waiting) > MAX_ITEMS:
            raise ValueTooLargeError
    return PartialList(place, items)


FUNCTIONS: Mapping[str, Function] = {
    "alltrue": _quantified("false"),
    "anytrue": _quantified("true"),
    "chunklist": _chunk_list,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "index": _index,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "matchkeys": _match_keys,
    "merge": _merge,
    "one": _one,
    "reverse": _reverse,
    "setintersection": _set_operation(lambda known, more: known.keys() & more),
    "setproduct": _set_product,
    "setsubtract": _set_operation(lambda known, more: known.keys() - more),
    "setunion": _set_operation(lambda known, more: known.keys() | more),
    "slice": _slice,
    "sort": _sort,
    "tolist": _to_list,
    "toset": _to_set,
    "transpose": _transpose,
    "values": _values,
    "zipmap": _zip_map,
}
