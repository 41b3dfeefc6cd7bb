"""Plain definitions without StartAt or States."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

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
