"""Values of a template: intrinsic functions worked out, what stays open as symbols.

Functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path as FilePath
from typing import Any
from zlib import crc32

from sfnlint.inputs.conditions import Truth
from sfnlint.inputs.template import IN_SUB, Template
from sfnlint.place import Path, Place, Span
from sfnlint.source import Piece
from sfnlint.symbol import MARKER, Symbol, Symbols

NO_VALUE = object()
"""What AWS::NoValue leaves: nothing at all."""

_IN_FORM = re.compile(r"\$\{(\w+)\}")
_PSEUDO = {"Partition": "AWS::Partition", "Region": "AWS::Region", "Account": "AWS::AccountId"}
_PSEUDO["URLSuffix"] = "AWS::URLSuffix"
_LONGEST_NAME = 60
_LONGEST_CHAIN = 20
_LONGEST_TEXT = 10_000
"""How long a value within a value may be: templates can double a text again and again."""
_LONGEST_WHOLE = 4_000_000


class Resolver:
    """Works values out in one combination of the template's conditions.

    Args:
        template: the template.
        symbols: where the symbols of its open values are kept.
        truth: the conditions whose value is known in this combination.

    """

    def __init__(self, template: Template, symbols: Symbols, truth: Truth) -> None:
        self.template = template
        self.symbols = symbols
        self.truth = truth
        self._under_way: set[str] = set()
        self._names: dict[str, str] = {}

    # Texts

    def text(self, data: object) -> str | None:
        """A value as a text with marker characters; None where there is no value."""
        if isinstance(data, str):
            return data
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, (int, float)):
            return str(data)
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
        return self._open(data) if result is None or len(result) > _LONGEST_TEXT else result

    def reference(self, name: str) -> str:
        """What a Ref to this name gives."""
        if name in self.template.resources:
            known = _types().get(str(self.template.resources[name]["Type"]))
            if known is not None:
                return self._form(name, known, known["ref"])
        return self._mark(name)

    def attribute(self, name: str, attribute: str) -> str:
        """What an Fn::GetAtt of this resource and attribute gives."""
        if name in self.template.resources:
            known = _types().get(str(self.template.resources[name]["Type"]))
            form = known["attributes"].get(attribute) if known else None
            if known is not None and form is not None:
                return self._form(name, known, form)
        whole = f"{name}.{attribute}"
        # SAM gives some resources that it makes a name of this form.
        return self.reference(whole) if whole in self.template.resources else self._mark(whole)

    def _form(self, name: str, known: Mapping[str, Any], form: str) -> str:
        """One of a resource's names: its name, its ARN, its URL."""
        own = self._name(name, known)
        if form == "name":
            return own
        path = self.text(self.template.properties(name).get("Path", "/")) or "/"
        values = {"Name": own, "Path": path}
        return _IN_FORM.sub(
            lambda match: values.get(match[1]) or self._mark(_PSEUDO[match[1]]), known[form]
        )

    def _name(self, name: str, known: Mapping[str, Any]) -> str:
        given = self.template.properties(name).get(known["name"])
        if name in self._names:
            return self._names[name]
        if given is not None and name not in self._under_way:
            text: str | None = self._mark(name)
            if len(self._under_way) < _LONGEST_CHAIN:
                self._under_way.add(name)
                text = self.text(given)
                self._under_way.discard(name)
            if text is not None:
                self._names[name] = text
                return text
            given = None
        attribute = next((one for one, form in known["attributes"].items() if form == "name"), None)
        shown = name if known["ref"] == "name" or attribute is None else f"{name}.{attribute}"
        kind = "generated" if given is None else "open"
        return self.symbols.mark(Symbol(shown, kind))  # type: ignore[arg-type]

    def _mark(self, name: str) -> str:
        return self.symbols.mark(Symbol(name))

    def _open(self, data: object) -> str:
        """A value that cannot be worked out: equal values are equal symbols."""
        name = json.dumps(data, default=str)
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
        if not isinstance(argument, list) or len(argument) < 3:
            return None
        found: object = self.template.mappings
        for key in argument[:3]:
            text = self.text(key)
            found = found.get(text) if isinstance(found, dict) and text else None
        return found if isinstance(found, str) else None

    def _select(self, argument: object) -> str | None:
        if not isinstance(argument, list) or len(argument) != 2:
            return None
        index, values = str(argument[0]), argument[1]
        function, inner = intrinsic(values)
        if function == "Fn::Split" and isinstance(inner, list) and len(inner) == 2:
            delimiter, text = inner[0], self.text(inner[1])
            if not isinstance(delimiter, str) or not delimiter or text is None:
                return None
            # What a symbol stands for may hold the delimiter as well.
            values = None if MARKER.search(text) else text.split(delimiter)
        if not isinstance(values, list) or not index.isdigit() or int(index) >= len(values):
            return None
        return self.text(values[int(index)])

    _functions: Mapping[str, Callable[[Resolver, object], str | None]] = {
        "Fn::GetAtt": _get_att,
        "Fn::Sub": _sub,
        "Fn::Join": _join,
        "Fn::FindInMap": _find_in_map,
        "Fn::Select": _select,
    }

    # Texts in pieces, each with its place

    def pieces(self, data: object, path: Path) -> list[Piece] | None:
        """The pieces of a text that is put together; None when it cannot be read as one."""
        if isinstance(data, str):
            return [Piece(data, self._place(path, 0, len(data)))]
        function, argument = intrinsic(data)
        inner = (*path, function)
        if function == "Fn::Sub":
            return self.sub_pieces(argument, inner)
        if function == "Fn::Join":
            return self._join_pieces(argument, inner)
        if function == "Fn::If":
            branch = self.branch(argument)
            return None if branch is None else self.pieces(branch[1], (*inner, branch[0]))
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
        delimiter, parts = argument
        if not isinstance(delimiter, str) or not isinstance(parts, list):
            return None
        pieces: list[Piece] = []
        for index, part in enumerate(parts):
            at = (*path, 1, index)
            if index and delimiter:
                pieces.append(Piece(delimiter, self._place((*path, 0), 0, len(delimiter))))
            inner = self.pieces(part, at)
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
            return substituted(data, substitutions)
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
        if any(key.startswith(("Fn::Transform", "Fn::ForEach")) for key in data):
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
            return NO_VALUE if text is None else substituted(text, substitutions)
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


def substituted_pieces(pieces: Sequence[Piece], substitutions: Mapping[str, str]) -> list[Piece]:
    """Pieces of a definition with its DefinitionSubstitutions filled in."""
    filled: list[Piece] = []
    for text, place in pieces:
        end = 0
        start = place.within.start if place.within else 0
        if place.within is None or place.within.end - place.within.start != len(text):
            filled.append(Piece(substituted(text, substitutions), place))
            continue
        for match in IN_SUB.finditer(text):
            if match[1] or match[2] not in substitutions:
                continue
            before = Span(start + end, start + match.start())
            filled.append(
                Piece(text[end : match.start()], Place(place.document, place.path, "value", before))
            )
            own = Span(start + match.start(), start + match.end())
            value = substitutions[match[2]]
            filled.append(Piece(value, Place(place.document, place.path, "value", own)))
            end = match.end()
        rest = Span(start + end, start + len(text))
        filled.append(Piece(text[end:], Place(place.document, place.path, "value", rest)))
    return filled


@cache
def _types() -> dict[str, dict[str, Any]]:
    """What is known about resource types: how their names, ARNs and URLs hang together."""
    file = FilePath(__file__).with_name("resource_types.json")
    types: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return types
