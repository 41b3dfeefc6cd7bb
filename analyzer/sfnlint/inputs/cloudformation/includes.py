"""Snippets that AWS::Include puts into a template, if their Location is a local file.

The file has a local path until `aws cloudformation package` puts it into a bucket:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
"""

from __future__ import annotations

from sfnlint.inputs.cloudformation.local_files import FileNotReadError, LocalFiles
from sfnlint.inputs.paths import is_local_path
from sfnlint.place import Document, Route
from sfnlint.source.composed_document import ComposedDocument, Origin
from sfnlint.source.document import ParsedText

_TRANSFORM = "Fn::Transform"
_DEFINITION = ("Properties", "Definition")
_MAX_VALUES = 200_000
"""How many values are visited: YAML aliases can repeat a value again and again."""


def with_includes(document: Document, files: LocalFiles | None) -> Document:
    """Return a template with its snippets; a snippet that cannot be put in is left out.

    A snippet that is the Definition of a machine is not put in: it is read as a definition.

    Args:
        document: the template.
        files: the files that it may name; none when None.

    """
    if files is None or not isinstance(document, ParsedText):
        return document
    if "AWS::Include" not in document.text:
        return document
    inclusion = _Inclusion(files)
    data = inclusion.template(document.data)
    if not inclusion.origins:
        return document
    return ComposedDocument(document, data, inclusion.origins)


def include_location(value: object) -> str | None:
    """Return the Location of a value that is an `AWS::Include`; None when it is not.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
    """
    call = value.get(_TRANSFORM) if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(call, dict) or call.get("Name") != "AWS::Include":
        return None
    parameters = call.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, dict) else None
    return location if isinstance(location, str) else None


class _Inclusion:
    def __init__(self, files: LocalFiles) -> None:
        self.origins: dict[Route, Origin] = {}
        self._left = _MAX_VALUES
        self._files = files

    def template(self, data: object) -> object:
        """Return a template, whose Transform section may include top-level keys."""
        if not isinstance(data, dict):
            return data
        result = {
            key: self._value(value, (key,)) for key, value in data.items() if key != "Transform"
        }
        section = data.get("Transform")
        transforms = section if isinstance(section, list) else [section]
        kept = [transform for transform in transforms if not self._include(transform, result, ())]
        return {"Transform": kept, **result} if kept else result

    def _value(self, data: object, route: Route) -> object:
        self._left -= 1
        if self._left <= 0:
            return data
        if isinstance(data, list):
            return [self._value(item, (*route, index)) for index, item in enumerate(data)]
        is_definition = route[2:] == _DEFINITION and include_location(data) is not None
        if not isinstance(data, dict) or is_definition:
            return data
        result = {key: self._value(value, (*route, key)) for key, value in data.items()}
        call = result.pop(_TRANSFORM, None)
        if call is not None and not self._include(call, result, route):
            result[_TRANSFORM] = call
        return result

    def _include(self, call: object, siblings: dict[str, object], route: Route) -> bool:
        """Add the keys of a snippet to their siblings; whether that was done."""
        location = include_location({_TRANSFORM: call})
        if location is None or not is_local_path(location):
            return False
        try:
            snippet = self._files.read(location)
        except FileNotReadError:
            return False
        data = snippet.data
        if not isinstance(data, dict) or snippet.problems or data.keys() & siblings.keys():
            # AWS does not document which of two equal keys wins.
            return False
        for key, value in data.items():
            siblings[key] = value
            self.origins[(*route, key)] = Origin(snippet, (key,))
        return True
