"""Terraform values as values of a CloudFormation template, with places in Terraform files."""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.inputs.terraform.values import (
    ConditionalValue,
    ListValue,
    ObjectValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    is_verbatim,
    literal,
    place_at,
    span_of,
)
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Located, Place, PlacePart, Route, Span


class ValuePlace(NamedTuple):
    """The place in a Terraform file of a value of the template.

    Attributes:
        value: the whole value, with its quotes.
        characters: its characters, where the file holds exactly these.
        route: the route that locations show: the address, the argument and indices.

    """

    value: Place
    characters: Place | None = None
    route: Route = ()


class PlacedTemplate:
    """A CloudFormation template that no file holds; its values have places in Terraform files.

    Attributes:
        file: the name of the file that stands for all of them.
        data: the template.

    """

    def __init__(self, file: str, data: object, places: Mapping[Route, ValuePlace]) -> None:
        self.file = file
        self.data = data
        self._places = places

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of a file; see `sfnlint.place.Document`.

        Raises:
            ValueError: no value on the route has a place.

        """
        for length in range(len(path), -1, -1):
            known = self._places.get(path[:length])
            if known is not None:
                break
        else:
            raise ValueError("the template itself has no place")
        place = known.value
        if within is not None and known.characters is not None and length == len(path):
            start, end = span_of(known.characters)
            first, last = (min(start + offset, end) for offset in within)
            place = place_at(known.characters.document, first, last)
        return place.locate()._replace(path=known.route)


def template_value(
    value: TerraformValue, at: Route, places: dict[Route, ValuePlace], shown: Route
) -> object:
    """Return a value as a template writes it.

    Args:
        value: the value.
        at: its route in the template.
        places: receives the places of the value and of the values in it.
        shown: the route that locations show.

    """
    places[at] = ValuePlace(value.place, None, shown)
    if isinstance(value, UnknownValue):
        return value.reference
    if isinstance(value, ConditionalValue):
        branches = (
            template_value(branch, (*at, "Fn::If", index), places, shown)
            for index, branch in enumerate((value.yes, value.no), 1)
        )
        return {"Fn::If": [value.question.name, *branches]}
    if isinstance(value, ScalarValue):
        return value.value
    if isinstance(value, ListValue):
        return [
            template_value(item, (*at, index), places, (*shown, index))
            for index, item in enumerate(value.items)
        ]
    if isinstance(value, ObjectValue):
        return {
            name: template_value(member, (*at, name), places, (*shown, name))
            for key, member in value.members
            if (name := literal(key)) is not None
        }
    if not isinstance(value, StringValue):
        return None
    if len(value.parts) == 1 and isinstance(value.parts[0].text, str):
        places[at] = _place(value.parts[0], value.place, shown)
        return value.parts[0].text
    for index, part in enumerate(value.parts):
        places[(*at, "Fn::Join", 1, index)] = _place(part, part.place, shown)
    return {"Fn::Join": ["", [part.text for part in value.parts]]} if value.parts else ""


def _place(part: StringPart, value: Place, shown: Route) -> ValuePlace:
    return ValuePlace(value, part.place if is_verbatim(part) else None, shown)
