"""The values that files give to the variables of a configuration.

https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from sfnlint.inputs.terraform.decoding import decoded
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    ScalarValue,
    StringPart,
    StringValue,
    TerraformValue,
    UnknownValue,
    ValueTooLargeError,
    literal,
    place_at,
    string_of,
    string_parts,
)
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Body, Expression

Evaluate = Callable[[Expression, TextDocument], TerraformValue]
"""Gives the value of an expression in a file, in which no names are known."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def given(documents: Sequence[TextDocument], evaluate: Evaluate) -> Mapping[str, TerraformValue]:
    """The values of variables by name; of several files, the last one counts.

    Args:
        documents: `*.tfvars` and `*.tfvars.json`, in the order in which Terraform loads them.
        evaluate: gives values.

    """
    found: dict[str, TerraformValue] = {}
    for document in documents:
        if isinstance(document.data, Body):
            for name, attribute in document.data.attributes.items():
                found[name] = evaluate(attribute.value, document)
        elif isinstance(document.data, dict):
            whole = place_at(document, 0, len(document.text))
            try:
                values = decoded(StringValue(whole, [StringPart(document.text, whole)]), "json")
            except ValueTooLargeError:
                values = None
            for name in document.data:
                value = values.get(name) if isinstance(values, ObjectValue) else None
                found[name] = value or UnknownValue(whole, {})
    return found


def converted(
    value: TerraformValue, kind: Expression, evaluate: Callable[[Expression], TerraformValue]
) -> TerraformValue | None:
    """A value as the type of its variable makes it; None when that is not known.

    https://developer.hashicorp.com/terraform/language/expressions/type-constraints

    Args:
        value: the value.
        kind: the type.
        evaluate: gives the values of the defaults of optional attributes.

    """
    return _Conversion(evaluate).value(value, kind)


class _Conversion:
    def __init__(self, evaluate: Callable[[Expression], TerraformValue]) -> None:
        self._evaluate = evaluate

    def value(self, value: TerraformValue, kind: Expression) -> TerraformValue | None:
        if isinstance(value, ScalarValue) and value.value is None:
            return value
        if isinstance(kind, nodes.Name):
            return _simple(value, kind.name)
        if not isinstance(kind, nodes.FunctionCall) or not kind.arguments:
            return None
        inner = kind.arguments[0]
        if kind.function == "object" and isinstance(value, ObjectValue):
            return self._object(value, inner)
        if kind.function == "map" and isinstance(value, ObjectValue):
            members = [(key, self.value(one, inner)) for key, one in value.members]
            return _object(value, members)
        if kind.function in ("list", "set") and isinstance(value, ListValue):
            items = [self.value(one, inner) for one in value.items]
            known = [one for one in items if one is not None]
            if len(known) == len(items):
                items_of_kind = ListValue(value.place, known)
                return items_of_kind if kind.function == "list" else _set(items_of_kind)
        return None

    def _object(self, value: ObjectValue, kind: Expression) -> TerraformValue | None:
        """The declared attributes alone; those that are not given have their defaults."""
        members: list[tuple[StringValue, TerraformValue | None]] = []
        for key, declared in kind.items if isinstance(kind, nodes.ObjectExpression) else ():
            name = literal(self._evaluate(key))
            if name is None:
                return None
            default: TerraformValue | None = None
            if isinstance(declared, nodes.FunctionCall) and declared.function == "optional":
                declared, *rest = declared.arguments or [nodes.Unknown(declared.span)]
                default = self._evaluate(rest[0]) if rest else ScalarValue(value.place, None)
            member = value.get(name)
            if isinstance(member, ScalarValue) and member.value is None:
                # Null is as if it were not given.
                member = default or member
            member = member or default
            if member is None:
                return None
            members.append((string_of(name, member.place), self.value(member, declared)))
        return _object(value, members)


def _object(
    value: ObjectValue, members: Sequence[tuple[StringValue, TerraformValue | None]]
) -> TerraformValue | None:
    known = [(key, one) for key, one in members if one is not None]
    return ObjectValue(value.place, known) if len(known) == len(members) else None


def _set(value: ListValue) -> TerraformValue | None:
    """Each item once, in the order in which a set is gone through."""
    texts = {literal(one): one for one in value.items}
    names = sorted(name for name in texts if name is not None)
    return None if None in texts else ListValue(value.place, [texts[name] for name in names])


def _simple(value: TerraformValue, kind: str) -> TerraformValue | None:
    text = literal(value)
    if kind == "any" or (kind in ("list", "set") and isinstance(value, ListValue)):
        return value
    if kind == "map" and isinstance(value, ObjectValue):
        return value
    if kind == "string":
        parts = string_parts(value)
        return None if parts is None else StringValue(value.place, parts)
    if kind == "bool" and text in ("true", "false"):
        return ScalarValue(value.place, text == "true")
    if kind == "number" and text is not None and _NUMBER.fullmatch(text):
        return ScalarValue(value.place, int(text) if text.lstrip("-").isdecimal() else float(text))
    return None
