"""Every integration in every pattern: a role with exactly what is required is enough.

`data/needs.json` holds what the documentation says that each integration requires, written down
apart from the catalog: a state (or a setting of the machine) and the statements of a role, with
all parts of all ARNs filled in. With them the linter is silent; without one action, it reports
that action and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sfnlint
from sfnlint.finding import Finding

RECORDS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "needs.json").read_text(encoding="utf-8")
)
SETTINGS: dict[str, dict[str, Any]] = {
    "logging": {
        "LoggingConfiguration": {
            "Level": "ALL",
            "Destinations": [
                {
                    "CloudWatchLogsLogGroup": {
                        "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:own:*"
                    }
                }
            ],
        }
    },
    "tracing": {"TracingConfiguration": {"Enabled": True}},
}


def name(record: dict[str, Any]) -> str:
    return f"{record['integration']}-{record['pattern']}-{record['dynamic']}"


def template(record: dict[str, Any], statements: list[dict[str, Any]]) -> str:
    state = record["state"] or {"Type": "Pass", "End": True}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    machine = {
        "StateMachineName": "own",
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": {"StartAt": "Run", "States": {"Run": state}},
        **SETTINGS.get(record.get("setting") or "", {}),
    }
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [
            {
                "PolicyName": "own",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
            }
        ],
    }
    resources = {
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
    }
    return json.dumps({"Resources": resources})


def granted(record: dict[str, Any], without: str = "") -> Iterator[dict[str, Any]]:
    for one in record["statements"]:
        actions = [action for action in one["actions"] if action != without]
        if actions:
            condition = {"Condition": one["condition"]} if "condition" in one else {}
            yield {
                "Effect": "Allow",
                "Action": actions,
                "Resource": one["resources"],
                **condition,
            }


def lacking(record: dict[str, Any], without: str = "") -> list[Finding]:
    """What is said of the role; what is said of the definition alone is another matter."""
    statements = list(granted(record, without))
    findings = sfnlint.check_text(template(record, statements), "template.json")
    return [one for one in findings if one.rule[2] in "034" and one.severity != "info"]


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_what_is_required_is_enough(record: dict[str, Any]) -> None:
    assert lacking(record) == []


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_without_one_action_just_that_is_reported(record: dict[str, Any]) -> None:
    for action in {action for one in record["statements"] for action in one["actions"]}:
        found = lacking(record, action)
        told = [tuple(one.lower() for one in finding.actions) for finding in found]
        assert told == [(action.lower(),)], action


def test_every_integration_is_there() -> None:
    assert len({record["integration"] for record in RECORDS}) >= 75
    assert len(RECORDS) >= 194
