"""Values of a Terraform configuration, each with its place, and what stays open as references.

A reference is written as a template writes it (`{"Ref": "var.bucket"}`), so that what is put
together here is read as a template.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sfnlint.place import Document, Located, Place, PlacePart, Route, Span

TemplateReference = Mapping[str, Any]

MAX_STRING_LENGTH = 4_000_000
"""How long a text may become: configurations can double a text again and again."""
MAX_ITEMS = 100_000
"""How many values a text or a list may be made of."""


class StringPart(NamedTuple):
    """A part of a text.

    Attributes:
        text: characters, or a reference to what they will be.
        place: where they are written; as long as they are, character for character.

    """

    text: str | TemplateReference
    place: Place


@dataclass(slots=True)
class TerraformValue:
    """A value.

    Attributes:
        place: where it is written.

    """

    place: Place


@dataclass(slots=True)
class UnknownValue(TerraformValue):
    """A value that the files do not show.

    Attributes:
        reference: what it is.
        is_text: whether it is a text for certain.

    """

    reference: TemplateReference
    is_text: bool = False


@dataclass(slots=True)
class ResourceValue(UnknownValue):
    """A resource or a module: its attributes are known one by one."""

    attribute: Callable[[str], TerraformValue | None] = lambda name: None


@dataclass(slots=True)
class ScalarValue(TerraformValue):
    """A number, a boolean or null."""

    value: float | bool | None


@dataclass(slots=True)
class StringValue(TerraformValue):
    """A text.

    Attributes:
        parts: what it is put together from.
        decoded: the value of which it is the JSON, where it was made as such.

    """

    parts: list[StringPart]
    decoded: TerraformValue | None = None


@dataclass(slots=True)
class ListValue(TerraformValue):
    """A list, a tuple or a set."""

    items: list[TerraformValue] = field(default_factory=list)


@dataclass(slots=True)
class ObjectValue(TerraformValue):
    """An object or a map; of equal names, the last one counts."""

    members: list[tuple[StringValue, TerraformValue]] = field(default_factory=list)
    _by_name: dict[str | None, TerraformValue] | None = None

    def get(self, name: str) -> TerraformValue | None:
        """The member of this name."""
        if self._by_name is None:
            self._by_name = {literal(key): one for key, one in self.members}
        return self._by_name.get(name)


class ValueTooLargeError(Exception):
    """A text or a list becomes longer than any that AWS takes."""


def limited(parts: list[StringPart], written: int = 0) -> list[StringPart]:
    """The parts of a text, if they are not too many.

    Args:
        parts: the parts.
        written: how many of them stand in a file, which is not larger than that.

    Raises:
        TooLongError: they are.

    """
    if (
        len(parts) > MAX_ITEMS + written
        or sum(len(part.text) for part in parts) > MAX_STRING_LENGTH
    ):
        raise ValueTooLargeError
    return parts


def _span_of(place: Place) -> Span:
    """The characters of a place in a text."""
    return place.within or Span(0, 0)


def _is_exact(part: StringPart) -> bool:
    """Whether a part is written character by character."""
    start, end = _span_of(part.place)
    return isinstance(part.text, str) and end - start == len(part.text)


def string_of(text: str, place: Place) -> StringValue:
    """Characters that are written nowhere as a text."""
    return StringValue(place, [StringPart(text, place)])


def object_of(members: Mapping[str, TerraformValue], place: Place) -> ObjectValue:
    """An object that is written nowhere as one."""
    return ObjectValue(place, [(string_of(name, place), one) for name, one in members.items()])


def literal(value: TerraformValue | None) -> str | None:
    """A value as a text, if nothing of it is open."""
    if isinstance(value, StringValue):
        texts = [part.text for part in value.parts if isinstance(part.text, str)]
        return "".join(texts) if len(texts) == len(value.parts) else None
    if isinstance(value, ScalarValue) and value.value is not None:
        return written(value.value)
    return None


def written(value: float | bool) -> str:
    """A number or a boolean as a text."""
    return json.dumps(value)


def string_parts(value: TerraformValue) -> list[StringPart] | None:
    """A value as the parts of a text; None when it is none."""
    if isinstance(value, StringValue):
        return value.parts
    if isinstance(value, ScalarValue):
        return None if value.value is None else [StringPart(written(value.value), value.place)]
    return [StringPart(value.reference, value.place)] if isinstance(value, UnknownValue) else None


def key_value_pairs(value: TerraformValue) -> list[tuple[TerraformValue, TerraformValue]] | None:
    """The members of a collection with their names or positions; None when not known."""
    if isinstance(value, ListValue):
        return [(ScalarValue(one.place, index), one) for index, one in enumerate(value.items)]
    return list(value.members) if isinstance(value, ObjectValue) else None


def json_parts(value: TerraformValue) -> list[StringPart]:
    """The JSON of a value, each part of it with its place.

    Raises:
        TooLongError: it is too long.

    """
    found: list[StringPart] = []
    for part in _encoded(value):
        found.append(part)
        if len(found) > MAX_ITEMS:
            raise ValueTooLargeError
    return found


def _encoded(value: TerraformValue) -> Iterator[StringPart]:
    start, end = _span_of(value.place)
    document = value.place.document
    first, last = place_at(document, start, start), place_at(document, end, end)
    if isinstance(value, UnknownValue) and value.is_text:
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
            yield from _encoded(item)
        yield StringPart("]", last)
    elif isinstance(value, ObjectValue):
        yield StringPart("{", first)
        for index, (key, member) in enumerate(_once(value)):
            name = literal(key)
            before = "," if index else ""
            whole = None if name is None else _name(f"{before}{_json(name)}:", key.place)
            if whole is not None:
                yield whole
            else:
                yield StringPart(before, first)
                yield from _quoted(key)
                yield StringPart(":", key.place)
            yield from _encoded(member)
        yield StringPart("}", last)


def _once(value: ObjectValue) -> Iterable[tuple[StringValue, TerraformValue]]:
    """The members of an object; of equal names the last one, where the first one stood."""
    members: dict[object, tuple[StringValue, TerraformValue]] = {}
    for key, member in value.members:
        name = literal(key)
        members[id(key) if name is None else name] = key, member
    return members.values()


def _name(text: str, place: Place) -> StringPart | None:
    """A key as one part; None where it would look as if it were written so."""
    part = StringPart(text, place)
    return None if _is_exact(part) else part


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _quoted(text: StringValue) -> Iterator[StringPart]:
    start, end = _span_of(text.place)
    if len(text.parts) == 1 and _is_exact(text.parts[0]):
        [(inside, place)] = text.parts
        is_written = _span_of(place) == (start + 1, end - 1)
        if (
            is_written
            and place.document is text.place.document
            and _json(str(inside))[1:-1] == inside
        ):
            # With its quotes it is written character by character as well.
            yield StringPart(f'"{inside}"', text.place)
            return
    yield StringPart('"', place_at(text.place.document, start, start))
    for part in text.parts:
        if not isinstance(part.text, str):
            yield part
            continue
        inside = _json(part.text)[1:-1]
        if inside == part.text or not _is_exact(part):
            yield StringPart(inside, part.place)
            continue
        at = _span_of(part.place).start
        for index, character in enumerate(part.text):
            place = place_at(part.place.document, at + index, at + index + 1)
            yield StringPart(_json(character)[1:-1], place)
    yield StringPart('"', place_at(text.place.document, end, end))


class ValuePlace(NamedTuple):
    """Where a value of the template is written.

    Attributes:
        whole: all of it, with quotes.
        text: its characters, where they are written one by one.
        path: what to call it in the file.

    """

    whole: Place
    text: Place | None = None
    path: Route = ()


class PlacedTemplate:
    """A template that stands in no file: each of its values has a place elsewhere.

    Attributes:
        file: what to call it.
        data: the template.

    """

    def __init__(self, file: str, data: object, places: Mapping[Route, ValuePlace]) -> None:
        self.file = file
        self.data = data
        self._places = places

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of a file; see `sfnlint.place.Document`."""
        for length in range(len(path), -1, -1):
            where = self._places.get(path[:length])
            if where is not None:
                break
        else:
            raise ValueError("a template has a place")
        place = where.whole
        if within is not None and where.text is not None and length == len(path):
            start, end = _span_of(where.text)
            first, last = (min(start + at, end) for at in within)
            place = place_at(where.text.document, first, last)
        return place.locate()._replace(path=where.path)


