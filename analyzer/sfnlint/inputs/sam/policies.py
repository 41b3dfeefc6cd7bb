"""The Policies of a SAM state machine as the policies of the role that SAM creates for it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html#sam-statemachine-policies
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sfnlint.inputs.cloudformation.policies import PREDEFINED
from sfnlint.messages import listed, nearest, quoted
from sfnlint.place import Route

_EntryKind = Literal["document", "template", "managed", "no value", "unknown"]
_NO_VALUE = {"Ref": "AWS::NoValue"}


class RolePolicies:
    """The entries of a machine's Policies, as properties of a role.

    Attributes:
        inline: the role's Policies.
        managed: the role's ManagedPolicyArns, which may also be names.
        moved: by routes below the role's properties, routes in the template.
        refused: what SAM refuses: a message with its route.

    """

    def __init__(self) -> None:
        self.inline: list[object] = []
        self.managed: list[object] = []
        self.moved: dict[Route, Route] = {}
        self.refused: list[tuple[str, Route]] = []

    def add(self, entry: object, route: Route) -> None:
        """Add an entry of the template's Policies.

        Args:
            entry: a policy document, a policy template, the name or ARN of a managed policy, or an
                Fn::If of them.
            route: its route in the template.

        """
        kinds = _kinds(entry)
        if kinds & {"document", "template", "unknown"}:
            at: Route = ("Policies", len(self.inline))
            self.moved[at] = route
            self.inline.append(self._inline(entry, route, at))
        if "managed" in kinds:
            self.moved["ManagedPolicyArns", len(self.managed)] = route
            self.managed.append(_managed(entry))

    def _inline(self, entry: object, route: Route, at: Route) -> object:
        branches = _if_arguments(entry)
        if branches is not None:
            condition, *values = branches
            function = "Fn::If"
            converted = [
                self._inline(value, (*route, function, index), (*at, function, index))
                for index, value in enumerate(values, 1)
            ]
            return {function: [condition, *converted]}
        kind = _kind(entry)
        if kind == "document":
            # In Policies of SAM, the document has no PolicyName and PolicyDocument around it.
            self.moved[(*at, "PolicyDocument")] = route
            return {"PolicyDocument": entry}
        if kind == "template" and isinstance(entry, dict):
            [(name, parameters)] = entry.items()
            return self._policy_template(name, parameters, route)
        is_absent = kind in ("managed", "no value")
        return _NO_VALUE if is_absent else {"PolicyDocument": unknown_document(route)}

    def _policy_template(self, name: str, parameters: object, route: Route) -> object:
        """The policy that a policy template creates.

        https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
        """
        template = policy_templates().get(name)
        message = ""
        if template is None:
            # A newer SAM may have more policy templates.
            near = nearest(name, policy_templates(), cutoff=0.8)
            if near:
                message = f"SAM has no policy template '{name}'; did you mean '{near}'?"
        elif not isinstance(parameters, dict):
            message = (
                f"the parameters of policy template '{name}' must be an object; use {{}} for none"
            )
        elif missing := [key for key in template["parameters"] if key not in parameters]:
            message = f"policy template '{name}' requires {listed(quoted(missing))}"
        else:
            values = {key: parameters[key] for key in template["parameters"]}
            statements = [statement(data, values) for data in template["statements"]]
            return _predefined(name, statements)
        if message:
            self.refused.append((message, route))
        return {"PolicyDocument": unknown_document(route)}


def _if_arguments(entry: object) -> list[object] | None:
    """The condition and the two values of an Fn::If; None for other entries."""
    if isinstance(entry, dict) and len(entry) == 1:
        argument = entry.get("Fn::If")
        if isinstance(argument, list) and len(argument) == 3:
            return argument
    return None


def _kinds(entry: object) -> set[_EntryKind]:
    """The kind of an entry; those of both branches of an Fn::If."""
    branches = _if_arguments(entry)
    if branches is None:
        return {_kind(entry)}
    return {kind for branch in branches[1:] for kind in _kinds(branch)}


def _kind(entry: object) -> _EntryKind:
    if isinstance(entry, str):
        return "managed"
    if not isinstance(entry, dict):
        return "unknown"
    if entry == _NO_VALUE:
        return "no value"
    if "Statement" in entry:
        return "document"
    name = next(iter(entry), "") if len(entry) == 1 else ""
    if name == "Fn::Transform":
        return "unknown"
    if name == "Ref" or name.startswith("Fn::"):
        # SAM assumes that the result of an intrinsic function is a managed policy.
        return "managed"
    return "template" if name else "unknown"


def _managed(entry: object) -> object:
    """An entry of ManagedPolicyArns; AWS::NoValue for a branch that is not a managed policy."""
    branches = _if_arguments(entry)
    if branches is not None:
        return {"Fn::If": [branches[0], *(_managed(value) for value in branches[1:])]}
    return entry if _kind(entry) == "managed" else _NO_VALUE


def unknown_document(route: Route) -> dict[str, object]:
    """Return a policy document with unknown content.

    Args:
        route: where it is written, which makes it differ from other unknown documents.

    """
    return {"Statement": {"Ref": "/".join(map(str, route))}}


def _predefined(name: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"PolicyName": name, "PolicyDocument": {"Statement": statements}, PREDEFINED: True}


def statement(data: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, Any]:
    """Return a statement as a template writes it, with values for the `${names}` in the data."""

    def filled(string: str) -> object:
        return {"Fn::Sub": [string, dict(values)]} if "${" in string else string

    result: dict[str, Any] = {
        "Effect": "Allow",
        "Action": data["actions"],
        "Resource": [filled(resource) for resource in data["resources"]],
    }
    if "conditions" in data:
        result["Condition"] = {
            operator: {key: filled(value) for key, value in keys.items()}
            for operator, keys in data["conditions"].items()
        }
    return result


def tracing_policy() -> dict[str, Any]:
    """Return the policy that SAM adds for Tracing: AWSXrayWriteOnlyAccess.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSXrayWriteOnlyAccess.html
    """
    actions = (
        "PutTraceSegments",
        "PutTelemetryRecords",
        "GetSamplingRules",
        "GetSamplingTargets",
        "GetSamplingStatisticSummaries",
    )
    data = {"actions": [f"xray:{action}" for action in actions], "resources": ["*"]}
    return _predefined("AWSXrayWriteOnlyAccess", [statement(data, {})])


@cache
def policy_templates() -> dict[str, dict[str, Any]]:
    """Return every policy template by its name: its parameters and its statements."""
    file = Path(__file__).with_name("policy_templates.json")
    templates: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["templates"]
    return templates
