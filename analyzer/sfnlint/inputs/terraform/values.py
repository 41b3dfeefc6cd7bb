"""Values of Terraform expressions, each with the place where it is written.

A value that the files do not show is a reference in CloudFormation's form, `{"Ref": "var.name"}`,
because the CloudFormation reader reads the resources as a template.
Types: https://developer.hashicorp.com/terraform/language/expressions/types
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document, Place, Span

TemplateReference = Mapping[str, Any]

MAX_STRING_LENGTH = 4_000_000
"""The length of the longest string: a configuration can double a string again and again."""
MAX_ITEMS = 100_000
"""The number of parts of a string, or of elements of a collection."""


class StringPart(NamedTuple):
    """A part of a string.

    Attributes:
        text: the characters, or a reference to a value that is not known.
        place: where they are written. It is as long as `text` where the file holds exactly these
            characters.

    """

    text: str | TemplateReference
    place: Place


@dataclass(slots=True)
class TerraformValue:
    """The value of an expression.

    Attributes:
        place: where it is written.

    """

    place: Place


@dataclass(slots=True)
class UnknownValue(TerraformValue):
    """A value that the files do not show.

    Attributes:
        reference: identifies it; two values with equal references are equal.
        is_string: whether it is certainly a string.

    """

    reference: TemplateReference
    is_string: bool = False


class Question(NamedTuple):
    """A yes-no question that the files do not answer.

    Attributes:
        name: a condition, as messages write it: `var.env == "prod"`.
        subject: the unknown value that is compared, or the condition itself.
        literal: the string that it is compared with.

    """

    name: str
    subject: str
    literal: str = "true"

    def condition(self) -> Mapping[str, Any]:
        """Return the condition of a CloudFormation template that asks this."""
        return {"Fn::Equals": [{"Ref": self.subject}, self.literal]}


@dataclass(slots=True)
class UnknownCondition(UnknownValue):
    """The result of a comparison that the files do not show.

    Attributes:
        question: whether the condition holds, or another condition that decides it.
        answer: the answer to the question that makes the condition true.

    """

    question: Question = field(default_factory=lambda: Question("", ""))
    answer: bool = True


@dataclass(slots=True)
class RefusedValue(UnknownValue):
    """The value of an expression that Terraform certainly refuses."""


@dataclass(slots=True)
class ResourceValue(UnknownValue):
    """A resource, data source or module.

    Attributes:
        attribute: returns the value of an attribute; None when it is not known.

    """

    attribute: Callable[[str], TerraformValue | None] = lambda name: None


@dataclass(slots=True)
class ScalarValue(TerraformValue):
    """A number, a boolean or null.

    Terraform has one type of number: 1.0 is 1.
    """

    value: float | bool | None

    def __post_init__(self) -> None:
        if isinstance(self.value, float) and self.value.is_integer():
            self.value = int(self.value)

    @property
    def is_number(self) -> bool:
        """Whether this is a number."""
        return type(self.value) in (int, float)


@dataclass(slots=True)
class StringValue(TerraformValue):
    """A string.

    Attributes:
        parts: the characters and the unknown values that it is made of.
        decoded: the value that `jsonencode` or a policy document data source turned into this JSON.

    """

    parts: list[StringPart]
    decoded: TerraformValue | None = None


@dataclass(slots=True)
class ListValue(TerraformValue):
    """A list or a tuple."""

    items: list[TerraformValue] = field(default_factory=list)


@dataclass(slots=True)
class SetValue(ListValue):
    """A set: its elements are distinct and ordered, and cannot be accessed by index."""


@dataclass(slots=True)
class PartialList(ListValue):
    """A list, whose elements stand for an unknown number of elements in an unknown order.

    Attributes:
        keys: the keys of the elements; none where they are not known.

    """

    keys: list[TerraformValue] = field(default_factory=list)


@dataclass(slots=True)
class ConditionalValue(TerraformValue):
    """An argument that has another value in each case; never a part of another value."""

    question: Question
    yes: TerraformValue
    no: TerraformValue


def questions_of(value: TerraformValue | None) -> set[Question]:
    """Return the questions on which an argument depends."""
    if not isinstance(value, ConditionalValue):
        return set()
    return {value.question, *questions_of(value.yes), *questions_of(value.no)}


@dataclass(slots=True)
class ObjectValue(TerraformValue):
    """An object or a map.

    Attributes:
        members: keys with values. The last of equal keys counts.

    """

    members: list[tuple[StringValue, TerraformValue]] = field(default_factory=list)
    _by_name: dict[str | None, TerraformValue] | None = None

    def get(self, name: str) -> TerraformValue | None:
        """Return the value of a key; None when the object does not have it."""
        if self._by_name is None:
            self._by_name = {literal(key): member for key, member in self.members}
        return self._by_name.get(name)

    def sorted_members(self) -> list[tuple[StringValue, TerraformValue]] | None:
        """Return each key once, in Terraform's order; None when a key is not known."""
        by_name = {literal(key): (key, member) for key, member in self.members}
        return None if None in by_name else [pair for _, pair in sorted(by_name.items())]


Function = Callable[..., TerraformValue | None]
"""A function of Terraform: receives the place of its call and its arguments."""


class ValueTooLargeError(Exception):
    """A string or a collection is larger than anything that AWS accepts."""


class RefusedError(Exception):
    """Terraform certainly refuses an expression, which `try` and `can` handle."""