def shown(
    value: TerraformValue, at: Route, places: dict[Route, ValuePlace], named: Route
) -> object:
    """A value as a template has it.

    Args:
        value: the value.
        at: its path there.
        places: where the places of that path, and of those below it, are put.
        named: what to call it.

    """
    places[at] = ValuePlace(value.place, None, named)
    if isinstance(value, UnknownValue):
        return value.reference
    if isinstance(value, ScalarValue):
        return value.value
    if isinstance(value, ListValue):
        return [
            shown(item, (*at, index), places, (*named, index))
            for index, item in enumerate(value.items)
        ]
    if not isinstance(value, StringValue):
        return None
    if len(value.parts) == 1 and isinstance(value.parts[0].text, str):
        places[at] = _where(value.parts[0], value.place, named)
        return value.parts[0].text
    for index, part in enumerate(value.parts):
        places[(*at, "Fn::Join", 1, index)] = _where(part, part.place, named)
    return {"Fn::Join": ["", [part.text for part in value.parts]]} if value.parts else ""


def _where(part: StringPart, whole: Place, named: Route) -> ValuePlace:
    return ValuePlace(whole, part.place if _is_exact(part) else None, named)


def place_at(document: Document, start: int, end: int) -> Place:
    """Some characters of a document."""
    return Place(document, (), "text", Span(start, end))
