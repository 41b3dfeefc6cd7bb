"""Values of a template: intrinsic functions worked out, what stays open as symbols.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from zlib import crc32

from sfnlint.inputs.cloudformation import list_functions
from sfnlint.inputs.cloudformation.conditions import Truth
from sfnlint.inputs.cloudformation.resource_names import ResourceNames
from sfnlint.inputs.cloudformation.template import IN_SUB, Around, Template, is_macro
from sfnlint.place import Place, Route, Span
from sfnlint.source import Piece
from sfnlint.symbol import MARKER, Symbol, Symbols

NO_VALUE = object()
"""What AWS::NoValue leaves: nothing at all."""

_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")
"""What CloudFormation looks up when it deploys.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""
_LONGEST_NAME = 60
_DEEPEST = 40
"""How many functions may stand in each other, across resources that refer to each other."""
_LONGEST_TEXT = 10_000
"""How long a value within a value may be: templates can double a text again and again."""
_LONGEST_WHOLE = 4_000_000
_Written = tuple[str, Route, tuple[int, int] | None]
"""A part of a text that is put together, where it is written, and which characters of that."""


class Resolver:
    """Works values out in one combination of the template's conditions.

    Args:
        template: the template.
        symbols: where the symbols of its open values are kept.
        truth: the conditions whose value is known in this combination.
        around: the other templates; none when None.

    Attributes:
        depth: in how many functions the value that is worked out stands.

    """

    def __init__(
        self, template: Template, symbols: Symbols, truth: Truth, around: Around | None = None
    ) -> None:
        self.template = template
        self.symbols = symbols
        self.truth = truth
        self.around = around
        self.names = ResourceNames(template, symbols, self.text)
        self.depth = 0

    # Texts

    def text(self, data: object) -> str | None:
        """A value as a text with marker characters; None where there is no value."""
        if isinstance(data, str):
            return self.dynamic(data)
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, (int, float)):
            return str(data)
        if self.depth >= _DEEPEST:
            return self.open(data)
        self.depth += 1
        text = self._worked_out(data)
        self.depth -= 1
        return text

    def _worked_out(self, data: object) -> str | None:
        function, argument = intrinsic(data)
        if function == "Fn::If":
            branch = self.branch(argument)
            return self.open(data) if branch is None else self.text(branch[1])
        if function == "Ref":
            if argument == "AWS::NoValue":
                return None
            return self.reference(argument) if isinstance(argument, str) else self.open(data)
        handler = self._functions.get(function)
        result = handler(self, argument) if handler else None
        if result is None or len(result) > _LONGEST_TEXT:
            return self.open(data)
        return self.dynamic(result)

    def dynamic(self, text: str) -> str:
        """A text with a symbol for what is looked up elsewhere: equal references, equal symbols."""
        if "{{resolve:" not in text:
            return text
        return _DYNAMIC.sub(lambda match: self._mark(self.symbols.show(match[1])), text)

    def reference(self, name: str) -> str:
        """What a Ref to this name gives."""
        if name in self.template.values:
            return self.template.values[name]
        known = self.names.reference(name)
        if known is None and self.around and name in self.template.texts:
            known = self.around.parameter(name)
        return known or self._mark(self.template.called(name))

    def attribute(self, name: str, attribute: str) -> str:
        """What an Fn::GetAtt of this resource and attribute gives."""
        whole = f"{name}.{attribute}"
        known = self.names.attribute(name, attribute)
        if known is None and self.around and attribute.startswith("Outputs."):
            known = self.around.output(name, attribute.removeprefix("Outputs."))
        # SAM gives some resources that it makes a name of this form.
        return known or self.reference(whole)

    def _mark(self, name: str) -> str:
        return self.symbols.mark(Symbol(name))

    def open(self, data: object) -> str:
        """A value that cannot be worked out: equal values are equal symbols."""
        name = json.dumps(data, default=str)
        # What is imported is the same wherever that stands; other values are those of the template.
        if intrinsic(data)[0] != "Fn::ImportValue" or "{" in name[1:]:
            name = self.template.called(name)
        return self._mark(
            name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…{crc32(name.encode())}"
        )

    # Functions: each gives a text, or None when it cannot.

    def _get_att(self, argument: object) -> str | None:
        name = attribute = None
        if isinstance(argument, str):
            name, _, attribute = argument.partition(".")
        elif isinstance(argument, list) and len(argument) == 2:
            name, attribute = argument
        if isinstance(name, str) and isinstance(attribute, str):
            return self.attribute(name, attribute)
        return None

    def _sub(self, argument: object) -> str | None:
        parts = self._sub_parts(argument, ())
        return None if parts is None else "".join([part[0] for part in parts])

    def _join(self, argument: object) -> str | None:
        parts = self._join_parts(argument, ())
        return None if parts is None else "".join([part[0] for part in parts])

    def _find_in_map(self, argument: object) -> str | None:
        found = list_functions.mapped(self, argument)
        is_open = found is None or isinstance(found, list)
        return None if is_open else self.text(found)

    def _base64(self, argument: object) -> str | None:
        text = self.text(argument)
        if text is None or MARKER.search(text):
            return None
        return b64encode(text.encode(errors="replace")).decode()

    def _to_json(self, argument: object) -> str | None:
        value, _ = self.tree(argument, ())
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)

    def _import_value(self, argument: object) -> str | None:
        text = self.text(argument)
        return self.around.imported(text) if self.around and text is not None else None

    _functions: Mapping[str, Callable[[Resolver, object], str | None]] = {
        "Fn::GetAtt": _get_att,
        "Fn::Sub": _sub,
        "Fn::Join": _join,
        "Fn::FindInMap": _find_in_map,
        "Fn::Select": list_functions.selected,
        "Fn::Length": list_functions.length,
        "Fn::Base64": _base64,
        "Fn::ToJsonString": _to_json,
        "Fn::ImportValue": _import_value,
    }

    # Texts in pieces, each with its place

    def pieces(self, data: object, path: Route) -> list[Piece] | None:
        """The pieces of a text that is put together; None when it cannot be read as one."""
        document = self.template.document
        parts = self._parts(data, path)
        pieces = [
            Piece(text, Place(document, at, "value", within and Span(*within)))
            for text, at, within in parts or ()
        ]
        return None if parts is None else self._dynamic_pieces(pieces)

    def _dynamic_pieces(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces with a symbol for each dynamic reference, which may run through several."""
        text = "".join(piece.text for piece in pieces)
        if "{{resolve:" not in text:
            return pieces
        starts = [0, *accumulate(len(piece.text) for piece in pieces)]
        found: list[Piece] = []
        end = 0
        for match in _DYNAMIC.finditer(text):
            found += _part(pieces, starts, end, match.start())
            place = next(_part(pieces, starts, *match.span())).place
            found.append(Piece(self._mark(self.symbols.show(match[1])), place))
            end = match.end()
        return [*found, *_part(pieces, starts, end, len(text))]

    def _parts(self, data: object, path: Route) -> list[_Written] | None:
        if isinstance(data, str):
            return [(data, path, (0, len(data)))]
        if self.depth >= _DEEPEST:
            return None
        self.depth += 1
        parts = self._put_together(*intrinsic(data), path)
        self.depth -= 1
        return parts

    def _put_together(self, function: str, argument: object, path: Route) -> list[_Written] | None:
        inner = (*path, function)
        if function == "Fn::Sub":
            return self._sub_parts(argument, inner)
        if function == "Fn::Join":
            return self._join_parts(argument, inner)
        if function == "Fn::If":
            branch = self.branch(argument)
            return None if branch is None else self._parts(branch[1], (*inner, branch[0]))
        return None

    def _sub_parts(self, argument: object, path: Route) -> list[_Written] | None:
        text, values = argument, {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
            text, values = argument
            path = (*path, 0)
        if not isinstance(text, str):
            return None
        parts: list[_Written] = []
        end = length = 0
        worked_out: dict[str, str] = {}
        for match in IN_SUB.finditer(text):
            start = match.start()
            parts.append((text[end:start], path, (end, start)))
            name = match[2].strip()
            if match[1]:
                value = "${" + match[2] + "}"
            elif name in values:
                if name not in worked_out:
                    worked_out[name] = self.text(values[name]) or ""
                value = worked_out[name]
            elif "." in name:
                value = self.attribute(*name.split(".", 1))
            else:
                value = self.reference(name)
            end = match.end()
            parts.append((value, path, (start, end)))
            length += len(value)
            if length > _LONGEST_WHOLE:
                return None
        parts.append((text[end:], path, (end, len(text))))
        return parts

    def _join_parts(self, argument: object, path: Route) -> list[_Written] | None:
        if not isinstance(argument, list) or len(argument) != 2:
            return None
        delimiter, items = argument[0], list_functions.items(self, argument[1])
        if not isinstance(delimiter, str) or items is None:
            return None
        parts: list[_Written] = []
        for index, item in enumerate(items):
            at = (*path, 1, index)
            if index and delimiter:
                parts.append((delimiter, (*path, 0), (0, len(delimiter))))
            inner = self._parts(item, at) if isinstance(argument[1], list) else None
            if inner is None:
                inner = [(self.text(item) or "", at, None)]
            parts += inner
        return parts

    # Trees

    def branch(self, argument: object) -> tuple[int, object] | None:
        """The branch of an Fn::If that counts, and its index; None when that is not known."""
        if not isinstance(argument, list) or len(argument) != 3:
            return None
        value = self.truth.get(argument[0]) if isinstance(argument[0], str) else None
        if value is None:
            return None
        index = 1 if value else 2
        return index, argument[index]

    def tree(
        self, data: object, path: Route, substitutions: Mapping[str, str] | None = None
    ) -> tuple[object, dict[Route, Route]]:
        """A value with everything in it worked out, and the paths that are elsewhere therefore.

        Args:
            data: the value.
            path: its path in the template.
            substitutions: what `${name}` in its texts stands for.

        Returns:
            Plain data, and for a path in it the path in the template, where they differ.

        """
        tree = _Tree(self, substitutions or {})
        result = tree.value(data, path, ())
        return (None if result is NO_VALUE else result), tree.moved


class _Tree:
    """Works out everything in a value; see `Resolver.tree`."""

    def __init__(self, resolver: Resolver, substitutions: Mapping[str, str]) -> None:
        self.moved: dict[Route, Route] = {}
        self._resolver = resolver
        self._substitutions = substitutions

    def value(self, data: object, path: Route, at: Route) -> object:
        """What stands at `path` in the template, and at `at` in the result."""
        if isinstance(data, str):
            return self._text(data) if "{" in data else data
        if isinstance(data, list):
            found: list[object] = []
            for index, one in enumerate(data):
                here = (*at, len(found))
                value = self.value(one, (*path, index), here)
                if value is NO_VALUE:
                    continue
                if len(found) != index:
                    self.moved.setdefault(here, (*path, index))
                found.append(value)
            return found
        if not isinstance(data, dict):
            return data
        if len(data) == 1 and intrinsic(data)[0]:
            return self._called(data, path, at)
        members: dict[str, object] = {}
        for key, one in data.items():
            if is_macro(key):
                # What stands beside it is only a part of what there will be.
                return self._resolver.open(data)
            if isinstance(one, str) and "{" not in one:
                members[key] = one
                continue
            value = self.value(one, (*path, key), (*at, key))
            if value is not NO_VALUE:
                members[key] = value
        return members

    def _called(self, data: object, path: Route, at: Route) -> object:
        """What a function gives; that of an Fn::If is the value of a branch, where it stands."""
        function, argument = intrinsic(data)
        if is_macro(function):
            return self._resolver.open(data)
        if function != "Fn::If":
            text = self._resolver.text(data)
            return NO_VALUE if text is None else self._text(text)
        branch = self._resolver.branch(argument)
        if branch is None:
            return self._resolver.open(data)
        self.moved[at] = inner = (*path, function, branch[0])
        return self.value(branch[1], inner, at)

    def _text(self, text: str) -> str:
        return self._resolver.dynamic(substituted(text, self._substitutions))


def intrinsic(data: object) -> tuple[str, object]:
    """The function that a value calls and its argument; `""` for a value that calls none."""
    if isinstance(data, dict) and len(data) == 1:
        [(key, argument)] = data.items()
        if key == "Ref" or key.startswith("Fn::"):
            return key, argument
    return "", None


def substituted(text: str, substitutions: Mapping[str, str]) -> str:
    """A text of a definition with its DefinitionSubstitutions filled in."""
    if not substitutions or "${" not in text:
        return text
    return IN_SUB.sub(lambda match: substitutions.get(match[2], match[0]), text)


def _part(pieces: Sequence[Piece], starts: Sequence[int], start: int, end: int) -> Iterator[Piece]:
    """The pieces of a part of the text that pieces make."""
    for index in range(bisect_right(starts, start) - 1, len(pieces)):
        text, place = pieces[index]
        first, last = max(start - starts[index], 0), min(end - starts[index], len(text))
        if last <= 0:
            return
        within = place.within
        if within is not None and within.end - within.start == len(text):
            within = Span(within.start + first, within.start + last)
            place = Place(place.document, place.path, "value", within)
        yield Piece(text[first:last], place)
