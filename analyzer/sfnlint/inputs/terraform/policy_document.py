"""`data.aws_iam_policy_document`: the policy that its blocks make.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.inputs.terraform.instance import Instance
from sfnlint.inputs.terraform.values import List, Object, Text, Value, encoded, literal, text_of
from sfnlint.place import Place

_LISTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


class _UnknownError(Exception):
    """It cannot be worked out."""


def computed(one: Instance, attribute: str) -> Value | None:
    """An attribute of a policy document; None when it cannot be worked out."""
    if attribute not in ("json", "minified_json"):
        return None
    try:
        document = _document(one)
    except _UnknownError:
        return None
    return Text(one.place, encoded(document), document)


def _document(one: Instance) -> Object:
    place = one.place
    statements: list[Value] = []
    for argument in ("source_json", "source_policy_documents"):
        for other in _documents(one, argument):
            statements += other
    statements += [_statement(block) for block in _blocks(one, "statement")]
    for argument in ("override_json", "override_policy_documents"):
        for other in _documents(one, argument):
            statements = _overridden(statements, other)
    version = one.value("version") or text_of("2012-10-17", place)
    return Object(
        place,
        [
            (text_of("Version", place), version),
            (text_of("Statement", place), List(place, statements)),
        ],
    )


def _documents(one: Instance, argument: str) -> Iterator[list[Value]]:
    value = one.value(argument)
    if value is None:
        return
    for document in value.items if isinstance(value, List) else [value]:
        decoded = document.decoded if isinstance(document, Text) else None
        statements = decoded.get("Statement") if isinstance(decoded, Object) else None
        if isinstance(statements, Object):
            yield [statements]
        elif isinstance(statements, List):
            yield statements.items
        else:
            raise _UnknownError


def _overridden(statements: Sequence[Value], by: Sequence[Value]) -> list[Value]:
    named = {name: one for one in by if (name := _sid(one))}
    kept = [named.pop(_sid(one), one) for one in statements]
    return [*kept, *(one for one in by if not _sid(one) or _sid(one) in named)]


def _sid(statement: Value) -> str:
    sid = statement.get("Sid") if isinstance(statement, Object) else None
    return literal(sid) or ""


def _statement(block: Instance) -> Object:
    place = block.place
    attributes = block.written.block.body.attributes
    members: list[tuple[Text, Value]] = []
    sid = block.value("sid")
    if sid is not None and literal(sid) != "":
        members.append((text_of("Sid", block.written.at(attributes["sid"].key)), sid))
    effect = block.value("effect") or text_of("Allow", place)
    members.append((text_of("Effect", place), effect))
    for argument, name in _LISTS.items():
        value = block.value(argument)
        if value is not None:
            key = block.written.at(attributes[argument].key)
            members.append((text_of(name, key), _with_variables(value)))
    for argument, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = _principals(block, argument)
        if principals is not None:
            members.append((text_of(name, principals.place), principals))
    conditions = _conditions(block)
    if conditions is not None:
        members.append((text_of("Condition", conditions.place), conditions))
    return Object(place, members)


def _blocks(block: Instance, kind: str) -> list[Instance]:
    found = block.blocks(kind)
    # Before version 0.12, Terraform took an argument for a block.
    if found is None or kind in block.written.block.body.attributes:
        raise _UnknownError
    return found


def _principals(block: Instance, kind: str) -> Value | None:
    blocks = _blocks(block, kind)
    by_type: dict[str, list[Value]] = {}
    places: dict[str, Place] = {}
    for one in blocks:
        name = literal(one.value("type"))
        identifiers = one.value("identifiers")
        if name is None or not isinstance(identifiers, List):
            raise _UnknownError
        by_type.setdefault(name, []).extend(identifiers.items)
        places.setdefault(name, one.place)
    if not blocks:
        return None
    if set(by_type) == {"*"}:
        return text_of("*", places["*"])
    # `*` beside others is written as AWS's own.
    members: list[tuple[Text, Value]] = [
        (text_of("AWS" if name == "*" else name, places[name]), List(places[name], items))
        for name, items in by_type.items()
    ]
    return Object(blocks[0].place, members)


def _conditions(block: Instance) -> Object | None:
    blocks = _blocks(block, "condition")
    tests: dict[str, dict[str, list[Value]]] = {}
    places: dict[str, Place] = {}
    for one in blocks:
        test, variable = literal(one.value("test")), literal(one.value("variable"))
        values = one.value("values")
        if test is None or variable is None or values is None:
            raise _UnknownError
        places.setdefault(test, one.place)
        given = _with_variables(values)
        items = given.items if isinstance(given, List) else [given]
        tests.setdefault(test, {}).setdefault(variable, []).extend(items)
    if not blocks:
        return None
    members: list[tuple[Text, Value]] = []
    for test, variables in tests.items():
        place = places[test]
        inside: list[tuple[Text, Value]] = [
            (text_of(name, place), List(place, items)) for name, items in variables.items()
        ]
        members.append((text_of(test, place), Object(place, inside)))
    return Object(blocks[0].place, members)


def _with_variables(value: Value) -> Value:
    """A value with IAM's policy variables, which are written `&{aws:username}` here."""
    if isinstance(value, List):
        return List(value.place, [_with_variables(one) for one in value.items])
    if not isinstance(value, Text):
        return value
    parts = [
        part._replace(text=part.text.replace("&{", "${")) if isinstance(part.text, str) else part
        for part in value.parts
    ]
    return Text(value.place, parts)
