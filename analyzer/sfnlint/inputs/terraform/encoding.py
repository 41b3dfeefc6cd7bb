"""`jsonencode`: the JSON of a value, with the place of each of its parts.

https://developer.hashicorp.com/terraform/language/functions/jsonencode
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    ListValue,
    ObjectValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    is_verbatim,
    literal,
    place_at,
    span_of,
)
from sfnlint.place import Place


def json_parts(value: TerraformValue) -> list[StringPart]:
    """Return the JSON of a value, as the parts of a string.

    Raises:
        ValueTooLargeError: it has too many parts.

    """
    parts: list[StringPart] = []
    for part in _json(value):
        parts.append(part)
        if len(parts) > MAX_ITEMS:
            raise ValueTooLargeError
    return parts


def _json(value: TerraformValue) -> Iterator[StringPart]:
    start, end = span_of(value.place)
    document = value.place.document
    first, last = place_at(document, start, start), place_at(document, end, end)
    if isinstance(value, UnknownValue) and value.is_string:
        yield from _quoted(StringValue(value.place, [StringPart(value.reference, value.place)]))
    elif isinstance(value, UnknownValue):
        yield StringPart(value.reference, value.place)
    elif isinstance(value, ScalarValue):
        yield StringPart(json.dumps(value.value), value.place)
    elif isinstance(value, StringValue):
        yield from _quoted(value)
    elif isinstance(value, ListValue):
        yield StringPart("[", first)
        for index, item in enumerate(value.items):
            if index:
                yield StringPart(",", first)
            yield from _json(item)
        yield StringPart("]", last)
    elif isinstance(value, ObjectValue):
        yield StringPart("{", first)
        for index, (key, member) in enumerate(_distinct_members(value)):
            name = literal(key)
            comma = "," if index else ""
            whole = None if name is None else _key(f"{comma}{_escaped(name)}:", key.place)
            if whole is not None:
                yield whole
            else:
                yield StringPart(comma, first)
                yield from _quoted(key)
                yield StringPart(":", key.place)
            yield from _json(member)
        yield StringPart("}", last)


def _distinct_members(value: ObjectValue) -> Iterable[tuple[StringValue, TerraformValue]]:
    """Return the members in the order in which they are written, the last of equal keys only."""
    members: dict[str | int, tuple[StringValue, TerraformValue]] = {}
    for index, (key, member) in enumerate(value.members):
        name = literal(key)
        members[index if name is None else name] = key, member
    return members.values()


def _key(text: str, place: Place) -> StringPart | None:
    """Return a key with its punctuation as one part; None where it would look verbatim."""
    part = StringPart(text, place)
    return None if is_verbatim(part) else part


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _quoted(string: StringValue) -> Iterator[StringPart]:
    start, end = span_of(string.place)
    if len(string.parts) == 1 and is_verbatim(string.parts[0]):
        [(inside, place)] = string.parts
        is_between_quotes = span_of(place) == (start + 1, end - 1)
        if (
            is_between_quotes
            and place.document is string.place.document
            and _escaped(str(inside))[1:-1] == inside
        ):
            # The file holds the string with its quotes character by character as well.
            yield StringPart(f'"{inside}"', string.place)
            return
    yield StringPart('"', place_at(string.place.document, start, start))
    for part in string.parts:
        if not isinstance(part.text, str):
            yield part
            continue
        inside = _escaped(part.text)[1:-1]
        if inside == part.text or not is_verbatim(part):
            yield StringPart(inside, part.place)
            continue
        at = span_of(part.place).start
        for index, character in enumerate(part.text):
            place = place_at(part.place.document, at + index, at + index + 1)
            yield StringPart(_escaped(character)[1:-1], place)
    yield StringPart('"', place_at(string.place.document, end, end))