def checked_size(parts: list[StringPart], written: int = 0) -> list[StringPart]:
    """Return the parts of a string.

    Args:
        parts: the parts.
        written: the number of parts that a file spells out, which the size of the file bounds.

    Raises:
        ValueTooLargeError: the string is too long.

    """
    if (
        len(parts) > MAX_ITEMS + written
        or sum(len(part.text) for part in parts) > MAX_STRING_LENGTH
    ):
        raise ValueTooLargeError
    return parts


def place_at(document: Document, start: int, end: int) -> Place:
    """Return the place of a range of characters of a document."""
    return Place(document, (), "text", Span(start, end))


def span_of(place: Place) -> Span:
    """Return the range of characters that a place covers."""
    return place.within or Span(0, 0)


def is_verbatim(part: StringPart) -> bool:
    """Return whether the file holds exactly the characters of a part at its place."""
    start, end = span_of(part.place)
    return isinstance(part.text, str) and end - start == len(part.text)


def string_of(text: str, place: Place) -> StringValue:
    """Return a string that no file spells out."""
    return StringValue(place, [StringPart(text, place)])


def object_of(members: Mapping[str, TerraformValue], place: Place) -> ObjectValue:
    """Return an object that no file spells out."""
    return ObjectValue(place, [(string_of(name, place), value) for name, value in members.items()])


def set_of(place: Place, items: Sequence[TerraformValue]) -> SetValue | None:
    """Return a set of numbers, booleans or strings; None when an element is not known.

    If one element is a string, all of them become strings.
    https://developer.hashicorp.com/terraform/language/functions/toset
    """
    by_text: dict[str, TerraformValue] = {}
    for item in items:
        text = literal(item)
        if text is None:
            return None
        by_text[text] = item
    are_numbers = all(isinstance(item, ScalarValue) and item.is_number for item in items)
    have_string = any(isinstance(item, StringValue) for item in items)
    elements = [by_text[text] for text in sorted(by_text, key=Decimal if are_numbers else str)]
    return SetValue(place, [as_string(item) for item in elements] if have_string else elements)


def literal(value: TerraformValue | None) -> str | None:
    """Return a number, boolean or string as a string; None when a part of it is not known."""
    if isinstance(value, StringValue):
        texts = [part.text for part in value.parts if isinstance(part.text, str)]
        return "".join(texts) if len(texts) == len(value.parts) else None
    if isinstance(value, ScalarValue) and value.value is not None:
        return scalar_text(value.value)
    return None


def scalar_text(value: float | bool) -> str:
    """Return a number or a boolean as Terraform converts it to a string."""
    return format(Decimal(repr(value)), "f") if type(value) is float else json.dumps(value)


def is_null(value: TerraformValue | None) -> bool:
    """Return whether a value is null."""
    return isinstance(value, ScalarValue) and value.value is None


def is_empty(value: TerraformValue) -> bool | None:
    """Return whether a value is null or the empty string; None when that is not known."""
    if isinstance(value, UnknownValue):
        return None
    if isinstance(value, StringValue):
        known = [part.text for part in value.parts if isinstance(part.text, str)]
        if any(known):
            return False
        return True if len(known) == len(value.parts) else None
    return is_null(value)


def string_parts(value: TerraformValue) -> list[StringPart] | None:
    """Return a value converted to a string, as its parts; None when it cannot be converted."""
    if isinstance(value, StringValue):
        return value.parts
    if isinstance(value, ScalarValue):
        if value.value is None:
            return None
        return [StringPart(scalar_text(value.value), value.place)]
    return [StringPart(value.reference, value.place)] if isinstance(value, UnknownValue) else None


def as_string(value: TerraformValue) -> TerraformValue:
    """Return a number or a boolean converted to a string; any other value as it is."""
    if isinstance(value, ScalarValue) and value.value is not None:
        return string_of(scalar_text(value.value), value.place)
    return value


def collection_items(*values: TerraformValue) -> list[TerraformValue]:
    """Return the elements of lists and sets.

    Raises:
        TypeError: a value is not known completely, or is neither a list nor a set.
        ValueTooLargeError: there are too many.

    """
    items: list[TerraformValue] = []
    for value in values:
        if not isinstance(value, ListValue) or isinstance(value, PartialList):
            raise TypeError
        items += value.items
        if len(items) > MAX_ITEMS:
            raise ValueTooLargeError
    return items


def has_part(value: TerraformValue, kind: type[UnknownValue]) -> bool:
    """Return whether a value, or a value in it, is of a kind of unknown value."""
    waiting = [value]
    for current in waiting:
        if isinstance(current, kind):
            return True
        if isinstance(current, StringValue) and kind is UnknownValue and literal(current) is None:
            return True
        if isinstance(current, ListValue):
            waiting += current.items
        elif isinstance(current, ObjectValue):
            waiting += (part for member in current.members for part in member)
        if len(waiting) > MAX_ITEMS:
            raise ValueTooLargeError
    return False


def key_value_pairs(value: TerraformValue) -> list[tuple[TerraformValue, TerraformValue]] | None:
    """Return the keys and elements of a collection in Terraform's order; None when not known.

    The keys of a list are its indices, those of a set its elements.
    https://developer.hashicorp.com/terraform/language/expressions/for
    """
    if isinstance(value, SetValue):
        return [(item, item) for item in value.items]
    if isinstance(value, PartialList):
        return list(zip(value.keys or value.items, value.items, strict=True))
    if isinstance(value, ListValue):
        return [(ScalarValue(item.place, index), item) for index, item in enumerate(value.items)]
    if isinstance(value, ObjectValue):
        return list(value.sorted_members() or value.members)
    return None
