"""Variables: the values in variable definitions files, and type constraints.

https://developer.hashicorp.com/terraform/language/values/variables
"""

from __future__ import annotations

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
    is_null,
    literal,
    place_at,
    set_of,
    string_of,
    string_parts,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.source import TextDocument
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_syntax import Body, Expression

Evaluate = Callable[[Expression, TextDocument], TerraformValue]
"""Returns the value of an expression in a file that can refer to nothing."""
_NUMBER = lazy_pattern(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def values_set(
    documents: Sequence[TextDocument], evaluate: Evaluate
) -> Mapping[str, TerraformValue]:
    """Return the values of variables by name; a later file replaces the values of earlier ones.

    Args:
        documents: the variable definitions files, in the order in which Terraform loads them.
        evaluate: evaluates an expression of a file.

    """
    values: dict[str, TerraformValue] = {}
    for document in documents:
        if isinstance(document.data, Body):
            for name, attribute in document.data.attributes.items():
                values[name] = evaluate(attribute.value, document)
        elif isinstance(document.data, dict):
            whole = place_at(document, 0, len(document.text))
            try:
                data = decoded(StringValue(whole, [StringPart(document.text, whole)]), "json")
            except ValueTooLargeError:
                data = None
            for name in document.data:
                value = data.get(name) if isinstance(data, ObjectValue) else None
                values[name] = value or UnknownValue(whole, {})
    return values


def converted(
    value: TerraformValue, constraint: Expression, evaluate: Callable[[Expression], TerraformValue]
) -> TerraformValue | None:
    """Return a value converted to a type; None when the result is not known.

    https://developer.hashicorp.com/terraform/language/expressions/type-constraints

    Args:
        value: the value.
        constraint: the type, `list(string)`.
        evaluate: evaluates the defaults of optional attributes.

    """
    return _Conversion(evaluate).value(value, constraint)


class _Conversion:
    def __init__(self, evaluate: Callable[[Expression], TerraformValue]) -> None:
        self._evaluate = evaluate

    def value(self, value: TerraformValue, constraint: Expression) -> TerraformValue | None:
        if is_null(value):
            return value
        if isinstance(constraint, nodes.Name):
            return _simple(value, constraint.name)
        if not isinstance(constraint, nodes.FunctionCall) or not constraint.arguments:
            return None
        inner = constraint.arguments[0]
        if constraint.function == "object" and isinstance(value, ObjectValue):
            return self._object(value, inner)
        if constraint.function == "map" and isinstance(value, ObjectValue):
            return _object(
                value, [(key, self.value(member, inner)) for key, member in value.members]
            )
        if constraint.function in ("list", "set") and isinstance(value, ListValue):
            items = [self.value(item, inner) for item in value.items]
            known = [item for item in items if item is not None]
            if len(known) == len(items):
                is_list = constraint.function == "list"
                return ListValue(value.place, known) if is_list else set_of(value.place, known)
        return None

    def _object(self, value: ObjectValue, attributes: Expression) -> TerraformValue | None:
        """Return an object with the declared attributes only, and with their defaults."""
        if value.sorted_members() is None:
            # A key that is not known may be that of any attribute.
            return None
        members: list[tuple[StringValue, TerraformValue | None]] = []
        for key, declared in (
            attributes.items if isinstance(attributes, nodes.ObjectExpression) else ()
        ):
            name = literal(self._evaluate(key))
            if name is None:
                return None
            default: TerraformValue | None = None
            if isinstance(declared, nodes.FunctionCall) and declared.function == "optional":
                declared, *rest = declared.arguments or [nodes.Unknown(declared.span)]
                default = self._evaluate(rest[0]) if rest else ScalarValue(value.place, None)
            member = value.get(name)
            if is_null(member):
                # Terraform uses the default for an attribute that is null.
                member = default or member
            member = member or default
            if member is None:
                return None
            members.append((string_of(name, member.place), self.value(member, declared)))
        return _object(value, members)


def _object(
    value: ObjectValue, members: Sequence[tuple[StringValue, TerraformValue | None]]
) -> TerraformValue | None:
    known = [(key, member) for key, member in members if member is not None]
    return ObjectValue(value.place, known) if len(known) == len(members) else None


def _simple(value: TerraformValue, type_name: str) -> TerraformValue | None:
    if type_name == "any" or isinstance(value, UnknownValue):
        return value
    if type_name in ("list", "set") and isinstance(value, ListValue):
        return value
    if type_name == "map" and isinstance(value, ObjectValue):
        return value
    if type_name == "string":
        if isinstance(value, StringValue):
            return value
        parts = string_parts(value)
        return None if parts is None else StringValue(value.place, parts)
    text = literal(value)
    if type_name == "bool" and text in ("true", "false"):
        return ScalarValue(value.place, text == "true")
    if type_name == "number" and text is not None and _NUMBER.fullmatch(text):
        return ScalarValue(value.place, int(text) if text.lstrip("-").isdecimal() else float(text))
    return None
