"""`data.aws_iam_policy_document`: the policy document that its blocks define.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.inputs.terraform.encoding import json_parts
from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.values import (
    ListValue,
    ObjectValue,
    StringValue,
    TerraformValue,
    UnknownValue,
    is_null,
    literal,
    string_of,
)
from sfnlint.place import Place

_ELEMENTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
"""Arguments of a statement with the elements of a policy that they become."""


class _UnknownDocumentError(Exception):
    """A part of the document is not known."""


def policy_document(data_source: BlockInstance, attribute: str) -> TerraformValue | None:
    """Return an attribute of a policy document data source; None when it is not known."""
    if attribute not in ("json", "minified_json"):
        return None
    try:
        document = _document(data_source)
    except _UnknownDocumentError:
        return None
    return StringValue(data_source.place, json_parts(document), document)


def _document(data_source: BlockInstance) -> ObjectValue:
    place = data_source.place
    statements: list[TerraformValue] = []
    for argument in ("source_json", "source_policy_documents"):
        for source in _statements_of(data_source, argument):
            statements += source
    statements += [_statement(block) for block in _nested(data_source, "statement")]
    for argument in ("override_json", "override_policy_documents"):
        for override in _statements_of(data_source, argument):
            statements = _overridden(statements, override)
    version = data_source.value("version") or string_of("2012-10-17", place)
    return ObjectValue(
        place,
        [
            (string_of("Version", place), version),
            (string_of("Statement", place), ListValue(place, statements)),
        ],
    )


def _statements_of(data_source: BlockInstance, argument: str) -> Iterator[list[TerraformValue]]:
    """Yield the statements of each document in an argument."""
    value = data_source.value(argument)
    if value is None:
        return
    for document in value.items if isinstance(value, ListValue) else [value]:
        data = document.decoded if isinstance(document, StringValue) else None
        statements = data.get("Statement") if isinstance(data, ObjectValue) else None
        if isinstance(statements, ObjectValue):
            yield [statements]
        elif isinstance(statements, ListValue):
            yield statements.items
        else:
            raise _UnknownDocumentError


def _overridden(
    statements: Sequence[TerraformValue], overrides: Sequence[TerraformValue]
) -> list[TerraformValue]:
    """Return statements, those replaced whose Sid an override has too."""
    by_sid = {sid: override for override in overrides if (sid := _sid(override))}
    merged = [by_sid.pop(_sid(statement), statement) for statement in statements]
    added = [override for override in overrides if not _sid(override) or _sid(override) in by_sid]
    return [*merged, *added]


def _sid(statement: TerraformValue) -> str:
    sid = statement.get("Sid") if isinstance(statement, ObjectValue) else None
    return literal(sid) or ""


def _statement(block: BlockInstance) -> ObjectValue:
    place = block.place
    members: list[tuple[StringValue, TerraformValue]] = []
    sid = block.value("sid")
    if sid is not None and literal(sid) != "":
        members.append((_element("Sid", block, "sid"), sid))
    effect = block.value("effect") or string_of("Allow", place)
    members.append((string_of("Effect", place), effect))
    for argument, name in _ELEMENTS.items():
        value = block.value(argument)
        if value is not None:
            members.append((_element(name, block, argument), _with_policy_variables(value)))
    for block_type, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = _principals(block, block_type)
        if principals is not None:
            members.append((string_of(name, principals.place), principals))
    conditions = _conditions(block)
    if conditions is not None:
        members.append((string_of("Condition", conditions.place), conditions))
    return ObjectValue(place, members)


def _element(name: str, block: BlockInstance, argument: str) -> StringValue:
    """Return the name of a policy element, at the name of the argument that sets it."""
    return string_of(name, block.declared.place(block.arguments[argument].key))


def _nested(block: BlockInstance, block_type: str) -> list[BlockInstance]:
    instances = block.nested(block_type)
    # Before version 0.12, Terraform accepted an argument in place of nested blocks.
    if instances is None or block_type in block.arguments:
        raise _UnknownDocumentError
    return instances


def _principals(block: BlockInstance, block_type: str) -> TerraformValue | None:
    blocks = _nested(block, block_type)
    by_type: dict[str, list[TerraformValue]] = {}
    places: dict[str, Place] = {}
    for principal in blocks:
        name = literal(principal.value("type"))
        identifiers = principal.value("identifiers")
        if name is None or not isinstance(identifiers, ListValue):
            raise _UnknownDocumentError
        by_type.setdefault(name, []).extend(identifiers.items)
        places.setdefault(name, principal.place)
    if not blocks:
        return None
    if set(by_type) == {"*"}:
        return string_of("*", places["*"])
    # Beside other types, the provider writes `*` as AWS.
    members: list[tuple[StringValue, TerraformValue]] = [
        (string_of("AWS" if name == "*" else name, places[name]), ListValue(places[name], items))
        for name, items in by_type.items()
    ]
    return ObjectValue(blocks[0].place, members)


def _conditions(block: BlockInstance) -> TerraformValue | None:
    """Return the conditions of a statement; an unknown value when one of them is not known."""
    unknown = UnknownValue(block.place, {"Ref": "condition"})
    try:
        blocks = _nested(block, "condition")
    except _UnknownDocumentError:
        return unknown
    by_test: dict[str, dict[str, list[TerraformValue]]] = {}
    places: dict[str, Place] = {}
    for condition in blocks:
        test, variable = literal(condition.value("test")), literal(condition.value("variable"))
        values = condition.value("values")
        if test is None or variable is None or values is None:
            return unknown
        places.setdefault(test, condition.place)
        written = _with_policy_variables(values)
        items = written.items if isinstance(written, ListValue) else [written]
        by_test.setdefault(test, {}).setdefault(variable, []).extend(items)
    if not blocks:
        return None
    members: list[tuple[StringValue, TerraformValue]] = []
    for test, variables in by_test.items():
        place = places[test]
        keys: list[tuple[StringValue, TerraformValue]] = [
            (string_of(name, place), ListValue(place, items)) for name, items in variables.items()
        ]
        members.append((string_of(test, place), ObjectValue(place, keys)))
    return ObjectValue(blocks[0].place, members)


def _with_policy_variables(value: TerraformValue) -> TerraformValue:
    """Return a value with its IAM policy variables, which are written `&{aws:username}` here."""
    if isinstance(value, ListValue):
        # The provider refuses null: the case with it cannot occur.
        items = [item for item in value.items if not is_null(item)]
        return ListValue(value.place, [_with_policy_variables(item) for item in items])
    if not isinstance(value, StringValue):
        return value
    parts = [
        part._replace(text=part.text.replace("&{", "${")) if isinstance(part.text, str) else part
        for part in value.parts
    ]
    return StringValue(value.place, parts)
