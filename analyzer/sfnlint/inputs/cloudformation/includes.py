"""Snippets that AWS::Include puts into a template, where they are files beside it.

A path stands there until `aws cloudformation package` puts the file into a bucket:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sfnlint.inputs.cloudformation.local_files import FileNotReadError, LocalFiles
from sfnlint.inputs.paths import is_local_path
from sfnlint.place import Document, Located, PlacePart, Route, Span
from sfnlint.source.document import ParsedText

_CALL = "Fn::Transform"
_DEFINITION = ("Properties", "Definition")
_MOST = 200_000
"""How many values are gone through: YAML's aliases can stand for the same one again and again."""


class _Source(NamedTuple):
    """Where something of a snippet stands."""

    document: Document
    path: Route


class IncludingTemplate:
    """A template with the snippets that it includes.

    Attributes:
        data: the template with them.

    """

    def __init__(self, base: Document, data: object, moved: Mapping[Route, _Source]) -> None:
        self.data = data
        self._base = base
        self._moved = moved

    @property
    def file(self) -> str:
        """The name of the template's file, as the user knows it."""
        return self._base.file

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the template, or of a snippet; see `sfnlint.place.Document`."""
        for length in range(len(path), 0, -1):
            source = self._moved.get(path[:length])
            if source is not None:
                return source.document.locate((*source.path, *path[length:]), part, within)
        return self._base.locate(path, part, within)


def with_snippets(document: Document, files: LocalFiles | None) -> Document:
    """A template with its snippets; what is no file here, or cannot be put in, stays as it is.

    What a machine's Definition includes is read as a definition, and stays as well.

    Args:
        document: the template.
        files: the files that it may name; none when None.

    """
    if files is None or not isinstance(document, ParsedText):
        return document
    if "AWS::Include" not in document.text:
        return document
    inclusion = _Inclusion(files)
    data = inclusion.top(document.data)
    if not inclusion.moved:
        return document
    return IncludingTemplate(document, data, inclusion.moved)


def include_location(value: object) -> str | None:
    """Return the Location of a value that is an `AWS::Include`; None when it is not.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
    """
    call = value.get("Fn::Transform") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(call, dict) or call.get("Name") != "AWS::Include":
        return None
    parameters = call.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, dict) else None
    return location if isinstance(location, str) else None


class _Inclusion:
    def __init__(self, files: LocalFiles) -> None:
        self.moved: dict[Route, _Source] = {}
        self._left = _MOST
        self._files = files

    def top(self, data: object) -> object:
        """A template, whose Transform section may include what stands beside it."""
        if not isinstance(data, dict):
            return data
        found = {key: self._value(one, (key,)) for key, one in data.items() if key != "Transform"}
        given = data.get("Transform")
        several = given if isinstance(given, list) else [given]
        kept = [one for one in several if not self._put_in(one, found, ())]
        return {"Transform": kept, **found} if kept else found

    def _value(self, data: object, path: Route) -> object:
        self._left -= 1
        if self._left <= 0:
            return data
        if isinstance(data, list):
            return [self._value(one, (*path, index)) for index, one in enumerate(data)]
        if not isinstance(data, dict) or (
            path[2:] == _DEFINITION and include_location(data) is not None
        ):
            return data
        found = {key: self._value(one, (*path, key)) for key, one in data.items()}
        call = found.pop(_CALL, None)
        if call is not None and not self._put_in(call, found, path):
            found[_CALL] = call
        return found

    def _put_in(self, call: object, beside: dict[str, object], path: Route) -> bool:
        """Put the members of a snippet beside others; whether that was done."""
        location = include_location({_CALL: call})
        if location is None or not is_local_path(location):
            return False
        try:
            snippet = self._files.read(location)
        except FileNotReadError:
            return False
        data = snippet.data
        if not isinstance(data, dict) or snippet.problems or data.keys() & beside.keys():
            # Which of two equal keys would count is not documented.
            return False
        for key, value in data.items():
            beside[key] = value
            self.moved[(*path, key)] = _Source(snippet, (key,))
        return True
