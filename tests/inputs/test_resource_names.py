"""The names, ARNs and URLs of resources, and which of them match."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.relation import Relation, relate
from sfnlint.inputs.cloudformation import resource_names
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import Template
from sfnlint.source import parse
from sfnlint.symbol import Symbols

TABLE = Path(resource_names.__file__).with_name("resource_types.json")
TYPES: dict[str, dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
PARTS = {
    "FunctionName": "f",
    "StateMachineArn": {"Fn::Sub": "arn:${AWS::Partition}:states:r:1:stateMachine:m"},
    "AgentId": "A",
}
COVERED, DISJOINT, UNKNOWN = Relation.COVERED, Relation.DISJOINT, Relation.UNKNOWN


def resolver(**resources: tuple[str, dict[str, object]]) -> Resolver:
    data = {
        "Resources": {
            name: {"Type": kind, "Properties": properties}
            for name, (kind, properties) in resources.items()
        }
    }
    document = parse(json.dumps(data), "template.json", "json")
    return Resolver(Template(document), Symbols(), {})


def shown(one: Resolver, data: object) -> str:
    text = one.string(data)
    assert text is not None
    return one.symbols.show(text)


def answer(one: Resolver, need: object, grant: object) -> Relation:
    needed, granted = one.string(need), one.string(grant)
    assert needed is not None
    assert granted is not None
    return relate(
        Pattern.literal(needed, one.symbols), [Pattern.wild(granted, one.symbols, variables=False)]
    )


@pytest.mark.parametrize("kind", TYPES)
def test_every_format_of_the_table_is_resolved(kind: str) -> None:
    known = TYPES[kind]
    assert known["source"].startswith("https://docs.aws.amazon.com/")
    properties = {
        part["property"]: PARTS[part["property"]] for part in known.get("parts", {}).values()
    }
    one = resolver(It=(kind, {**properties, known["name"] or "": "own-name"}))
    wanted = {"It.Arn", *(f"It.{attribute}" for attribute in known["attributes"])}
    for text in [one.ref("It"), *(one.string({"Fn::GetAtt": name}) for name in wanted)]:
        assert text
        assert not re.search(r"\$\{(Name|Path|Generated|Open)\b", one.symbols.show(text))
    own = one.names._type_of("It")
    assert own is not None
    arn = one.names.arn(kind, one.names._format("It", own, "name"))
    assert arn == one.names._format("It", own, "arn")
    assert one.symbols.show(arn).startswith("arn:${AWS::Partition}:")
    if known["name"]:
        assert "own-name" in arn


def expanded(text: str) -> str:
    text = re.sub(r"^@", "arn:${AWS::Partition}:", text)
    return text.replace("@r", "${AWS::Region}").replace("@a", "${AWS::AccountId}")


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": expanded(text)}


SUB = "Fn::Sub"
GET = "Fn::GetAtt"
REF = "Ref"


@pytest.mark.parametrize(
    ("kind", "properties", "value", "text"),
    [
        ("Lambda::Function", {"FunctionName": "f"}, {REF: "It"}, "f"),
        ("SQS::Queue", {"QueueName": "q"}, {REF: "It"}, "https://sqs.@r.${AWS::URLSuffix}/@a/q"),
        (
            "ECS::TaskDefinition",
            {"Family": "f"},
            {REF: "It"},
            "@ecs:@r:@a:task-definition/f:${It.Revision}",
        ),
        ("ECS::TaskDefinition", {}, {REF: "It"}, "@ecs:@r:@a:task-definition/${It}:${It.Revision}"),
        ("S3::Bucket", {"BucketName": "b"}, {GET: "It.Arn"}, "@s3:::b"),
        ("Logs::LogGroup", {"LogGroupName": "/g"}, {GET: "It.Arn"}, "@logs:@r:@a:log-group:/g:*"),
        (
            "SecretsManager::Secret",
            {"Name": "s"},
            {REF: "It"},
            "@secretsmanager:@r:@a:secret:s-${It.Suffix}",
        ),
        (
            "Events::Connection",
            {"Name": "c"},
            {GET: "It.Arn"},
            "@events:@r:@a:connection/c/${It.Id}",
        ),
        ("KMS::Key", {}, {GET: "It.Arn"}, "@kms:@r:@a:key/${It}"),
        ("IAM::Role", {"RoleName": "r", "Path": "/p/"}, {GET: "It.Arn"}, "@iam::@a:role/p/r"),
        ("ApiGateway::RestApi", {"Name": "n"}, {REF: "It"}, "${It}"),
        (
            "Bedrock::AgentAlias",
            {"AgentId": "A"},
            {GET: "It.AgentAliasArn"},
            "@bedrock:@r:@a:agent-alias/A/",
        ),
    ],
)
def test_names(kind: str, properties: dict[str, object], value: object, text: str) -> None:
    one = resolver(It=(f"AWS::{kind}", properties))
    assert shown(one, value).startswith(expanded(text))


FUNCTION: dict[str, Any] = {
    "F": ("AWS::Lambda::Function", {}),
    "Named": ("AWS::Lambda::Function", {"FunctionName": "named"}),
    "V": ("AWS::Lambda::Version", {"FunctionName": {REF: "F"}}),
    "A": ("AWS::Lambda::Alias", {"FunctionName": {GET: ["F", "Arn"]}, "Name": "live"}),
    "B": ("AWS::Lambda::Alias", {"FunctionName": "named", "Name": "live"}),
    "C": ("AWS::Lambda::Alias", {"FunctionName": {REF: "Parameter"}, "Name": "live"}),
}


@pytest.mark.parametrize(
    ("need", "grant", "relation"),
    [
        ({REF: "A"}, {SUB: "${F.Arn}:live"}, COVERED),
        ({REF: "A"}, {SUB: "${F.Arn}:*"}, COVERED),
        ({REF: "A"}, {GET: "F.Arn"}, DISJOINT),
        ({REF: "A"}, {SUB: "${F.Arn}:test"}, DISJOINT),
        ({REF: "B"}, sub("@lambda:@r:@a:function:${Named}:live"), COVERED),
        ({REF: "C"}, {SUB: "${F.Arn}:live"}, UNKNOWN),
        ({REF: "V"}, {SUB: "${F.Arn}:*"}, COVERED),
        ({REF: "V"}, {SUB: "${F.Arn}:1"}, UNKNOWN),
        ({REF: "V"}, {SUB: "${F.Arn}:${V.Version}"}, COVERED),
        ({REF: "V"}, {GET: "F.Arn"}, DISJOINT),
    ],
)
def test_versions_and_aliases_of_functions(need: object, grant: object, relation: Relation) -> None:
    assert answer(resolver(**FUNCTION), need, grant) is relation


@pytest.mark.parametrize(
    ("need", "grant", "relation"),
    [
        ({REF: "S"}, {SUB: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-*"}, UNKNOWN),
        ({REF: "S"}, sub("@secretsmanager:@r:@a:secret:s-*"), COVERED),
        ({GET: "C.Arn"}, sub("@events:@r:@a:connection/${C}/*"), COVERED),
        ({GET: "C.Arn"}, sub("@events:@r:@a:connection/${C}"), DISJOINT),
        ({REF: "D"}, sub("@ecs:@r:@a:task-definition/d:*"), COVERED),
        ({REF: "D"}, sub("@ecs:@r:@a:task-definition/d:7"), UNKNOWN),
        ({REF: "D"}, {REF: "D"}, COVERED),
    ],
)
def test_a_generated_name_is_only_a_part(need: object, grant: object, relation: Relation) -> None:
    one = resolver(
        S=("AWS::SecretsManager::Secret", {"Name": "s"}),
        C=("AWS::Events::Connection", {"AuthorizationType": "API_KEY"}),
        D=("AWS::ECS::TaskDefinition", {"Family": "d"}),
    )
    assert answer(one, need, grant) is relation


def test_an_empty_name_is_unknown() -> None:
    one = resolver(R=("AWS::IAM::Role", {"RoleName": "", "Path": ""}))
    assert shown(one, {GET: "R.Arn"}) == "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${R}"
    assert not one.names.is_generated("R")


def test_a_name_without_a_value_is_generated() -> None:
    one = resolver(R=("AWS::IAM::Role", {"RoleName": {REF: "AWS::NoValue"}}))
    assert one.names.is_generated("R")
    assert answer(one, {REF: "R"}, "somebody") is DISJOINT


@pytest.mark.parametrize(("count", "literal"), [(20, True), (21, False)])
def test_a_chain_of_names_is_followed_within_limits(count: int, literal: bool) -> None:
    names: list[object] = [{REF: f"R{index + 1}"} for index in range(count - 1)]
    roles = enumerate([*names, "end"])
    one = resolver(**{f"R{index}": ("AWS::IAM::Role", {"RoleName": name}) for index, name in roles})
    assert (shown(one, {REF: "R0"}) == "end") is literal


@pytest.mark.parametrize("field", ["RoleName", "Path"])
@pytest.mark.parametrize("value", [{GET: "R.Arn"}, {SUB: "/${R.Arn}/"}, {REF: "R"}])
def test_a_name_that_refers_to_itself_is_unknown(field: str, value: object) -> None:
    one = resolver(R=("AWS::IAM::Role", {field: value}))
    assert shown(one, {GET: "R.Arn"}).startswith("arn:${AWS::Partition}:iam::")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("{{resolve:ssm:/a}}", "{{resolve:ssm:/a}}", True),
        ("{{resolve:ssm:/a}}", {SUB: "{{resolve:ssm:/${X}}}"}, False),
        (
            {SUB: "{{resolve:ssm:/${X}}}"},
            {"Fn::Join": ["", ["{{resolve:ssm:/", {REF: "X"}, "}}"]]},
            True,
        ),
        ({SUB: "x-{{resolve:ssm:/a}}"}, "x-{{resolve:ssm:/a}}", True),
    ],
)
def test_dynamic_references_are_symbols(left: object, right: object, same: bool) -> None:
    one = resolver()
    assert (one.string(left) == one.string(right)) is same
    assert answer(one, "x-y", left) is UNKNOWN if shown(one, left).startswith("x") else True
    assert "{{" not in shown(one, left)


def test_many_dynamic_references_in_many_pieces() -> None:
    one = resolver()
    data = {"Fn::Join": ["", ["{{resolve:ssm:/a}}", {REF: "X"}] * 30_000]}
    pieces = one.pieces(data, ())
    assert pieces is not None
    assert len(pieces) == 60_000


def test_thousands_of_aliases() -> None:
    resources: dict[str, tuple[str, dict[str, object]]] = {}
    for n in range(3000):
        resources[f"F{n}"] = ("AWS::Lambda::Function", {})
        alias: dict[str, object] = {"FunctionName": {REF: f"F{n}"}, "Name": "live"}
        resources[f"A{n}"] = ("AWS::Lambda::Alias", alias)
    one = resolver(**resources)
    arns = [shown(one, {REF: f"A{n}"}) for n in range(3000)]
    assert arns[7].endswith(":function:${F7}:live")
    assert len(set(arns)) == 3000
