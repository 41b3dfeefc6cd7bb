"""Functions of Terraform's language that are cheap and certain to work out.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from sfnlint.inputs.terraform.decoding import decoded
from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    MAX_STRING_LENGTH,
    ListValue,
    ObjectValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    json_parts,
    limited,
    literal,
    place_at,
    string_of,
    string_parts,
)
from sfnlint.place import Place
from sfnlint.source import TextDocument

_VERB = re.compile(r"%(%|[sdv])")
_OTHER_VERB = re.compile(r"%(?![%sdv])")


class Files(Protocol):
    """Reads the files that a configuration names."""

    def read(self, name: StringValue) -> TextDocument | None:
        """A file; None when it is not read."""

    def rendered(self, document: TextDocument, values: ObjectValue) -> TerraformValue | None:
        """A template file with values put in; None when it cannot be worked out."""


def call(
    files: Files, function: str, arguments: Sequence[TerraformValue], place: Place
) -> TerraformValue | None:
    """What a function gives; None when that is not known.

    Args:
        files: reads the files that it names.
        function: its name.
        arguments: what it is given.
        place: where it is called.

    Raises:
        TooLongError: the result is too long.

    """
    name = function.removeprefix("core::")
    if name == "file" and len(arguments) == 1:
        return _file(files, arguments[0])
    if name == "templatefile" and len(arguments) == 2:
        path, values = arguments
        document = files.read(path) if isinstance(path, StringValue) else None
        if document is None or not isinstance(values, ObjectValue):
            return None
        return files.rendered(document, values)
    handler = _FUNCTIONS.get(name)
    try:
        return handler(place, *arguments) if handler else None
    except (TypeError, ValueError, IndexError):
        # Not as many arguments, or not of the kind, that the function takes.
        return None


def _file(files: Files, path: TerraformValue) -> TerraformValue | None:
    document = files.read(path) if isinstance(path, StringValue) else None
    if document is None:
        return None
    whole = place_at(document, 0, len(document.text))
    return StringValue(whole, [StringPart(document.text, whole)])


def _jsonencode(place: Place, value: TerraformValue) -> TerraformValue:
    return StringValue(place, json_parts(value), value)


def _jsondecode(place: Place, value: TerraformValue) -> TerraformValue | None:
    return decoded(value, "json") if isinstance(value, StringValue) else None


def _yamldecode(place: Place, value: TerraformValue) -> TerraformValue | None:
    return decoded(value, "yaml") if isinstance(value, StringValue) else None


def _format(place: Place, form: TerraformValue, *values: TerraformValue) -> TerraformValue | None:
    if not isinstance(form, StringValue) or any(
        isinstance(part.text, str) and _OTHER_VERB.search(part.text) for part in form.parts
    ):
        return None
    given = list(values)
    found: list[StringPart] = []
    for part in form.parts:
        if not isinstance(part.text, str):
            return None
        end = 0
        for match in _VERB.finditer(part.text):
            found.append(_cut(part, end, match.start()))
            if match[1] == "%":
                found.append(StringPart("%", part.place))
            else:
                more = string_parts(given.pop(0))
                if more is None:
                    return None
                found += more
            end = match.end()
        found.append(_cut(part, end, len(part.text)))
    return _text(place, found)


def _cut(part: StringPart, start: int, end: int) -> StringPart:
    """A part of a part."""
    whole = part.place.within
    text = part.text[start:end] if isinstance(part.text, str) else ""
    if whole is None or whole.end - whole.start != len(part.text):
        return StringPart(text, part.place)
    return StringPart(text, place_at(part.place.document, whole.start + start, whole.start + end))


def _join(place: Place, delimiter: TerraformValue, *lists: TerraformValue) -> TerraformValue | None:
    between = string_parts(delimiter)
    found: list[StringPart] = []
    for index, item in enumerate(_items(*lists)):
        more = string_parts(item)
        if more is None or between is None:
            return None
        found += [*between, *more] if index else more
    return _text(place, found)


def _text(place: Place, parts: list[StringPart]) -> StringValue:
    return StringValue(place, limited([part for part in parts if part.text]))


def _items(*lists: TerraformValue) -> list[TerraformValue]:
    found: list[TerraformValue] = []
    for one in lists:
        if not isinstance(one, ListValue):
            raise TypeError
        found += one.items
        if len(found) > MAX_ITEMS:
            raise ValueTooLargeError
    return found


def _merge(place: Place, *objects: TerraformValue) -> TerraformValue | None:
    members: list[tuple[StringValue, TerraformValue]] = []
    for one in objects:
        if not isinstance(one, ObjectValue):
            return None
        members += one.members
        if len(members) > MAX_ITEMS:
            raise ValueTooLargeError
    return ObjectValue(place, members)


def _concat(place: Place, *lists: TerraformValue) -> TerraformValue:
    return ListValue(place, _items(*lists))


def _flatten(place: Place, value: TerraformValue) -> TerraformValue | None:
    found: list[TerraformValue] = []
    for item in _items(value):
        if isinstance(item, UnknownValue):
            return None
        inside = _flatten(place, item) if isinstance(item, ListValue) else ListValue(place, [item])
        if not isinstance(inside, ListValue):
            return None
        found += inside.items
    return ListValue(place, found)


def _distinct(place: Place, value: TerraformValue) -> TerraformValue | None:
    found: dict[str, TerraformValue] = {}
    for item in _items(value):
        text = literal(item)
        if text is None:
            return None
        found.setdefault(text, item)
    return ListValue(place, list(found.values()))


def _compact(place: Place, value: TerraformValue) -> TerraformValue | None:
    items = [
        one for one in _items(value) if not (isinstance(one, ScalarValue) and one.value is None)
    ]
    if any(isinstance(one, UnknownValue) for one in items):
        # It may be empty.
        return None
    return ListValue(place, [one for one in items if literal(one) != ""])


def _same(place: Place, value: TerraformValue) -> TerraformValue:
    return value


def _tostring(place: Place, value: TerraformValue) -> TerraformValue | None:
    parts = string_parts(value)
    return None if parts is None else StringValue(value.place, parts)


def _of_text(change: Callable[..., str]) -> Callable[..., TerraformValue | None]:
    """A function of texts that are known."""

    def changed(place: Place, *values: TerraformValue) -> TerraformValue | None:
        texts = [literal(value) for value in values]
        if None in texts:
            return None
        return string_of(change(*texts), place)

    return changed


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old[0] == old[-1] == "/":
        # A regular expression.
        raise ValueError
    if len(text) * (len(new) + 1) > MAX_STRING_LENGTH:
        raise ValueTooLargeError
    return text.replace(old, new)


def _length(place: Place, value: TerraformValue) -> TerraformValue | None:
    if isinstance(value, ListValue):
        return ScalarValue(place, len(value.items))
    return ScalarValue(place, len(value.members)) if isinstance(value, ObjectValue) else None


def _keys(place: Place, value: TerraformValue) -> TerraformValue | None:
    pairs = _sorted(value)
    return None if pairs is None else ListValue(place, [key for key, _ in pairs])


def _values(place: Place, value: TerraformValue) -> TerraformValue | None:
    pairs = _sorted(value)
    return None if pairs is None else ListValue(place, [member for _, member in pairs])


def _sorted(value: TerraformValue) -> list[tuple[StringValue, TerraformValue]] | None:
    if not isinstance(value, ObjectValue):
        return None
    members = {literal(key): (key, member) for key, member in value.members}
    return None if None in members else [pair for _, pair in sorted(members.items())]


def _lookup(
    place: Place, value: TerraformValue, key: TerraformValue, default: TerraformValue | None = None
) -> TerraformValue | None:
    name = literal(key)
    if not isinstance(value, ObjectValue) or name is None:
        return None
    if any(literal(one) is None for one, _ in value.members):
        return None
    return value.get(name) or default


def _element(place: Place, value: TerraformValue, index: TerraformValue) -> TerraformValue | None:
    items = _items(value)
    if not isinstance(index, ScalarValue) or type(index.value) is not int or index.value < 0:
        return None
    return items[index.value % len(items)] if items else None


def _one(place: Place, value: TerraformValue) -> TerraformValue | None:
    items = _items(value)
    return items[0] if len(items) == 1 else None


def _first_known(place: Place, *values: TerraformValue) -> TerraformValue | None:
    """`try` gives its first argument if it can be worked out; where that is open, it may not."""
    return None if not values or isinstance(values[0], UnknownValue) else values[0]


def _coalesce(place: Place, *values: TerraformValue) -> TerraformValue | None:
    for value in values:
        if isinstance(value, UnknownValue):
            return None
        if literal(value) not in (None, "") or (isinstance(value, StringValue) and value.parts):
            return value
    return None


def _split(place: Place, delimiter: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    between, text = literal(delimiter), literal(value)
    if between is None or text is None:
        return None
    parts = text.split(between) if between else list(text)
    return ListValue(place, [string_of(one, place) for one in parts])


def _zipmap(place: Place, keys: TerraformValue, values: TerraformValue) -> TerraformValue | None:
    pairs = list(zip(_items(keys), _items(values), strict=True))
    names = [StringValue(key.place, string_parts(key) or []) for key, _ in pairs]
    return ObjectValue(place, list(zip(names, (value for _, value in pairs), strict=True)))


def _indented(place: Place, _: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    """`indent` only moves lines, which means nothing in JSON."""
    return replace(value, place=place) if isinstance(value, StringValue) else None


_FUNCTIONS: Mapping[str, Callable[..., TerraformValue | None]] = {
    "jsonencode": _jsonencode,
    "jsondecode": _jsondecode,
    "yamldecode": _yamldecode,
    "format": _format,
    "join": _join,
    "merge": _merge,
    "concat": _concat,
    "flatten": _flatten,
    "distinct": _distinct,
    "compact": _compact,
    "tolist": _same,
    "toset": _distinct,
    "tomap": _same,
    "sensitive": _same,
    "nonsensitive": _same,
    "tostring": _tostring,
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "trimspace": _of_text(str.strip),
    "chomp": _of_text(lambda text: text.rstrip("\r\n")),
    "trimprefix": _of_text(str.removeprefix),
    "trimsuffix": _of_text(str.removesuffix),
    "basename": _of_text(lambda text: text.rpartition("/")[2]),
    "dirname": _of_text(lambda text: text.rpartition("/")[0] or "."),
    "abspath": _same,
    "replace": _of_text(_replace),
    "length": _length,
    "keys": _keys,
    "values": _values,
    "lookup": _lookup,
    "element": _element,
    "one": _one,
    "try": _first_known,
    "coalesce": _coalesce,
    "split": _split,
    "zipmap": _zipmap,
    "indent": _indented,
}
