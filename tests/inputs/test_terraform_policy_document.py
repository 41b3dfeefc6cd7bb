"""`data.aws_iam_policy_document`: the JSON that its blocks define."""

from __future__ import annotations

import json
from typing import Any

import pytest
from inputs.terraform_modules import UNKNOWN, plain, root_scope, value_of

from sfnlint.inputs.terraform.values import StringValue

SEND = 'statement {\n  actions = ["sqs:SendMessage"]\n  resources = ["*"]\n}\n'
SENDS = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": ["*"]}


def document(body: str, more: str = "", attribute: str = "json") -> Any:
    text = f'data "aws_iam_policy_document" "d" {{\n{body}}}\n{more}variable "unset" {{}}\n'
    value = value_of(root_scope(text), "data", "aws_iam_policy_document", "d")
    found = value.attribute(attribute)  # type: ignore[union-attr]
    if not isinstance(found, StringValue):
        assert plain(found) is UNKNOWN
        return UNKNOWN
    data = plain(found.decoded)
    if plain(found) is not UNKNOWN:
        assert json.loads(plain(found)) == data
    return data


def statements(body: str, more: str = "") -> Any:
    data = document(body, more)
    return data if data is UNKNOWN else data["Statement"]


def source(name: str, *blocks: str) -> str:
    return f'data "aws_iam_policy_document" "{name}" {{\n{"".join(blocks)}}}\n'


def with_sid(sid: str, action: str) -> str:
    return f'statement {{\n  sid = "{sid}"\n  actions = ["{action}"]\n}}\n'


def test_a_document() -> None:
    expected = {"Version": "2012-10-17", "Statement": [SENDS]}
    assert document(SEND) == expected
    assert document(SEND, attribute="minified_json") == expected
    assert document(SEND, attribute="id") is UNKNOWN
    assert document('version = "2008-10-17"\n') == {"Version": "2008-10-17", "Statement": []}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('sid = ""\n', {"Effect": "Allow"}),
        ('sid = "a"\n', {"Sid": "a", "Effect": "Allow"}),
        ('effect = "Deny"\n', {"Effect": "Deny"}),
        (
            'not_actions = ["a:B"]\nnot_resources = ["*"]\n',
            {"Effect": "Allow", "NotAction": ["a:B"], "NotResource": ["*"]},
        ),
        ("actions = null\n", {"Effect": "Allow"}),
        (
            'resources = ["arn:aws:s3:::&{aws:username}"]\n',
            {"Effect": "Allow", "Resource": ["arn:aws:s3:::${aws:username}"]},
        ),
        # Principals
        (
            'principals {\n  type = "*"\n  identifiers = ["*"]\n}\n',
            {"Effect": "Allow", "Principal": "*"},
        ),
        (
            'principals {\n  type = "*"\n  identifiers = ["*"]\n}\n'
            'principals {\n  type = "Service"\n  identifiers = ["a.amazonaws.com"]\n}\n'
            'principals {\n  type = "Service"\n  identifiers = ["b.amazonaws.com"]\n}\n',
            {
                "Effect": "Allow",
                "Principal": {"AWS": ["*"], "Service": ["a.amazonaws.com", "b.amazonaws.com"]},
            },
        ),
        (
            'not_principals {\n  type = "AWS"\n  identifiers = ["1"]\n}\n',
            {"Effect": "Allow", "NotPrincipal": {"AWS": ["1"]}},
        ),
        # Conditions
        (
            'condition {\n  test = "StringEquals"\n  variable = "a"\n  values = ["&{b}"]\n}\n'
            'condition {\n  test = "StringEquals"\n  variable = "a"\n  values = ["c"]\n}\n'
            'condition {\n  test = "Bool"\n  variable = "d"\n  values = "true"\n}\n',
            {
                "Effect": "Allow",
                "Condition": {"StringEquals": {"a": ["${b}", "c"]}, "Bool": {"d": ["true"]}},
            },
        ),
        # Blocks whose number or whose names are not known
        ("principals {\n  type = var.unset\n  identifiers = []\n}\n", UNKNOWN),
        ('principals {\n  type = "AWS"\n  identifiers = var.unset\n}\n', UNKNOWN),
        (
            'condition {\n  test = var.unset\n  variable = "a"\n  values = []\n}\n',
            {"Effect": "Allow", "Condition": UNKNOWN},
        ),
        (
            'condition {\n  test = "Bool"\n  variable = "a"\n}\n',
            {"Effect": "Allow", "Condition": UNKNOWN},
        ),
        (
            'dynamic "condition" {\n  for_each = var.unset\n  content {}\n}\n',
            {"Effect": "Allow", "Condition": UNKNOWN},
        ),
        ('dynamic "condition" {\n  for_each = []\n}\n', {"Effect": "Allow", "Condition": UNKNOWN}),
        ('dynamic "condition" {\n  for_each = []\n  content {}\n}\n', {"Effect": "Allow"}),
        ("condition = []\n", {"Effect": "Allow", "Condition": UNKNOWN}),
    ],
)
def test_a_statement(body: str, expected: Any) -> None:
    found = statements(f"statement {{\n{body}}}\n")
    assert found == (expected if expected is UNKNOWN else [expected])


