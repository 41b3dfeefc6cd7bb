"""The results of Ref and Fn::GetAtt for a template's resources: names, ARNs, URLs.

How each resource type forms them is in resource_types.json, each type with its page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sfnlint.inputs.cloudformation.template import Template
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import MARKER, Symbol, SymbolKind, Symbols

_PLACEHOLDER = lazy_pattern(r"\$\{(\w+)(?::(\w+))?\}")
_PSEUDO_PARAMETERS = {
    "Partition": Symbol("AWS::Partition"),
    "Region": Symbol("AWS::Region"),
    "Account": Symbol("AWS::AccountId"),
    "URLSuffix": Symbol("AWS::URLSuffix"),
}
_SYMBOL_KINDS: dict[str, SymbolKind] = {"Generated": "generated", "Open": "open"}
_LONGEST_CHAIN = 20
KNOWN_ARN = "sfn-lint:arn"
"""The key of a resource with its ARN, if it already exists."""


class ResourceNames:
    """The names of a template's resources in one combination of its conditions.

    A format in the table is a string with placeholders: `${Name}`, the resource's own name;
    `${Partition}`, `${Region}`, `${Account}`, `${URLSuffix}`; `${Generated:Suffix}`, a value that
    the service generates and nobody can write down beforehand; `${Open:Version}`, a value that the
    service chooses and one can guess; or one of the type's `parts`, taken from a property.

    Args:
        template: the template.
        symbols: where the symbols of unknown values are kept.
        string: resolves a value to a string; None where there is no value.

    """

    def __init__(
        self, template: Template, symbols: Symbols, string: Callable[[object], str | None]
    ) -> None:
        self.template = template
        self.symbols = symbols
        self._string = string
        self._in_progress: set[tuple[str, str]] = set()
        self._properties: dict[tuple[str, str], str | None] = {}
        self._arns: dict[str, dict[str, str]] = {}
        self._formatted: dict[tuple[str, str], str] = {}

    def ref(self, name: str) -> str | None:
        """Return the result of a Ref to this resource; None when the table does not have it."""
        known = self._type_of(name)
        if known is None or known["ref"] is None:
            return None
        return self._format(name, known, known["ref"])

    def get_att(self, name: str, attribute: str) -> str | None:
        """Return the result of an Fn::GetAtt; None when the table does not have the attribute."""
        known = self._type_of(name)
        if known is None or attribute not in known["attributes"]:
            return None
        return self._format(name, known, known["attributes"][attribute])

    def forms(self, name: str) -> list[str]:
        """Return the ARN of a resource, its name and the result of a Ref to it.

        Empty when the table does not have its type.
        """
        known = self._type_of(name)
        if known is None:
            return []
        return [self._format(name, known, form) for form in ("arn", "name", known["ref"] or "arn")]

    def arn_references(self) -> Iterator[tuple[str, Symbol]]:
        """Yield the ARN of each resource with the reference to it: `Queue.Arn`, or `Topic` to Ref.

        Resources without such a reference are left out.
        """
        for name in self.template.resources:
            known = self._type_of(name)
            if known is None:
                continue
            attributes = [each for each, form in known["attributes"].items() if form == "arn"]
            if attributes or known["ref"] == "arn":
                reference = name if known["ref"] == "arn" else f"{name}.{attributes[0]}"
                yield self._format(name, known, "arn"), Symbol(reference)

    def is_generated(self, name: str) -> bool:
        """Whether the service generates this resource's name."""
        known = self._type_of(name)
        return known is not None and self._property(name, known["name"]) is None

    def arn(self, resource_type: str, string: str) -> str | None:
        """Return the ARN of the resource that a string names; None when it is unknown.

        Args:
            resource_type: `AWS::Lambda::Function`.
            string: the resource's ARN or name, or the result of a Ref to it.

        """
        if resource_type not in self._arns:
            # Names may refer to each other: a lookup meanwhile sees the names found so far.
            arns = self._arns[resource_type] = {}
            known = _types()[resource_type]
            for name in self.template.of_type(resource_type):
                arn = self._format(name, known, "arn")
                for form in ("name", known["ref"] or "name"):
                    arns.setdefault(self._format(name, known, form), arn)
        if string in self._arns[resource_type]:
            return self._arns[resource_type][string]
        if string.startswith("arn:"):
            return string
        values = _values_in(resource_type, string)
        if values is None:
            if not string or ":" in string or MARKER.fullmatch(string):
                return None
            values = {"Name": string}
        return _PLACEHOLDER.sub(
            lambda match: values.get(match[1]) or self._pseudo_parameter(match[1]),
            _types()[resource_type]["arn"],
        )

    def _type_of(self, name: str) -> Mapping[str, Any] | None:
        resource = self.template.resources.get(name)
        return None if resource is None else _types().get(str(resource["Type"]))

    def _format(self, name: str, known: Mapping[str, Any], field: str) -> str:
        key = name, field
        string = self._formatted.get(key)
        if string is None:
            string = self._fill(name, known, field)
            # While a name is being resolved, a reference back to it is a symbol.
            if not self._in_progress:
                self._formatted[key] = string
        return string

    def _fill(self, name: str, known: Mapping[str, Any], field: str) -> str:
        arn = self.template.resources[name].get(KNOWN_ARN)
        if isinstance(arn, str) and field == "arn":
            return arn
        if field == "name":
            if isinstance(arn, str) and known["name"] is None:
                return arn.rpartition("/")[2]
            return self._name(name, known)

        result = ""
        for literal, placeholder, suffix in _split(known[field]):
            result += literal
            if placeholder in _PSEUDO_PARAMETERS:
                result += self._pseudo_parameter(placeholder)
            elif placeholder == "Name":
                result += self._format(name, known, "name")
            elif placeholder == "Path":
                result += self._property(name, "Path") or "/"
            elif placeholder in _SYMBOL_KINDS:
                result += self._symbol(f"{name}.{suffix}", _SYMBOL_KINDS[placeholder])
            elif placeholder:
                result += self._part(name, **known["parts"][placeholder])
        return result

    def _part(self, name: str, property: str, type: str = "") -> str:  # noqa: A002
        string = self._property(name, property)
        part = self.arn(type, string) if string and type else string
        return part or self._symbol(f"{name}.{property}")

    def _name(self, name: str, known: Mapping[str, Any]) -> str:
        string = self._property(name, known["name"])
        if string:
            return string
        return self._symbol(name + known["shown"], "generated" if string is None else "open")

    def _property(self, name: str, field: str | None) -> str | None:
        """A property as a string; None where it is not set, a symbol where it refers to itself."""
        value = self.template.properties(name).get(field) if field else None
        if value is None or field is None:
            return None
        key = name, field
        if key in self._properties:
            return self._properties[key]
        if key in self._in_progress or len(self._in_progress) >= _LONGEST_CHAIN:
            return self._symbol(name)
        self._in_progress.add(key)
        self._properties[key] = string = self._string(value)
        self._in_progress.discard(key)
        return string

    def _symbol(self, name: str, kind: SymbolKind = "open") -> str:
        return self.symbols.mark(Symbol(self.template.display_name(name), kind))

    def _pseudo_parameter(self, placeholder: str) -> str:
        symbol = _PSEUDO_PARAMETERS[placeholder]
        return self.template.parameter_values.get(symbol.name) or self.symbols.mark(symbol)


