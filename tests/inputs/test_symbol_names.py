"""Messages write unknown values in the syntax of the format that the file is written in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import sfnlint
from sfnlint.finding import Finding
from sfnlint.inputs.terraform.resource_types import resource_types
from sfnlint.inputs.terraform.symbol_names import symbol_names
from sfnlint.symbol import PLACEHOLDERS, Symbol, Symbols

DEFINITION = """{
  "StartAt": "Read",
  "States": {
    "Read": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:getItem",
      "Parameters": {"TableName": "jobs", "Key": {"id": {"S": "1"}}},
      "End": true
    }
  }
}
"""
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]
}
"""
TERRAFORM = """
resource "aws_sfn_state_machine" "flow" {
  role_arn   = aws_iam_role.flow.arn
  definition = jsonencode({
    StartAt = "Send"
    States = {
      Send = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sqs:sendMessage"
        Parameters = { QueueUrl = aws_sqs_queue.orders.url, MessageBody = "new" }
        End        = true
      }
    }
  })
}
resource "aws_iam_role" "flow" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}
resource "aws_sqs_queue" "orders" {
  %s
}
resource "aws_iam_role_policy" "flow" {
  role   = aws_iam_role.flow.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}
"""
REGION = 'data "aws_region" "current" {}\n'
NAME = 'name = "orders"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def missing(findings: list[Finding]) -> str:
    """Return the resource of the one missing permission; nothing shows a CloudFormation symbol."""
    for finding in findings:
        shown = [finding.message, finding.fix, *finding.resources]
        assert "${AWS::" not in "".join([*shown, *(note.message for note in finding.notes)])
    [finding] = [one for one in findings if one.rule == "EF401"]
    [resource] = finding.resources
    assert resource in finding.fix
    return resource


@pytest.mark.parametrize(
    ("definition", "policy", "expected"),
    [
        (DEFINITION, POLICY, "arn:<partition>:dynamodb:<region>:<account>:table/jobs"),
        # The evidence of an ARN in the policy is literal.
        (
            DEFINITION,
            POLICY.replace('"*"', '"arn:aws:dynamodb:eu-west-1:123456789012:table/x"'),
            "arn:aws:dynamodb:eu-west-1:123456789012:table/jobs",
        ),
        # A build tool fills these in: the files write the symbols themselves.
        (
            DEFINITION.replace('"jobs"', '"${AWS::Region}"'),
            POLICY,
            "arn:<partition>:dynamodb:${AWS::Region}:<account>:table/${AWS::Region}",
        ),
        (
            DEFINITION,
            POLICY.replace('"*"', '"arn:aws:s3:::${AWS::AccountId}"'),
            "arn:<partition>:dynamodb:<region>:${AWS::AccountId}:table/jobs",
        ),
    ],
)
def test_plain_definition(folder: Path, definition: str, policy: str, expected: str) -> None:
    (folder / "flow.asl.json").write_text(definition)
    (folder / "policy.json").write_text(policy)
    found = sfnlint.check(["flow.asl.json"], policies=["policy.json"])
    [finding] = [one for one in found if one.rule == "EF401"]
    assert finding.resources == (expected,)
    if "${" not in expected:
        assert missing(found) == expected


def test_placeholders_that_are_replaced_in_the_definition(folder: Path) -> None:
    """A placeholder in place of a number: the file is parsed as another document."""
    definition = DEFINITION.replace('"End": true', '"TimeoutSeconds": ${AWS::Region}, "End": true')
    (folder / "flow.asl.json").write_text(definition)
    (folder / "policy.json").write_text(POLICY)
    found = sfnlint.check(["flow.asl.json"], policies=["policy.json"])
    [finding] = [one for one in found if one.rule == "EF401"]
    assert finding.resources == ("arn:<partition>:dynamodb:${AWS::Region}:<account>:table/jobs",)


