"""The values that files give to the variables of a configuration.

https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from sfnlint.inputs.terraform.decoding import decoded
from sfnlint.inputs.terraform.values import (
    List,
    Object,
    Open,
    Part,
    Scalar,
    Text,
    TooLongError,
    Value,
    literal,
    parts_of,
    text_at,
    text_of,
)
from sfnlint.source import TextDocument
from sfnlint.source import hcl_nodes as nodes
from sfnlint.source.hcl_nodes import Body, Expression

Evaluate = Callable[[Expression, TextDocument], Value]
"""Gives the value of an expression in a file, in which no names are known."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def given(documents: Sequence[TextDocument], evaluate: Evaluate) -> Mapping[str, Value]:
    """The values of variables by name; of several files, the last one counts.

    Args:
        documents: `*.tfvars` and `*.tfvars.json`, in the order in which Terraform loads them.
        evaluate: gives values.

    """
    found: dict[str, Value] = {}
    for document in documents:
        if isinstance(document.data, Body):
            for name, attribute in document.data.attributes.items():
                found[name] = evaluate(attribute.value, document)
        elif isinstance(document.data, dict):
            whole = text_at(document, 0, len(document.text))
            try:
                values = decoded(Text(whole, [Part(document.text, whole)]), "json")
            except TooLongError:
                values = None
            for name in document.data:
                value = values.get(name) if isinstance(values, Object) else None
                found[name] = value or Open(whole, {})
    return found


def converted(
    value: Value, kind: Expression, evaluate: Callable[[Expression], Value]
) -> Value | None:
    """A value as the type of its variable makes it; None when that is not known.

    https://developer.hashicorp.com/terraform/language/expressions/type-constraints

    Args:
        value: the value.
        kind: the type.
        evaluate: gives the values of the defaults of optional attributes.

    """
    return _Conversion(evaluate).value(value, kind)


class _Conversion:
    def __init__(self, evaluate: Callable[[Expression], Value]) -> None:
        self._evaluate = evaluate

    def value(self, value: Value, kind: Expression) -> Value | None:
        if isinstance(value, Scalar) and value.value is None:
            return value
        if isinstance(kind, nodes.Name):
            return _simple(value, kind.name)
        if not isinstance(kind, nodes.Call) or not kind.arguments:
            return None
        inner = kind.arguments[0]
        if kind.function == "object" and isinstance(value, Object):
            return self._object(value, inner)
        if kind.function == "map" and isinstance(value, Object):
            members = [(key, self.value(one, inner)) for key, one in value.members]
            return _object(value, members)
        if kind.function in ("list", "set") and isinstance(value, List):
            items = [self.value(one, inner) for one in value.items]
            known = [one for one in items if one is not None]
            if len(known) == len(items):
                items_of_kind = List(value.place, known)
                return items_of_kind if kind.function == "list" else _set(items_of_kind)
        return None

    def _object(self, value: Object, kind: Expression) -> Value | None:
        """The declared attributes alone; those that are not given have their defaults."""
        members: list[tuple[Text, Value | None]] = []
        for key, declared in kind.items if isinstance(kind, nodes.Object) else ():
            name = literal(self._evaluate(key))
            if name is None:
                return None
            default: Value | None = None
            if isinstance(declared, nodes.Call) and declared.function == "optional":
                declared, *rest = declared.arguments or [nodes.Unknown(declared.span)]
                default = self._evaluate(rest[0]) if rest else Scalar(value.place, None)
            member = value.get(name)
            if isinstance(member, Scalar) and member.value is None:
                # Null is as if it were not given.
                member = default or member
            member = member or default
            if member is None:
                return None
            members.append((text_of(name, member.place), self.value(member, declared)))
        return _object(value, members)


def _object(value: Object, members: Sequence[tuple[Text, Value | None]]) -> Value | None:
    known = [(key, one) for key, one in members if one is not None]
    return Object(value.place, known) if len(known) == len(members) else None


def _set(value: List) -> Value | None:
    """Each item once, in the order in which a set is gone through."""
    texts = {literal(one): one for one in value.items}
    names = sorted(name for name in texts if name is not None)
    return None if None in texts else List(value.place, [texts[name] for name in names])


def _simple(value: Value, kind: str) -> Value | None:
    text = literal(value)
    if kind == "any" or (kind in ("list", "set") and isinstance(value, List)):
        return value
    if kind == "map" and isinstance(value, Object):
        return value
    if kind == "string":
        parts = parts_of(value)
        return None if parts is None else Text(value.place, parts)
    if kind == "bool" and text in ("true", "false"):
        return Scalar(value.place, text == "true")
    if kind == "number" and text is not None and _NUMBER.fullmatch(text):
        return Scalar(value.place, int(text) if text.lstrip("-").isdecimal() else float(text))
    return None
