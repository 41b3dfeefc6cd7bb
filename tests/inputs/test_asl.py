"""Plain definitions without StartAt or States."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hostile import run

import sfnlint

STATES = {"A": {"Type": "Succeed"}}


@pytest.mark.parametrize("data", [{"States": STATES}, {"StartAt": "A"}])
def test_a_named_file_may_lack_startat_or_states(data: Any, tmp_path: Path) -> None:
    file = tmp_path / "part.json"
    file.write_text(json.dumps(data))
    assert sfnlint.check([tmp_path]) == []
    assert [one.rule for one in sfnlint.check([file])] == ["EF102"]


@pytest.mark.parametrize(
    "data",
    [
        {"States": {"CA": {"Type": "Region"}}},
        {"States": {"A": {"Name": "a"}}},
        {"States": {}},
        {"StartAt": 5},
        {"Type": "Succeed"},
        [],
    ],
)
def test_another_file_that_is_named_is_not_a_definition(data: Any, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(json.dumps(data))
    assert sfnlint.check([file]) == []


def test_no_permission_is_unneeded_for_a_machine_without_states() -> None:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "Definition": {"StartAt": "A"}},
    }
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:::q"}
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": [trusted]},
            "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}],
        },
    }
    text = json.dumps({"Resources": {"Machine": machine, "Role": role}})
    assert [one.rule for one in sfnlint.check_text(text, "template.json")] == ["EF102"]


INCOMPLETE = '{"Comment": "Trains a model", "QueryLanguage": "JSONata"}'


@pytest.mark.parametrize(
    ("name", "text", "rules"),
    [
        ("flow.asl.json", INCOMPLETE, ["EF102"]),
        ("flow.asl.yml", "Comment: Trains a model\n", ["EF102"]),
        ("FLOW.ASL.JSON", '{"StartAt": "A"}', ["EF102"]),
        ("flow.asl.json", "{}", ["EF102"]),
        ("flow.asl.yaml", "startAt: A\nstates:\n  A: {Type: Succeed}\n", ["EF101", "EF101"]),
        ("flow.asl.json", '{"States": []}', ["EF102", "EF103"]),
        ("flow.asl", '\n {"StartAt": "A"}', ["EF102"]),
        ("flow.asl.jsonc", '{"StartAt": "A"} // later', ["EF102", "IF025"]),
        ("flow.asl.json", '{"StartAt": ', ["EF001"]),
        ("flow.asl.json", "{{ definition }}", ["IF026"]),
        ("flow.asl.json.j2", '{"Comment": "{{ comment }}"}', ["EF102", "IF026"]),
        ("flow.asl.yaml", "name: a\nflow: {StartAt: A, States: {A: {Type: Succeed}}}", ["IF004"]),
    ],
)
def test_the_name_of_a_file_shows_that_it_is_a_definition(
    name: str, text: str, rules: list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    for path in (tmp_path, tmp_path / name):
        found = sfnlint.check([path])
        assert sorted(one.rule for one in found) == rules
    arguments = ("check", "--changed", "--severity", "info", "--format", "json")
    status, out, _ = run(*arguments, str(tmp_path / name))
    assert sorted(one["rule"] for one in json.loads(out)["findings"]) == rules
    assert status == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flow.asl.json", ""),
        ("flow.asl.json", " \n"),
        (
            "schema.asl.json",
            '{"$schema": "http://json-schema.org/draft-07/schema", "type": "object"}',
        ),
        ("states.asl.json", '{"A": {"Type": "Pass", "End": true}}'),
        ("wait.asl.yaml", "Type: Wait\nSeconds: 5\nEnd: true\n"),
        ("list.asl.json", "[]"),
        ("resources.asl.yaml", "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"),
        ("ssdt.asl", 'DefinitionBlock ("", "SSDT", 2, "", "", 0)\n{\n  Scope (\\\\_SB) { }\n}\n'),
        ("flow.json", INCOMPLETE),
        ("asl.json", INCOMPLETE),
        ("numbers.asl.yaml", "1: {Type: Pass}\n"),
    ],
)
def test_other_files_with_such_names(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert sfnlint.check([tmp_path]) == []


def test_a_template_may_name_an_incomplete_definition(tmp_path: Path) -> None:
    machine = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {
            "DefinitionUri": "flow.asl.json",
            "Role": "arn:aws:iam::123456789012:role/a",
        },
    }
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Machine": machine}}
    (tmp_path / "template.json").write_text(json.dumps(template))
    (tmp_path / "flow.asl.json").write_text(INCOMPLETE)
    [finding] = [one for one in sfnlint.check([tmp_path]) if one.severity == "error"]
    assert (finding.rule, finding.machine) == ("EF102", "Machine")
    assert finding.message == "a state machine needs 'StartAt' and 'States'"
