"""Fields of the other query language: the replacement that EF107 suggests is valid."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest

import sfnlint
from sfnlint.finding import Finding

PROCESSOR = {"StartAt": "Inside", "States": {"Inside": {"Type": "Succeed"}}}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:train"
STATES: dict[str, dict[str, Any]] = {
    "Task": {"Resource": FUNCTION, "End": True},
    "Pass": {"End": True},
    "Map": {"ItemProcessor": PROCESSOR, "End": True},
    "Parallel": {"Branches": [PROCESSOR], "End": True},
    "Wait": {"End": True},
    "Choice": {"Default": "Last"},
    "Succeed": {},
    "Fail": {},
}
REQUIRED: dict[tuple[str, str], dict[str, Any]] = {
    ("Wait", "JSONPath"): {"Seconds": 1},
    ("Wait", "JSONata"): {"Seconds": 1},
    ("Choice", "JSONPath"): {"Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Last"}]},
    ("Choice", "JSONata"): {"Choices": [{"Condition": "{% $a %}", "Next": "Last"}]},
}
VALUES: dict[str, Any] = {
    **{name: {"a": 1} for name in ("Parameters", "ItemSelector", "ResultSelector")},
    **{name: {"a": 1} for name in ("Arguments", "Output")},
    **dict.fromkeys(("OutputPath", "ItemsPath"), "$.a"),
    "Items": [1],
    "Timestamp": "2026-01-01T00:00:00Z",
    **dict.fromkeys(("Error", "Cause"), "a"),
}
OTHER_LANGUAGE: dict[str, dict[str, Any]] = {
    "JSONPath": {"Arguments": {}, "Output": {}, "Items": [1]},
    "JSONata": {
        "Parameters": {"a": 1},
        "ResultSelector": {"a": 1},
        **dict.fromkeys(
            (
                *("InputPath", "OutputPath", "ResultPath", "ItemsPath"),
                *("TimeoutSecondsPath", "HeartbeatSecondsPath", "SecondsPath", "TimestampPath"),
                *("ErrorPath", "CausePath", "MaxConcurrencyPath"),
                *("ToleratedFailureCountPath", "ToleratedFailurePercentagePath"),
            ),
            "$.a",
        ),
    },
}


def check(state: dict[str, Any]) -> list[Finding]:
    if state.get("End"):
        state = {**state, "Next": "Last"}
        del state["End"]
    data = {"StartAt": "First", "States": {"First": state, "Last": {"Type": "Succeed"}}}
    findings = sfnlint.check_text(json.dumps(data), "m.asl.json")
    return [finding for finding in findings if finding.rule in ("EF101", "EF102", "EF106", "EF107")]


def replaced(state: dict[str, Any], field: str, message: str) -> dict[str, Any]:
    """Return a state in which a field is replaced as a message says."""
    state = deepcopy(state)
    del state[field]
    if use := re.search(r"use '(\w+)', not", message):
        alternatives = {"Seconds", "Timestamp"} if state["Type"] == "Wait" else set()
        for name in alternatives - {use[1]}:
            state.pop(name, None)
        state[use[1]] = VALUES.get(use[1], 1)
    else:
        assert f"remove '{field}'" in message
    return state


@pytest.mark.parametrize("kind", STATES)
@pytest.mark.parametrize(
    ("language", "field"),
    [(language, field) for language, fields in OTHER_LANGUAGE.items() for field in fields],
)
def test_the_replacement_is_valid(kind: str, language: str, field: str) -> None:
    state = {"Type": kind, "QueryLanguage": language, **STATES[kind]}
    state |= REQUIRED.get((kind, language), {})
    assert check(state) == []
    state[field] = OTHER_LANGUAGE[language][field]
    if field in ("SecondsPath", "TimestampPath"):
        state.pop("Seconds", None)
    [finding] = check(state)
    assert finding.rule == "EF107"
    fixed = replaced(state, field, finding.message)
    if kind == "Wait" and not {"Seconds", "Timestamp"} & set(fixed):
        fixed["Seconds"] = 1
    assert check(fixed) == []
    if finding.fix:
        other = "JSONata" if language == "JSONPath" else "JSONPath"
        assert f"set QueryLanguage: {other} in this state" in finding.fix
        as_other = {**state, "QueryLanguage": other, **REQUIRED.get((kind, other), {})}
        assert "EF107" not in [finding.rule for finding in check(as_other)]


MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"Type": "Pass", "Output": {}, "End": True},
        "use 'Parameters', not 'Output'",
        "replace the fields, or set QueryLanguage: JSONata in this state",
    ),
    (
        {"Type": "Succeed", "Output": {}},
        "use 'OutputPath', not 'Output'",
        "replace the fields, or set QueryLanguage: JSONata in this state",
    ),
    (
        {"Type": "Pass", "Parameters": {}, "Output": {}, "End": True},
        "use 'Parameters', not 'Output'",
        "",
    ),
    (
        {
            "Type": "Choice",
            "Default": "Last",
            "Choices": [{"Variable": "$.a", "IsNull": True, "Output": 1, "Next": "Last"}],
        },
        "remove 'Output'",
        "replace the fields, or set QueryLanguage: JSONata in this state",
    ),
    (
        {
            "Type": "Task",
            "Resource": FUNCTION,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": 1, "Next": "Last"}],
            "End": True,
        },
        "use 'ResultPath', not 'Output'",
        "replace the fields, or set QueryLanguage: JSONata in this state",
    ),
    (
        {
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "ItemProcessor": PROCESSOR,
            "Parameters": {},
            "ItemsPath": "$.a",
            "ResultPath": "$.b",
            "ItemBatcher": {"MaxItemsPerBatchPath": "$.n"},
            "End": True,
        },
        "use 'ItemSelector', 'Output', 'Items' and 'MaxItemsPerBatch', not 'Parameters', "
        "'ResultPath', 'ItemsPath' and 'MaxItemsPerBatchPath'",
        "",
    ),
    (
        {
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "ItemProcessor": PROCESSOR,
            "Parameters": {},
            "ItemSelector": {},
            "MaxConcurrency": 1,
            "MaxConcurrencyPath": "$.a",
            "End": True,
        },
        "use 'ItemSelector' and 'MaxConcurrency', not 'Parameters' and 'MaxConcurrencyPath'",
        "",
    ),
    (
        {"Type": "Fail", "QueryLanguage": "JSONata", "CausePath": "$.a", "InputPath": "$.b"},
        "use 'Cause', not 'CausePath'; remove 'InputPath'",
        "",
    ),
]


@pytest.mark.parametrize(("state", "advice", "fix"), MESSAGES)
def test_messages(state: dict[str, Any], advice: str, fix: str) -> None:
    [finding] = check(state)
    assert finding.rule == "EF107"
    assert finding.message.endswith(advice)
    assert finding.fix == fix
