"""Terraform's built-in functions.

Each returns None where its result is not known, or where Terraform refuses the arguments.
https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from sfnlint.inputs.terraform.decoding import decoded
from sfnlint.inputs.terraform.encoding import json_parts
from sfnlint.inputs.terraform.values import (
    MAX_ITEMS,
    MAX_STRING_LENGTH,
    ListValue,
    ObjectValue,
    ScalarValue,
    SetValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    checked_size,
    is_empty,
    literal,
    place_at,
    set_of,
    string_of,
    string_parts,
)
from sfnlint.place import Place
from sfnlint.source import TextDocument

_VERB = re.compile(r"%(.?)", re.DOTALL)
_SUPPORTED_VERBS = frozenset("%sdv")


class FileReader(Protocol):
    """Reads the files that functions name."""

    def read(self, name: StringValue) -> TextDocument | None:
        """Return a file; None when it is not available."""

    def rendered(self, document: TextDocument, variables: ObjectValue) -> TerraformValue | None:
        """Return a template file with its variables filled in; None when it is not known."""


def call(
    files: FileReader, function: str, arguments: Sequence[TerraformValue], place: Place
) -> TerraformValue | None:
    """Return the result of a function call; None when it is not known.

    Args:
        files: reads the files that the function names.
        function: its name.
        arguments: its arguments.
        place: the call.

    Raises:
        ValueTooLargeError: the result is too large.

    """
    name = function.removeprefix("core::")
    if name == "file" and len(arguments) == 1:
        return _file(files, arguments[0])
    if name == "templatefile" and len(arguments) == 2:
        path, variables = arguments
        document = files.read(path) if isinstance(path, StringValue) else None
        if document is None or not isinstance(variables, ObjectValue):
            return None
        return files.rendered(document, variables)
    handler = _FUNCTIONS.get(name)
    try:
        return handler(place, *arguments) if handler else None
    except (TypeError, ValueError, IndexError):
        # The number or the types of the arguments are not those of the function.
        return None


def _file(files: FileReader, path: TerraformValue) -> TerraformValue | None:
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


def _format(place: Place, spec: TerraformValue, *values: TerraformValue) -> TerraformValue | None:
    """Return a formatted string; None for verbs with flags, which are not supported.

    https://developer.hashicorp.com/terraform/language/functions/format
    """
    remaining = list(values)
    parts: list[StringPart] = []
    for part in spec.parts if isinstance(spec, StringValue) else ():
        if not isinstance(part.text, str):
            return None
        end = 0
        for match in _VERB.finditer(part.text):
            if match[1] not in _SUPPORTED_VERBS:
                return None
            parts.append(_slice(part, end, match.start()))
            if match[1] == "%":
                parts.append(StringPart("%", part.place))
            else:
                more = string_parts(remaining.pop(0))
                if more is None:
                    return None
                parts += more
            end = match.end()
        parts.append(_slice(part, end, len(part.text)))
    return None if remaining or not isinstance(spec, StringValue) else _string(place, parts)


def _slice(part: StringPart, start: int, end: int) -> StringPart:
    whole = part.place.within
    text = part.text[start:end] if isinstance(part.text, str) else ""
    if whole is None or whole.end - whole.start != len(part.text):
        return StringPart(text, part.place)
    return StringPart(text, place_at(part.place.document, whole.start + start, whole.start + end))


def _join(place: Place, separator: TerraformValue, *lists: TerraformValue) -> TerraformValue | None:
    between = string_parts(separator)
    parts: list[StringPart] = []
    for index, item in enumerate(_items(*lists)):
        more = string_parts(item)
        if more is None or between is None:
            return None
        parts += [*between, *more] if index else more
    return _string(place, parts)


def _string(place: Place, parts: list[StringPart]) -> StringValue:
    return StringValue(place, checked_size([part for part in parts if part.text]))


def _items(*lists: TerraformValue) -> list[TerraformValue]:
    items: list[TerraformValue] = []
    for value in lists:
        if not isinstance(value, ListValue):
            raise TypeError
        items += value.items
        if len(items) > MAX_ITEMS:
            raise ValueTooLargeError
    return items


def _merge(place: Place, *objects: TerraformValue) -> TerraformValue | None:
    members: list[tuple[StringValue, TerraformValue]] = []
    for value in objects:
        if not isinstance(value, ObjectValue):
            return None
        members += value.members
        if len(members) > MAX_ITEMS:
            raise ValueTooLargeError
    return ObjectValue(place, members)


def _concat(place: Place, *lists: TerraformValue) -> TerraformValue:
    return ListValue(place, _items(*lists))


def _flatten(place: Place, value: TerraformValue) -> TerraformValue | None:
    items: list[TerraformValue] = []
    for item in _items(value):
        if isinstance(item, UnknownValue):
            return None
        inside = _flatten(place, item) if isinstance(item, ListValue) else ListValue(place, [item])
        if not isinstance(inside, ListValue):
            return None
        items += inside.items
    return ListValue(place, items)


def _distinct(place: Place, value: TerraformValue) -> TerraformValue | None:
    by_text: dict[str, TerraformValue] = {}
    for item in _items(value):
        text = literal(item)
        if text is None:
            return None
        by_text.setdefault(text, item)
    return ListValue(place, list(by_text.values()))


def _toset(place: Place, value: TerraformValue) -> TerraformValue | None:
    return set_of(place, _items(value))


def _tolist(place: Place, value: TerraformValue) -> TerraformValue:
    return ListValue(value.place, value.items) if isinstance(value, SetValue) else value


def _compact(place: Place, value: TerraformValue) -> TerraformValue | None:
    items = _items(value)
    emptiness = [is_empty(item) for item in items]
    if None in emptiness:
        return None
    kept = [item for item, empty in zip(items, emptiness, strict=True) if not empty]
    return ListValue(place, kept)


def _unchanged(place: Place, value: TerraformValue) -> TerraformValue:
    return value


def _tostring(place: Place, value: TerraformValue) -> TerraformValue | None:
    parts = string_parts(value)
    return None if parts is None else StringValue(value.place, parts)


def _of_strings(change: Callable[..., str]) -> Callable[..., TerraformValue | None]:
    """Return a function of strings, all of which must be known."""

    def changed(place: Place, *values: TerraformValue) -> TerraformValue | None:
        texts = [literal(value) for value in values]
        if None in texts:
            return None
        return string_of(change(*texts), place)

    return changed


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old[0] == old[-1] == "/":
        raise ValueError("regular expressions are not supported")
    if len(text) * (len(new) + 1) > MAX_STRING_LENGTH:
        raise ValueTooLargeError
    return text.replace(old, new)


def _basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _dirname(path: str) -> str:
    return posixpath.normpath(posixpath.dirname(path))


def _length(place: Place, value: TerraformValue) -> TerraformValue | None:
    if isinstance(value, ListValue):
        return ScalarValue(place, len(value.items))
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
    if not isinstance(value, ObjectValue) or name is None:
        return None
    if any(literal(known) is None for known, _ in value.members):
        return None
    return value.get(name) or default


def _element(place: Place, value: TerraformValue, index: TerraformValue) -> TerraformValue | None:
    items = _items(value)
    # A negative index counts from the end in newer versions; older versions refuse it.
    if not isinstance(index, ScalarValue) or type(index.value) is not int or index.value < 0:
        return None
    return items[index.value % len(items)] if items else None


def _one(place: Place, value: TerraformValue) -> TerraformValue | None:
    items = _items(value)
    if not items:
        return ScalarValue(place, None)
    return items[0] if len(items) == 1 else None


def _try(place: Place, *values: TerraformValue) -> TerraformValue | None:
    """Return the first argument; an unknown one may be the one that fails."""
    return None if not values or isinstance(values[0], UnknownValue) else values[0]


def _coalesce(place: Place, *values: TerraformValue) -> TerraformValue | None:
    for value in values:
        empty = is_empty(value)
        if empty is None:
            return None
        if not empty:
            return value
    return None


def _split(place: Place, separator: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    between, text = literal(separator), literal(value)
    if between is None or text is None:
        return None
    parts = text.split(between) if between else list(text)
    return ListValue(place, [string_of(part, place) for part in parts])


def _zipmap(place: Place, keys: TerraformValue, values: TerraformValue) -> TerraformValue | None:
    members: list[tuple[StringValue, TerraformValue]] = []
    for key, value in zip(_items(keys), _items(values), strict=True):
        parts = string_parts(key)
        if parts is None:
            return None
        members.append((StringValue(key.place, parts), value))
    return ObjectValue(place, members)


def _indent(place: Place, _: TerraformValue, value: TerraformValue) -> TerraformValue | None:
    """Return the string itself, because white space means nothing in JSON."""
    return replace(value, place=place) if isinstance(value, StringValue) else None


_FUNCTIONS: Mapping[str, Callable[..., TerraformValue | None]] = {
    "abspath": _unchanged,
    "basename": _of_strings(_basename),
    "chomp": _of_strings(lambda text: text.rstrip("\r\n")),
    "coalesce": _coalesce,
    "compact": _compact,
    "concat": _concat,
    "dirname": _of_strings(_dirname),
    "distinct": _distinct,
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "indent": _indent,
    "join": _join,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _of_strings(str.lower),
    "merge": _merge,
    "nonsensitive": _unchanged,
    "one": _one,
    "replace": _of_strings(_replace),
    "sensitive": _unchanged,
    "split": _split,
    "tolist": _tolist,
    "tomap": _unchanged,
    "toset": _toset,
    "tostring": _tostring,
    "trimprefix": _of_strings(str.removeprefix),
    "trimspace": _of_strings(str.strip),
    "trimsuffix": _of_strings(str.removesuffix),
    "try": _try,
    "upper": _of_strings(str.upper),
    "values": _values,
    "yamldecode": _yamldecode,
    "zipmap": _zipmap,
}
