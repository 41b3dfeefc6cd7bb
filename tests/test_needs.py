"""Every integration in every pattern: a role with exactly the required permissions is enough.

`data/needs.json` has the documented permissions of each integration, written independently of the
catalog: a state (or a setting of the machine) and the statements of a role, with complete ARNs.
With all statements, the linter reports nothing; without an action, it reports only that action.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sfnlint
from sfnlint import catalog
from sfnlint.asl.task_resource import is_activity_arn, is_function_arn, parse_resource
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
    "encryption": {
        "EncryptionConfiguration": {
            "Type": "CUSTOMER_MANAGED_KMS_KEY",
            "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
        }
    },
}
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
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
    if record.get("setting") == "encryption":
        resources["Key"] = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": KEY_POLICY}}
    return json.dumps({"Resources": resources})


def granted(record: dict[str, Any], without: str = "") -> Iterator[dict[str, Any]]:
    for statement in record["statements"]:
        actions = [action for action in statement["actions"] if action != without]
        if actions:
            condition = {"Condition": statement["condition"]} if "condition" in statement else {}
            yield {
                "Effect": "Allow",
                "Action": actions,
                "Resource": statement["resources"],
                **condition,
            }


def missing_permissions(record: dict[str, Any], without: str = "") -> list[Finding]:
    """The findings about the role, without those about the definition alone."""
    statements = list(granted(record, without))
    findings = sfnlint.check_text(template(record, statements), "template.json")
    return [
        finding for finding in findings if finding.rule[2] in "034" and finding.severity != "info"
    ]


def catalog_entries(record: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The entries of the catalog that a record tests: file, action and pattern."""
    state = record["state"]
    if state is None:
        yield "machine", record["setting"], "request_response"
    elif state["Type"] == "Map":
        yield "map", "distributed", "request_response"
        for field in ("ItemReader", "ResultWriter"):
            task = parse_resource(state.get(field, {}).get("Resource", ""))
            if task is not None:
                yield "map", task.integration, "request_response"
    elif "Credentials" in state:
        yield "machine", "credentials", "request_response"
    elif is_activity_arn(state["Resource"]):
        yield "machine", "activity", "request_response"
    elif is_function_arn(state["Resource"]):
        yield "machine", "function", "request_response"
    else:
        task = parse_resource(state["Resource"])
        assert task is not None
        if task.sdk:
            yield "aws-sdk", task.integration, task.pattern
        else:
            yield task.service, task.action, task.pattern


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_what_is_required_is_enough(record: dict[str, Any]) -> None:
    assert missing_permissions(record) == []


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_without_one_action_just_that_is_reported(record: dict[str, Any]) -> None:
    for action in {action for one in record["statements"] for action in one["actions"]}:
        findings = missing_permissions(record, action)
        reported = [tuple(name.lower() for name in finding.actions) for finding in findings]
        assert reported == [(action.lower(),)], action


@pytest.mark.parametrize("file", [*catalog.service_names(), "aws-sdk", "machine", "map"])
def test_every_catalog_entry_has_a_record(file: str) -> None:
    recorded = {entry for record in RECORDS for entry in catalog_entries(record)}
    entries = {
        (file, action, pattern)
        for action, integration in (catalog.entries(file) or {}).items()
        for pattern in integration.patterns
    }
    assert entries - recorded == set()
