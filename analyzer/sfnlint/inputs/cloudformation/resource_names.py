"""What a template's resources are called: names, ARNs, URLs, put together from their properties.

The facts are in resource_types.json, each type with its page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import zip_longest
from pathlib import Path as FilePath
from typing import Any

from sfnlint.inputs.cloudformation.template import Template
from sfnlint.symbol import MARKER, Symbol, SymbolKind, Symbols

_IN_FORM = re.compile(r"\$\{(\w+)(?::(\w+))?\}")
_PSEUDO = {
    "Partition": Symbol("AWS::Partition"),
    "Region": Symbol("AWS::Region"),
    "Account": Symbol("AWS::AccountId"),
    "URLSuffix": Symbol("AWS::URLSuffix"),
}
_MADE_UP: dict[str, SymbolKind] = {"Generated": "generated", "Open": "open"}
_LONGEST_CHAIN = 20


class ResourceNames:
    """The names of a template's resources in one combination of its conditions.

    A form in the table is a text with placeholders: `${Name}`, the resource's own name;
    `${Partition}`, `${Region}`, `${Account}`, `${URLSuffix}`; `${Generated:Suffix}`, what the
    service makes up and nobody can write down beforehand; `${Open:Version}`, what it makes up and
    one can guess; one of the type's `parts`, taken from a property.

    Args:
        template: the template.
        symbols: where the symbols of open values are kept.
        text: works a value out as a text; None where there is no value.

    """

    def __init__(
        self, template: Template, symbols: Symbols, text: Callable[[object], str | None]
    ) -> None:
        self.template = template
        self.symbols = symbols
        self._text = text
        self._under_way: set[tuple[str, str]] = set()
        self._worked_out: dict[tuple[str, str], str | None] = {}
        self._arns: dict[str, dict[str, str]] = {}
        self._forms: dict[tuple[str, str], str] = {}

    def reference(self, name: str) -> str | None:
        """What a Ref to this resource gives; None when the table does not say."""
        known = self._known(name)
        if known is None or known["ref"] is None:
            return None
        return self._form(name, known, known["ref"])

    def attribute(self, name: str, attribute: str) -> str | None:
        """What an Fn::GetAtt of this resource gives; None when the table does not say."""
        known = self._known(name)
        if known is None or attribute not in known["attributes"]:
            return None
        return self._form(name, known, known["attributes"][attribute])

    def is_generated(self, name: str) -> bool:
        """Whether the service makes this resource's name up."""
        known = self._known(name)
        return known is not None and self._property(name, known["name"]) is None

    def arn(self, kind: str, text: str) -> str | None:
        """The ARN of what a text names, be it by ARN or by name; None when that is open.

        Args:
            kind: `AWS::Lambda::Function`.
            text: the text.

        """
        if kind not in self._arns:
            # Names may refer to each other: what is asked meanwhile sees those found so far.
            own = self._arns[kind] = {}
            known = _types()[kind]
            for name in self.template.of_type(kind):
                own.setdefault(self._form(name, known, "name"), self._form(name, known, "arn"))
        if text in self._arns[kind]:
            return self._arns[kind][text]
        if text.startswith("arn:"):
            return text
        if not text or ":" in text or MARKER.fullmatch(text):
            return None
        values = {"Name": text}
        return _IN_FORM.sub(
            lambda match: values.get(match[1]) or self._pseudo(match[1]), _types()[kind]["arn"]
        )

    def _known(self, name: str) -> Mapping[str, Any] | None:
        resource = self.template.resources.get(name)
        return None if resource is None else _types().get(str(resource["Type"]))

    def _form(self, name: str, known: Mapping[str, Any], form: str) -> str:
        key = name, form
        made = self._forms.get(key)
        if made is None:
            made = self._made(name, known, form)
            # While a name is worked out, what refers to it is open.
            if not self._under_way:
                self._forms[key] = made
        return made

    def _made(self, name: str, known: Mapping[str, Any], form: str) -> str:
        if form == "name":
            return self._name(name, known)

        made = ""
        for text, field, what in _split(known[form]):
            made += text
            if field in _PSEUDO:
                made += self._pseudo(field)
            elif field == "Name":
                made += self._form(name, known, "name")
            elif field == "Path":
                made += self._property(name, "Path") or "/"
            elif field in _MADE_UP:
                shown = self.template.called(f"{name}.{what}")
                made += self.symbols.mark(Symbol(shown, _MADE_UP[field]))
            elif field:
                made += self._part(name, **known["parts"][field])
        return made

    def _part(self, name: str, property: str, type: str = "") -> str:  # noqa: A002
        text = self._property(name, property)
        found = self.arn(type, text) if text and type else text
        return found or self.symbols.mark(Symbol(self.template.called(f"{name}.{property}")))

    def _name(self, name: str, known: Mapping[str, Any]) -> str:
        text = self._property(name, known["name"])
        if text:
            return text
        kind: SymbolKind = "generated" if text is None else "open"
        return self.symbols.mark(Symbol(self.template.called(name + known["shown"]), kind))

    def _property(self, name: str, field: str | None) -> str | None:
        """A property as a text; None where it is not set. What refers to itself is open."""
        given = self.template.properties(name).get(field) if field else None
        if given is None or field is None:
            return None
        key = name, field
        if key in self._worked_out:
            return self._worked_out[key]
        if key in self._under_way or len(self._under_way) >= _LONGEST_CHAIN:
            return self.symbols.mark(Symbol(self.template.called(name)))
        self._under_way.add(key)
        self._worked_out[key] = text = self._text(given)
        self._under_way.discard(key)
        return text

    def _pseudo(self, field: str) -> str:
        return self.symbols.mark(_PSEUDO[field])


@cache
def _split(form: str) -> list[tuple[str, str, str]]:
    """The texts of a form, each with the placeholder behind it: what it is, and its suffix."""
    found = _IN_FORM.split(form)
    return list(zip_longest(found[::3], found[1::3], found[2::3], fillvalue=""))


@cache
def _types() -> dict[str, dict[str, Any]]:
    """What is known about resource types: how their names, ARNs and URLs hang together."""
    file = FilePath(__file__).with_name("resource_types.json")
    types: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    for known in types.values():
        # A name is shown as what gives it: a Ref, or else an attribute.
        named = [one for one, form in known["attributes"].items() if form == "name"]
        known["shown"] = f".{named[0]}" if named and known["ref"] != "name" else ""
    return types