@pytest.mark.parametrize(
    ("for_each", "iterator", "expected"),
    [
        ('["a", "b"]', "", [[0, "a"], [1, "b"]]),
        ('toset(["b", "a"])', "", [["a", "a"], ["b", "b"]]),
        ("{ b = 1, a = 2 }", "", [["a", 2], ["b", 1]]),
        ('["a"]', "iterator = each_one\n", [[0, "a"]]),
    ],
)
def test_dynamic_statements(for_each: str, iterator: str, expected: list[list[object]]) -> None:
    name = "each_one" if iterator else "statement"
    content = f"content {{\n  actions = [{name}.key, {name}.value]\n}}\n"
    body = f'dynamic "statement" {{\n  for_each = {for_each}\n{iterator}{content}}}\n'
    assert [one["Action"] for one in statements(body)] == expected


def test_sources_come_first() -> None:
    body = "source_policy_documents = [data.aws_iam_policy_document.s.json]\n" + SEND
    first = statements(body, source("s", with_sid("a", "s3:GetObject")))
    assert first == [{"Sid": "a", "Effect": "Allow", "Action": ["s3:GetObject"]}, SENDS]
    body = "source_json = data.aws_iam_policy_document.s.json\n"
    assert statements(body, source("s", SEND)) == [SENDS]
    single = f"source_json = jsonencode({{ Statement = {json.dumps(SENDS)} }})\n"
    assert statements(single.replace('":', '" =')) == [SENDS]


@pytest.mark.parametrize("argument", ["override_json", "override_policy_documents"])
def test_overrides_replace_statements_by_their_sid(argument: str) -> None:
    other = with_sid("b", "sqs:Changed") + with_sid("c", "sqs:Added") + SEND
    reference = "data.aws_iam_policy_document.o.json"
    value = reference if argument == "override_json" else f"[{reference}]"
    body = f"{argument} = {value}\n" + with_sid("a", "sqs:Kept") + with_sid("b", "sqs:Lost")
    found = statements(body, source("o", other))
    assert [one["Action"] for one in found] == [
        ["sqs:Kept"],
        ["sqs:Changed"],
        ["sqs:Added"],
        ["sqs:SendMessage"],
    ]


@pytest.mark.parametrize(
    "argument", ["source_json", "source_policy_documents", "override_policy_documents"]
)
@pytest.mark.parametrize("value", ["var.unset", '["{}"]', "[var.unset]", '[file("plain.txt")]'])
def test_documents_that_are_not_known(argument: str, value: str) -> None:
    assert statements(f"{argument} = {value}\n{SEND}") is UNKNOWN
