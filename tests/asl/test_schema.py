"""Violations of the schema that the cases in testdata/ do not have."""

from __future__ import annotations

import json
from typing import Any

import pytest

import sfnlint
from sfnlint.asl.schema.fast_validator import compile_check

TASK = "arn:aws:lambda:us-east-1:123456789012:function:train"


def messages(state: dict[str, Any], **fields: Any) -> list[str]:
    data = {"StartAt": "A", "States": {"A": {"End": True, **state}}, **fields}
    return [
        f"{finding.rule} {finding.message}"
        for finding in sfnlint.check_text(json.dumps(data), "a.asl.json")
        if finding.severity != "info"
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            {"Type": "Pass", "QueryLanguage": 5},
            ["EF103 state 'A': 'QueryLanguage' must be JSONPath or JSONata, not 5"],
        ),
        (
            {"Type": "Task", "Resource": TASK, "Retry": [5]},
            ["EF103 state 'A': an item of 'Retry' must be an object, not 5"],
        ),
        (
            {"Type": "Pass", "Comment": []},
            ["EF103 state 'A': 'Comment' must be a string, not an empty list"],
        ),
        (
            {"Type": "Pass", "Comment": True},
            ["EF103 state 'A': 'Comment' must be a string, not true"],
        ),
        (
            {"Type": "Wait", "Seconds": ""},
            ["EF103 state 'A': 'Seconds' must be an integer, not an empty string"],
        ),
        # Templates read neither lists nor other objects.
        ({"Type": "Pass", "Result": ["a.$", {"b": "$.b"}]}, []),
        ({"Type": "Pass", "Result": {"a": {"b.$": "$.b"}}}, []),
        (
            {"Type": "Task", "Resource": TASK, "Catch": ["x"]},
            ["EF103 state 'A': an item of 'Catch' must be an object, not the string 'x'"],
        ),
        ({"Type": "Pass", "ResultPath": "$[0]"}, []),
    ],
)
def test_violations(state: dict[str, Any], expected: list[str]) -> None:
    assert messages(state) == expected


def test_choice_rules_assign() -> None:
    rule = {"Variable": "$.n", "IsNull": True, "Next": "A", "Assign": {"x.$": "$.a["}}
    state = {"Type": "Choice", "Choices": [rule], "Default": "B"}
    data = {"StartAt": "A", "States": {"A": state, "B": {"Type": "Succeed"}}}
    [finding] = sfnlint.check_text(json.dumps(data), "a.asl.json")
    assert finding.rule == "EF112"


@pytest.mark.parametrize(
    ("seconds", "rules"),
    [("5", []), ("true", []), ("x", ["EF103"]), ([5], ["EF103"]), ("${Seconds}", [])],
)
def test_numbers_of_a_template_may_be_strings(seconds: Any, rules: list[str]) -> None:
    states = {"A": {"Type": "Wait", "Seconds": seconds, "End": True}}
    properties = {
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "Definition": {"StartAt": "A", "States": states},
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    findings = sfnlint.check_text(json.dumps({"Resources": {"Machine": machine}}), "t.json")
    assert [finding.rule for finding in findings if finding.rule.startswith("EF1")] == rules


@pytest.mark.parametrize(
    "branches", [[{"required": ["a", "b"]}], [{"required": ["a"], "type": "object"}]]
)
def test_alternatives_of_single_fields_only(branches: list[Any]) -> None:
    with pytest.raises(ValueError, match="oneOf"):
        compile_check({"$defs": {"a": {"oneOf": branches}}}, "a")
