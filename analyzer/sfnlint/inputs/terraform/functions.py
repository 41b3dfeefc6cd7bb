"""Terraform's built-in functions.

Each returns None where its result is not known, or where Terraform refuses the arguments.
https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sfnlint.inputs.terraform import collection_functions, number_functions, string_functions
from sfnlint.inputs.terraform.decoding import decoded
from sfnlint.inputs.terraform.encoding import json_parts
from sfnlint.inputs.terraform.values import (
    Function,
    ObjectValue,
    RefusedError,
    RefusedValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    has_part,
    literal,
    place_at,
    set_of,
    string_of,
    string_parts,
)
from sfnlint.place import Place
from sfnlint.source import TextDocument


class FileReader(Protocol):
    """Reads the files that functions name."""

    def read(self, name: StringValue) -> TextDocument | None:
        """Return a file; None when it is not available."""

    def matching(self, folder: str, pattern: str) -> list[str] | None:
        """Return the files of a folder that a pattern matches; None when they are not known."""

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
        RefusedError: Terraform refuses the call.
        ValueTooLargeError: the result is too large.

    """
    name = function.removeprefix("core::")
    if name not in _HANDLE_REFUSALS and any(isinstance(value, RefusedValue) for value in arguments):
        raise RefusedError
    if name in ("file", "fileexists") and len(arguments) == 1:
        contents = _file(files, arguments[0])
        return contents if name == "file" or contents is None else ScalarValue(place, True)
    if name == "fileset" and len(arguments) == 2:
        return _file_set(files, arguments, place)
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


def _file_set(
    files: FileReader, arguments: Sequence[TerraformValue], place: Place
) -> TerraformValue | None:
    folder, pattern = map(literal, arguments)
    names = None if folder is None or pattern is None else files.matching(folder, pattern)
    return None if names is None else set_of(place, [string_of(name, place) for name in names])


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


def _unchanged(place: Place, value: TerraformValue) -> TerraformValue:
    return value


def _tostring(place: Place, value: TerraformValue) -> TerraformValue | None:
    parts = string_parts(value)
    return None if parts is None else StringValue(value.place, parts)


def _to_bool(place: Place, value: TerraformValue) -> TerraformValue | None:
    text = literal(value)
    return ScalarValue(place, text == "true") if text in ("true", "false") else None


def _try(place: Place, *values: TerraformValue) -> TerraformValue | None:
    """Return the first argument that Terraform accepts; None if an unknown one may be refused."""
    for value in values:
        if not has_part(value, RefusedValue):
            may_be_refused = isinstance(value, UnknownValue) and not value.is_string
            return None if may_be_refused else value
    return None


def _can(place: Place, value: TerraformValue) -> TerraformValue | None:
    if has_part(value, RefusedValue):
        return ScalarValue(place, False)
    return None if has_part(value, UnknownValue) else ScalarValue(place, True)


_FUNCTIONS: Mapping[str, Function] = {
    **string_functions.FUNCTIONS,
    **number_functions.FUNCTIONS,
    **collection_functions.FUNCTIONS,
    "abspath": _unchanged,
    "can": _can,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "nonsensitive": _unchanged,
    "sensitive": _unchanged,
    "tobool": _to_bool,
    "tomap": _unchanged,
    "tostring": _tostring,
    "try": _try,
    "yamldecode": _yamldecode,
}
_HANDLE_REFUSALS = frozenset({"can", "try"})
