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

from sfnlint.inputs import lists
from sfnlint.inputs.conditions import Truth
from sfnlint.inputs.resource_names import ResourceNames
from sfnlint.inputs.template import IN_SUB, Around, Template, is_macro
from sfnlint.place import Path, Place, Span
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
            return self._dynamic(data)
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, (int, float)):
            return str(data)
        if self.depth >= _DEEPEST:
            return self._open(data)
        self.depth += 1
        text = self._worked_out(data)
        self.depth -= 1
        return text

    def _worked_out(self, data: object) -> str | None:
        function, argument = intrinsic(data)
        if function == "Fn::If":
            branch = self.branch(argument)
            return self._open(data) if branch is None else self.text(branch[1])
        if function == "Ref":
            if argument == "AWS::NoValue":
                return None
            return self.reference(argument) if isinstance(argument, str) else self._open(data)
        handler = self._functions.get(function)
        result = handler(self, argument) if handler else None
        if result is None or len(result) > _LONGEST_TEXT:
            return self._open(data)
        return self._dynamic(result)

    def _dynamic(self, text: str) -> str:
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

    def _open(self, data: object) -> str:
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
        pieces = self.sub_pieces(argument, ())
        return None if pieces is None else "".join(piece.text for piece in pieces)

    def _join(self, argument: object) -> str | None:
        pieces = self._join_pieces(argument, ())
        return None if pieces is None else "".join(piece.text for piece in pieces)

    def _find_in_map(self, argument: object) -> str | None:
        found = lists.mapped(self, argument)
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
        "Fn::Select": lists.selected,
        "Fn::Length": lists.length,
        "Fn::Base64": _base64,
        "Fn::ToJsonString": _to_json,
        "Fn::ImportValue": _import_value,
    }

    # Texts in pieces, each with its place

    def pieces(self, data: object, path: Path) -> list[Piece] | None:
        """The pieces of a text that is put together; None when it cannot be read as one."""
        pieces = self._pieces(data, path)
        return pieces and self._dynamic_pieces(pieces)

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

    def _pieces(self, data: object, path: Path) -> list[Piece] | None:
        if isinstance(data, str):
            return [Piece(data, self._place(path, 0, len(data)))]
        if self.depth >= _DEEPEST:
            return None
        self.depth += 1
        pieces = self._put_together(*intrinsic(data), path)
        self.depth -= 1
        return pieces

    def _put_together(self, function: str, argument: object, path: Path) -> list[Piece] | None:
        inner = (*path, function)
        if function == "Fn::Sub":
            return self.sub_pieces(argument, inner)
        if function == "Fn::Join":
            return self._join_pieces(argument, inner)
        if function == "Fn::If":
            branch = self.branch(argument)
            return None if branch is None else self._pieces(branch[1], (*inner, branch[0]))
        return None

    def sub_pieces(self, argument: object, path: Path) -> list[Piece] | None:
        """The pieces of an Fn::Sub."""
        text, values = argument, {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
            text, values = argument
            path = (*path, 0)
        if not isinstance(text, str):
            return None
        pieces = []
        end = length = 0
        worked_out: dict[str, str] = {}
        for match in IN_SUB.finditer(text):
            pieces.append(Piece(text[end : match.start()], self._place(path, end, match.start())))
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
            pieces.append(Piece(value, self._place(path, *match.span())))
            end = match.end()
            length += len(value)
            if length > _LONGEST_WHOLE:
                return None
        return [*pieces, Piece(text[end:], self._place(path, end, len(text)))]

    def _join_pieces(self, argument: object, path: Path) -> list[Piece] | None:
        if not isinstance(argument, list) or len(argument) != 2:
            return None
        delimiter, parts = argument[0], lists.items(self, argument[1])
        if not isinstance(delimiter, str) or parts is None:
            return None
        pieces: list[Piece] = []
        for index, part in enumerate(parts):
            at = (*path, 1, index)
            if index and delimiter:
                pieces.append(Piece(delimiter, self._place((*path, 0), 0, len(delimiter))))
            inner = self._pieces(part, at) if isinstance(argument[1], list) else None
            if inner is None:
                inner = [Piece(self.text(part) or "", Place(self.template.document, at))]
            pieces += inner
        return pieces

    def _place(self, path: Path, start: int, end: int) -> Place:
        return Place(self.template.document, path, "value", Span(start, end))

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
        self, data: object, path: Path, substitutions: Mapping[str, str] | None = None
    ) -> tuple[object, dict[Path, Path]]:
        """A value with everything in it worked out, and the paths that are elsewhere therefore.

        Args:
            data: the value.
            path: its path in the template.
            substitutions: what `${name}` in its texts stands for.

        Returns:
            Plain data, and for a path in it the path in the template, where they differ.

        """
        moved: dict[Path, Path] = {}
        result = self._tree(data, path, (), moved, substitutions or {})
        return (None if result is NO_VALUE else result), moved

    def _tree(
        self,
        data: object,
        path: Path,
        at: Path,
        moved: dict[Path, Path],
        substitutions: Mapping[str, str],
    ) -> object:
        if isinstance(data, str):
            return self._dynamic(substituted(data, substitutions))
        if isinstance(data, list):
            found: list[object] = []
            for index, one in enumerate(data):
                here = (*at, len(found))
                value = self._tree(one, (*path, index), here, moved, substitutions)
                if value is NO_VALUE:
                    continue
                if len(found) != index:
                    moved.setdefault(here, (*path, index))
                found.append(value)
            return found
        if not isinstance(data, dict):
            return data
        function, argument = intrinsic(data)
        if any(map(is_macro, data)):
            # What stands beside it is only a part of what there will be.
            return self._open(data)
        if function == "Fn::If":
            branch = self.branch(argument)
            if branch is None:
                return self._open(data)
            inner = (*path, function, branch[0])
            moved[at] = inner
            return self._tree(branch[1], inner, at, moved, substitutions)
        if function:
            text = self.text(data)
            return NO_VALUE if text is None else self._dynamic(substituted(text, substitutions))
        members = {
            key: self._tree(value, (*path, key), (*at, key), moved, substitutions)
            for key, value in data.items()
        }
        return {key: value for key, value in members.items() if value is not NO_VALUE}


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
