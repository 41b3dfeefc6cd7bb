"""Role analyses of small machines and policies, for the tests in this folder."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.inputs import asl
from sfnlint.inputs.policy_files import SuppliedRole
from sfnlint.source import TextDocument, parse

ACCOUNT = "eu-west-1:111122223333"
TABLE = f"arn:aws:dynamodb:{ACCOUNT}:table/orders"


def document(data: object, name: str) -> TextDocument:
    return parse(json.dumps(data), name, "json")


def task(resource: str, **parameters: object) -> dict[str, Any]:
    """A task that ends its machine."""
    arn = f"arn:aws:states:::{resource}"
    return {"Type": "Task", "Resource": arn, "Parameters": parameters, "End": True}


def put(table: str = TABLE) -> dict[str, Any]:
    return task("dynamodb:putItem", TableName=table, Item={})


def allow(actions: str | list[str], resources: str | list[str], **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def analysis(states: dict[str, Any], *statements: dict[str, Any]) -> RoleAnalysis:
    """Analyze a machine with these states and a role with these statements."""
    names = list(states)
    for name, following in pairwise(names):
        states[name] = {**states[name], "Next": following}
        states[name].pop("End", None)
    definition = {"StartAt": names[0], "States": states}
    policy = document({"Version": "2012-10-17", "Statement": list(statements)}, "policy.json")
    reading = asl.read(document(definition, "machine.json"), SuppliedRole([policy]))
    assert not reading.problems
    [subject] = reading.subjects
    assert subject.role is not None
    return RoleAnalysis(subject.role, [subject])