def _values_in(resource_type: str, string: str) -> dict[str, str] | None:
    """Return the values of the placeholders in a Ref's result that is neither a name nor an ARN."""
    known = _types()[resource_type]
    if known["ref"] in (None, "name", "arn"):
        return None
    match = _inverse(known[known["ref"]]).fullmatch(string)
    return match.groupdict() if match else None


@cache
def _inverse(form: str) -> re.Pattern[str]:
    """Return an expression that finds the values of the placeholders of a format."""
    expression = "".join(
        re.escape(literal) + (f"(?P<{name}>[^/:]+{'?' * (name == 'Region')})" if name else "")
        for literal, name, _ in _split(form)
    )
    return re.compile(expression)


@cache
def _split(form: str) -> list[tuple[str, str, str]]:
    """The literals of a format, each with the placeholder behind it: its name and its suffix."""
    parts = _PLACEHOLDER.split(form)
    return list(zip_longest(parts[::3], parts[1::3], parts[2::3], fillvalue=""))


@cache
def _types() -> dict[str, dict[str, Any]]:
    """The formats of names, ARNs and URLs, by resource type."""
    file = Path(__file__).with_name("resource_types.json")
    types: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    for known in types.values():
        # A name is shown as the reference that returns it: a Ref, or else an attribute.
        attributes = [name for name, form in known["attributes"].items() if form == "name"]
        known["shown"] = f".{attributes[0]}" if attributes and known["ref"] != "name" else ""
    return types
