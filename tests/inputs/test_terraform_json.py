"""Terraform configurations in JSON: the same findings as in HCL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inputs.test_terraform_configuration import (
    MANAGED,
    QUEUE,
    ROLE,
    SEND_JSON,
    Folder,
    folder,
    line_of,
    machine,
)

from sfnlint.engine import run_text
from sfnlint.options import Options

__all__ = ["folder"]

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
DEFINITION = SEND_JSON.replace("${QUEUE}", "${aws_sqs_queue.orders.url}")


def configuration(definition: str = DEFINITION, action: str = "sqs:ReceiveMessage") -> Any:
    statement = {"actions": [action], "resources": ["${aws_sqs_queue.orders.arn}"]}
    return {
        "data": {"aws_iam_policy_document": {"send": {"statement": [statement]}}},
        "resource": {
            "aws_sqs_queue": {"orders": {"name": "orders"}},
            "aws_iam_role": {"flow": {"name": "flow", "assume_role_policy": json.dumps(TRUST)}},
            "aws_iam_role_policy": {
                "flow": {
                    "//": "a comment",
                    "role": "${aws_iam_role.flow.id}",
                    "policy": "${data.aws_iam_policy_document.send.json}",
                }
            },
            "aws_sfn_state_machine": {
                "flow": {
                    "name": "flow",
                    "role_arn": "${aws_iam_role.flow.arn}",
                    "definition": definition,
                }
            },
        },
    }


def write(folder: Folder, data: Any, name: str = "main.tf.json") -> str:
    folder.write(json.dumps(data, indent=2), name)
    return folder.text(name)


HCL = """jsonencode({
  StartAt = "Order"
  States = { Order = {
    Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage", End = true
    Parameters = { QueueUrl = aws_sqs_queue.orders.url, MessageBody = "new" }
  } }
})"""
DEFINITIONS = {
    "a text": (DEFINITION, r"\"${aws_sqs_queue.orders.url}\""),
    "an expression": (f"${{{HCL}}}", "aws_sqs_queue.orders.url"),
}


@pytest.mark.parametrize("way", DEFINITIONS)
def test_ways_of_writing_a_definition(folder: Folder, way: str) -> None:
    definition, wanted = DEFINITIONS[way]
    text = write(folder, configuration(definition))
    assert folder.rules() == ["EF401"]
    assert folder.cut("EF401") == ("main.tf.json", line_of(text, wanted), wanted)
    write(folder, configuration(definition, "sqs:SendMessage"))
    assert folder.rules() == []
    assert folder.run().machines[0].states == 1


def test_a_definition_in_a_file(folder: Folder) -> None:
    folder.write(SEND_JSON, "flow.json")
    call = '${templatefile("${path.module}/flow.json", { QUEUE = aws_sqs_queue.orders.url })}'
    write(folder, configuration(call))
    assert folder.cut("EF401") == ("flow.json", 7, '"${QUEUE}"')


@pytest.mark.parametrize("role", ["${data.aws_iam_policy_document.send.json}", "{}"])
def test_blocks_in_a_role(folder: Folder, role: str) -> None:
    data = configuration(action="sqs:SendMessage")
    del data["resource"]["aws_iam_role_policy"]
    data["resource"]["aws_iam_role"]["flow"]["inline_policy"] = {"name": "a", "policy": role}
    write(folder, data)
    assert folder.rules() == ([] if "send" in role else ["EF006"])


def test_dynamic_blocks(folder: Folder) -> None:
    data = configuration()
    data["data"]["aws_iam_policy_document"]["send"] = {
        "dynamic": {
            "statement": {
                "for_each": ["sqs:SendMessage", "sqs:ReceiveMessage"],
                "iterator": "it",
                "content": {
                    "actions": ["${it.value}"],
                    "resources": ["${aws_sqs_queue.orders.arn}"],
                },
            }
        }
    }
    write(folder, data)
    assert folder.rules() == []
    content = data["data"]["aws_iam_policy_document"]["send"]["dynamic"]["statement"]["content"]
    content["principals"] = {"type": "AWS", "identifiers": ["*"]}
    write(folder, data)
    # The policy of a role has no principals.
    assert "EF006" in folder.rules()


def test_both_languages_in_one_folder(folder: Folder) -> None:
    folder.write(QUEUE + ROLE + machine())
    statement = {"actions": ["sqs:SendMessage"], "resources": ["${aws_sqs_queue.orders.arn}"]}
    data = {
        "data": {"aws_iam_policy_document": {"send": {"statement": statement}}},
        "resource": {
            "aws_iam_role_policy_attachment": {
                "a": {
                    "role": "${aws_iam_role.flow.name}",
                    "policy_arn": "${aws_iam_policy.send.arn}",
                }
            }
        },
    }
    folder.write(MANAGED, "policy.tf")
    write(folder, data, "more.tf.json")
    for arguments in ("main.tf", "more.tf.json"):
        found = run_text(folder.text(arguments), arguments, Options()).findings
        assert [one.rule for one in found if one.rule[0] == "E"] == []
    statement["actions"] = ["sqs:ReceiveMessage"]
    write(folder, data, "more.tf.json")
    assert folder.rules() == ["EF401"]


def test_modules_in_json(folder: Folder) -> None:
    write(folder, configuration("${var.definition}"), "modules/flow/main.tf.json")
    variable = {"variable": {"definition": {"type": "string"}}}
    write(folder, variable, "modules/flow/variables.tf.json")
    call = {"source": "./modules/flow", "definition": '{"StartAt": "A", "States": {}}'}
    write(folder, {"module": {"flow": call}})
    assert [one.machine for one in folder.run().machines] == [
        "module.flow.aws_sfn_state_machine.flow"
    ]
    assert folder.cut("EF105")[0] == "main.tf.json"


@pytest.mark.parametrize("attribute", ["arn", "name"])
def test_a_role_that_is_an_output(folder: Folder, attribute: str) -> None:
    data = configuration()
    data["output"] = {"role": {"value": f"${{aws_iam_role.flow.{attribute}}}"}}
    write(folder, data)
    assert folder.rules() == ["EF401"]


WIDE = '{"actions": ["iam:PassRole"], "resources": ["*"]}'
COMMENTED = """{
  "//": "sfn-lint: ignore[%s] known",
  "resources": ["*"], "actions": ["iam:PassRole"]}"""


def test_comments(folder: Folder) -> None:
    data = configuration(action="sqs:SendMessage")
    data["data"]["aws_iam_policy_document"]["send"]["statement"].append(json.loads(WIDE))
    text = json.dumps(data)
    assert text.count(WIDE) == 1
    folder.write(text, "main.tf.json")
    assert folder.rules() == ["WF501", "WF503"]
    folder.write(text.replace(WIDE, COMMENTED % "WF501, WF503"), "main.tf.json")
    assert folder.rules() == []
    folder.write(text.replace(WIDE, COMMENTED % "WF502, WF503"), "main.tf.json")
    assert folder.rules() == ["IF007", "WF501"]


@pytest.mark.parametrize("text", ["{", '{"resource": []', "// no JSON\n{}", '{"resource": 1}'])
def test_files_that_are_not_read_prevent_findings(folder: Folder, text: str) -> None:
    write(folder, configuration())
    folder.write(text, "more.tf.json")
    assert folder.rules() == ["IF022"]
    assert folder.cut("IF022")[0] == "more.tf.json"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_text_is_checked(data: st.DataObject) -> None:
    text = json.dumps(configuration(f"${{{HCL}}}"))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        words = st.sampled_from(["{", "}", "[", '"', "${", "null,", '"for_each": ', "\\", "%{"])
        text = text[:start] + "".join(data.draw(st.lists(words, max_size=3))) + text[end:]
    for finding in run_text(text, "main.tf.json", Options()).findings:
        located = finding.place.locate()
        assert 0 <= located.span.start <= located.span.end <= len(located.root.text)


def test_nothing_outside_is_read(folder: Folder) -> None:
    (folder.path / "inside" / ".git").mkdir(parents=True)
    inside = Folder(folder.path / "inside")
    write(folder, configuration(), "outside/main.tf.json")
    (inside.path / "linked.tf.json").symlink_to(Path("..") / "outside" / "main.tf.json")
    write(
        inside,
        {"module": {"a": {"source": "../outside"}}, "locals": {"a": "aws_sfn_state_machine"}},
    )
    assert inside.run().machines == []


def test_the_region_of_the_provider(folder: Folder) -> None:
    data = configuration(action="sqs:SendMessage")
    own = "${var.region}:${data.aws_caller_identity.me.account_id}"
    queue = f"arn:${{data.aws_partition.all.partition}}:sqs:{own}:orders"
    denied = {"effect": "Deny", "actions": ["sqs:SendMessage"], "resources": [queue]}
    data["data"]["aws_iam_policy_document"]["send"]["statement"].append(denied)
    data["data"]["aws_caller_identity"] = {"me": {}}
    data["data"]["aws_partition"] = {"all": {}}
    data["variable"] = {"region": {}}
    data["provider"] = {"aws": {"region": "${var.region}"}}
    write(folder, data)
    assert folder.rules() == ["EF414"]
    data["provider"]["aws"]["alias"] = "other"
    write(folder, data)
    assert folder.rules() == []
