"""`data.aws_iam_policy_document`: the policy that its blocks make.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    StringValue,
    TerraformValue,
    json_parts,
    literal,
    string_of,
)
from sfnlint.place import Place

_LISTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


class _UnknownError(Exception):
    """It cannot be worked out."""


def computed(one: BlockInstance, attribute: str) -> TerraformValue | None:
    """An attribute of a policy document; None when it cannot be worked out."""
    if attribute not in ("json", "minified_json"):
        return None
    try:
        document = _document(one)
    except _UnknownError:
        return None
    return StringValue(one.place, json_parts(document), document)


def _document(one: BlockInstance) -> ObjectValue:
    place = one.place
    statements: list[TerraformValue] = []
    for argument in ("source_json", "source_policy_documents"):
        for other in _documents(one, argument):
            statements += other
    statements += [_statement(block) for block in _blocks(one, "statement")]
    for argument in ("override_json", "override_policy_documents"):
        for other in _documents(one, argument):
            statements = _overridden(statements, other)
    version = one.value("version") or string_of("2012-10-17", place)
    return ObjectValue(
        place,
        [
            (string_of("Version", place), version),
            (string_of("Statement", place), ListValue(place, statements)),
        ],
    )


def _documents(one: BlockInstance, argument: str) -> Iterator[list[TerraformValue]]:
    value = one.value(argument)
    if value is None:
        return
    for document in value.items if isinstance(value, ListValue) else [value]:
        decoded = document.decoded if isinstance(document, StringValue) else None
        statements = decoded.get("Statement") if isinstance(decoded, ObjectValue) else None
        if isinstance(statements, ObjectValue):
            yield [statements]
        elif isinstance(statements, ListValue):
            yield statements.items
        else:
            raise _UnknownError


def _overridden(
    statements: Sequence[TerraformValue], by: Sequence[TerraformValue]
) -> list[TerraformValue]:
    named = {name: one for one in by if (name := _sid(one))}
    kept = [named.pop(_sid(one), one) for one in statements]
    return [*kept, *(one for one in by if not _sid(one) or _sid(one) in named)]


def _sid(statement: TerraformValue) -> str:
    sid = statement.get("Sid") if isinstance(statement, ObjectValue) else None
    return literal(sid) or ""


def _statement(block: BlockInstance) -> ObjectValue:
    place = block.place
    attributes = block.written.block.body.attributes
    members: list[tuple[StringValue, TerraformValue]] = []
    sid = block.value("sid")
    if sid is not None and literal(sid) != "":
        members.append((string_of("Sid", block.written.at(attributes["sid"].key)), sid))
    effect = block.value("effect") or string_of("Allow", place)
    members.append((string_of("Effect", place), effect))
    for argument, name in _LISTS.items():
        value = block.value(argument)
        if value is not None:
            key = block.written.at(attributes[argument].key)
            members.append((string_of(name, key), _with_variables(value)))
    for argument, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = _principals(block, argument)
        if principals is not None:
            members.append((string_of(name, principals.place), principals))
    conditions = _conditions(block)
    if conditions is not None:
        members.append((string_of("Condition", conditions.place), conditions))
    return ObjectValue(place, members)


def _blocks(block: BlockInstance, kind: str) -> list[BlockInstance]:
    found = block.blocks(kind)
    # Before version 0.12, Terraform took an argument for a block.
    if found is None or kind in block.written.block.body.attributes:
        raise _UnknownError
    return found


def _principals(block: BlockInstance, kind: str) -> TerraformValue | None:
    blocks = _blocks(block, kind)
    by_type: dict[str, list[TerraformValue]] = {}
    places: dict[str, Place] = {}
    for one in blocks:
        name = literal(one.value("type"))
        identifiers = one.value("identifiers")
        if name is None or not isinstance(identifiers, ListValue):
            raise _UnknownError
        by_type.setdefault(name, []).extend(identifiers.items)
        places.setdefault(name, one.place)
    if not blocks:
        return None
    if set(by_type) == {"*"}:
        return string_of("*", places["*"])
    # `*` beside others is written as AWS's own.
    members: list[tuple[StringValue, TerraformValue]] = [
        (string_of("AWS" if name == "*" else name, places[name]), ListValue(places[name], items))
        for name, items in by_type.items()
    ]
    return ObjectValue(blocks[0].place, members)


def _conditions(block: BlockInstance) -> ObjectValue | None:
    blocks = _blocks(block, "condition")
    tests: dict[str, dict[str, list[TerraformValue]]] = {}
    places: dict[str, Place] = {}
    for one in blocks:
        test, variable = literal(one.value("test")), literal(one.value("variable"))
        values = one.value("values")
        if test is None or variable is None or values is None:
            raise _UnknownError
        places.setdefault(test, one.place)
        given = _with_variables(values)
        items = given.items if isinstance(given, ListValue) else [given]
        tests.setdefault(test, {}).setdefault(variable, []).extend(items)
    if not blocks:
        return None
    members: list[tuple[StringValue, TerraformValue]] = []
    for test, variables in tests.items():
        place = places[test]
        inside: list[tuple[StringValue, TerraformValue]] = [
            (string_of(name, place), ListValue(place, items)) for name, items in variables.items()
        ]
        members.append((string_of(test, place), ObjectValue(place, inside)))
    return ObjectValue(blocks[0].place, members)


def _with_variables(value: TerraformValue) -> TerraformValue:
    """A value with IAM's policy variables, which are written `&{aws:username}` here."""
    if isinstance(value, ListValue):
        return ListValue(value.place, [_with_variables(one) for one in value.items])
    if not isinstance(value, StringValue):
        return value
    parts = [
        part._replace(text=part.text.replace("&{", "${")) if isinstance(part.text, str) else part
        for part in value.parts
    ]
    return StringValue(value.place, parts)
