"""The Policies of a SAM machine: what the role that SAM makes for it grants.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html#sam-statemachine-policies
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sfnlint.inputs.cloudformation.policies import READY_MADE
from sfnlint.messages import nearest
from sfnlint.place import Route

_Kind = Literal["document", "template", "managed", "nothing", "open"]
_NO_VALUE = {"Ref": "AWS::NoValue"}


@dataclass(slots=True)
class ReadPolicies:
    """The entries of a machine's Policies, sorted into the properties of a role.

    Attributes:
        inline: the role's Policies.
        managed: the role's ManagedPolicyArns, which may be names as well.
        moved: for a path below the role's properties, the path in the template.
        refused: what SAM would refuse: a message with its path.

    """

    inline: list[object] = field(default_factory=list)
    managed: list[object] = field(default_factory=list)
    moved: dict[Route, Route] = field(default_factory=dict)
    refused: list[tuple[str, Route]] = field(default_factory=list)

    def add(self, entry: object, path: Route) -> None:
        """Sort in an entry of the template."""
        kinds = _kinds(entry)
        if kinds & {"document", "template", "open"}:
            at: Route = ("Policies", len(self.inline))
            self.moved[at] = path
            self.inline.append(self._inline(entry, path, at))
        if "managed" in kinds:
            self.moved["ManagedPolicyArns", len(self.managed)] = path
            self.managed.append(_managed(entry))

    def _inline(self, entry: object, path: Route, at: Route) -> object:
        branches = _branches(entry)
        if branches is not None:
            condition, *values = branches
            step = "Fn::If"
            converted = [
                self._inline(value, (*path, step, index), (*at, step, index))
                for index, value in enumerate(values, 1)
            ]
            return {step: [condition, *converted]}
        kind = _kind(entry)
        if kind == "document":
            # It stands in the list itself, without a name around it.
            self.moved[(*at, "PolicyDocument")] = path
            return {"PolicyDocument": entry}
        if kind == "template" and isinstance(entry, dict):
            [(name, values)] = entry.items()
            return self._template(name, values, path)
        return (
            _NO_VALUE if kind in ("managed", "nothing") else {"PolicyDocument": open_document(path)}
        )

    def _template(self, name: str, values: object, path: Route) -> object:
        """What a policy template grants with these parameters.

        https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
        """
        template = policy_templates().get(name)
        message = ""
        if template is None:
            # A newer SAM may have more of them.
            near = nearest(name, policy_templates(), cutoff=0.8)
            if near:
                message = f"SAM has no policy template {name}; did you mean {near}?"
        elif not isinstance(values, dict):
            message = f"the policy template {name} takes an object of parameters; without any, {{}}"
        elif lacking := [one for one in template["parameters"] if one not in values]:
            message = f"the policy template {name} lacks its parameter {' and '.join(lacking)}"
        else:
            given = {key: values[key] for key in template["parameters"]}
            statements = [statement(one, given) for one in template["statements"]]
            return _ready_made(name, statements)
        if message:
            self.refused.append((message, path))
        return {"PolicyDocument": open_document(path)}


def _branches(entry: object) -> list[object] | None:
    """The condition and the two values of an Fn::If; None for what is none."""
    if isinstance(entry, dict) and len(entry) == 1:
        argument = entry.get("Fn::If")
        if isinstance(argument, list) and len(argument) == 3:
            return argument
    return None


def _kinds(entry: object) -> set[_Kind]:
    """Of what kind an entry is; both branches of an Fn::If count."""
    branches = _branches(entry)
    if branches is None:
        return {_kind(entry)}
    return {kind for branch in branches[1:] for kind in _kinds(branch)}


def _kind(entry: object) -> _Kind:
    if isinstance(entry, str):
        return "managed"
    if not isinstance(entry, dict):
        return "open"
    if entry == _NO_VALUE:
        return "nothing"
    if "Statement" in entry:
        return "document"
    name = next(iter(entry), "") if len(entry) == 1 else ""
    if name == "Fn::Transform":
        return "open"
    if name == "Ref" or name.startswith("Fn::"):
        # SAM takes what any function gives for a managed policy.
        return "managed"
    return "template" if name else "open"


def _managed(entry: object) -> object:
    """An entry as ManagedPolicyArns has it; AWS::NoValue for a branch that is no managed policy."""
    branches = _branches(entry)
    if branches is not None:
        return {"Fn::If": [branches[0], *(_managed(value) for value in branches[1:])]}
    return entry if _kind(entry) == "managed" else _NO_VALUE


def open_document(path: Route) -> dict[str, object]:
    """A policy document of which nothing is known."""
    return {"Statement": {"Ref": "/".join(map(str, path))}}


def _ready_made(name: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": {"Statement": statements}, READY_MADE: True}


def statement(data: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, Any]:
    """A statement of the data with its `${names}` filled in, as a template writes it."""

    def filled(text: str) -> object:
        return {"Fn::Sub": [text, dict(values)]} if "${" in text else text

    made: dict[str, Any] = {
        "Effect": "Allow",
        "Action": data["actions"],
        "Resource": [filled(resource) for resource in data["resources"]],
    }
    if "conditions" in data:
        made["Condition"] = {
            operator: {key: filled(value) for key, value in keys.items()}
            for operator, keys in data["conditions"].items()
        }
    return made


def tracing_policy() -> dict[str, Any]:
    """What SAM lets a role do whose machine has Tracing: the policy AWSXrayWriteOnlyAccess.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSXrayWriteOnlyAccess.html
    """
    actions = (
        "PutTraceSegments",
        "PutTelemetryRecords",
        "GetSamplingRules",
        "GetSamplingTargets",
        "GetSamplingStatisticSummaries",
    )
    granted = {"actions": [f"xray:{action}" for action in actions], "resources": ["*"]}
    return _ready_made("AWSXrayWriteOnlyAccess", [statement(granted, {})])


@cache
def policy_templates() -> dict[str, dict[str, Any]]:
    """Every policy template by its name: its parameters and its statements."""
    file = Path(__file__).with_name("policy_templates.json")
    templates: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["templates"]
    return templates