@pytest.mark.parametrize(
    ("queue", "more", "expected"),
    [
        (NAME, "", "arn:<partition>:sqs:<region>:<account>:orders"),
        ("", "", "arn:<partition>:sqs:<region>:<account>:${aws_sqs_queue.orders.name}"),
        (
            "name = var.queue",
            'variable "queue" {}',
            "arn:<partition>:sqs:<region>:<account>:${var.queue}",
        ),
        (
            NAME,
            REGION + 'output "region" {\n  value = data.aws_region.current.name\n}\n',
            "arn:<partition>:sqs:<region>:<account>:orders",
        ),
        (
            'name = "orders-${data.aws_region.current.region}"',
            REGION,
            "arn:<partition>:sqs:${data.aws_region.current.region}:<account>:"
            "orders-${data.aws_region.current.region}",
        ),
        (
            'name = "orders-${data.aws_caller_identity.me.account_id}-${var.region}"',
            'data "aws_caller_identity" "me" {}\nvariable "region" {}\n'
            'provider "aws" {\n  region = var.region\n}\n',
            "arn:<partition>:sqs:${var.region}:${data.aws_caller_identity.me.account_id}:"
            "orders-${data.aws_caller_identity.me.account_id}-${var.region}",
        ),
    ],
    ids=["literal", "generated", "variable", "unused", "data source", "provider's variable"],
)
def test_terraform_configuration(folder: Path, queue: str, more: str, expected: str) -> None:
    (folder / "main.tf").write_text(TERRAFORM % queue + more)
    assert missing(sfnlint.check(["main.tf"])) == expected


def test_terraform_plan(folder: Path) -> None:
    trust = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ]
    }
    values = {
        "aws_sfn_state_machine.m": {"definition": DEFINITION},
        "aws_iam_role.r": {"name": "r", "assume_role_policy": json.dumps(trust)},
        "aws_iam_role_policy.p": {"role": "r", "policy": POLICY},
    }
    resources = [
        {
            "address": address,
            "mode": "managed",
            "type": address.partition(".")[0],
            "name": address.partition(".")[2],
            "values": value,
        }
        for address, value in values.items()
    ]
    references = {"role_arn": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]}}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [
            {"address": "aws_sfn_state_machine.m", "change": {"after_unknown": {"role_arn": True}}}
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": address,
                        "expressions": references if "machine" in address else {},
                    }
                    for address in values
                ]
            }
        },
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    expected = "arn:<partition>:dynamodb:<region>:<account>:table/jobs"
    assert missing(sfnlint.check(["plan.json"])) == expected


def test_deployed_machine(folder: Path) -> None:
    arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:Jobs"
    output = {"stateMachineArn": arn, "definition": DEFINITION, "roleArn": "arn:aws:iam::1:role/r"}
    (folder / "machine.json").write_text(json.dumps(output))
    (folder / "policy.json").write_text(POLICY)
    found = sfnlint.check(["machine.json"], policies=["policy.json"])
    assert missing(found) == "arn:aws:dynamodb:eu-west-1:123456789012:table/jobs"


def test_only_whole_names_are_replaced() -> None:
    symbols = Symbols(PLACEHOLDERS)
    marker = symbols.mark(Symbol("AWS::Region"))
    assert symbols.show(marker + "${AWS::Region}${AWS::RegionX}${x.AWS::Region}") == (
        "<region><region>${AWS::RegionX}${x.AWS::Region}"
    )
    other = '${{"Ref": "AWS::Region"}} AWS::Region'
    assert symbols.show(other) == other
    assert symbols.occur_in("${AWS::Region}")
    assert not symbols.occur_in("AWS::Region")


def test_a_template_writes_symbols_itself() -> None:
    symbols = Symbols()
    marker = symbols.mark(Symbol("AWS::Region"))
    assert symbols.show(marker) == "${AWS::Region}"
    assert symbols.occur_in(marker)
    assert not symbols.occur_in("${AWS::Region}")


@pytest.mark.parametrize(
    ("type_name", "symbol", "expected"),
    [
        ("aws_sqs_queue", ".QueueName", "name"),
        ("aws_sqs_queue", ".Arn", "arn"),
        ("aws_iam_role", "", "name"),
        ("aws_iam_role", ".Arn", "arn"),
        ("aws_iam_policy", "", "arn"),
        ("aws_lambda_function", "", "function_name"),
        ("aws_sns_topic", ".TopicName", "name"),
        ("aws_sns_topic", "", "arn"),
    ],
)
def test_attributes_of_terraform(type_name: str, symbol: str, expected: str) -> None:
    names = symbol_names({"r": type_name})
    assert names[f"r{symbol}"] == f"${{r.{expected}}}"


@pytest.mark.parametrize("type_name", resource_types())
def test_no_attribute_keeps_its_name_in_cloudformation(type_name: str) -> None:
    names = symbol_names({"r": type_name})
    own = [shown for shown in names.values() if shown.startswith("${r")]
    assert own
    assert all(re.fullmatch(r"\$\{r\.[a-z_0-9]+\}", shown) for shown in own)
