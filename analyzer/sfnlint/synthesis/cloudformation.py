"""Policies as resources of a CloudFormation template, and as `Policies` of a SAM template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sfnlint.symbol import Symbol
from sfnlint.synthesis.comments import comment
from sfnlint.synthesis.documents import document
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Placeholder, Resource, Statement
from sfnlint.synthesis.sizes import managed_policies
from sfnlint.synthesis.trust import trust_document, trust_of
from sfnlint.synthesis.yaml_text import Commented, Tagged, yaml_lines


def lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield an AWS::IAM::Policy resource, or the managed policies that it is split into."""
    parts = managed_policies(policy)
    name = _logical_id(policy)
    for number, statements in enumerate(parts, 1):
        properties = {
            "PolicyName": f"{name}Policy",
            "PolicyDocument": _document(policy, statements),
            "Roles": [_role(policy)],
        }
        kind = "Policy"
        if len(parts) > 1:
            kind = "ManagedPolicy"
            del properties["PolicyName"]
        suffix = str(number) if len(parts) > 1 else ""
        resource = {"Type": f"AWS::IAM::{kind}", "Properties": properties}
        yield from yaml_lines({f"{name}Policy{suffix}": resource})


def sam_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the property `Policies` of an AWS::Serverless::StateMachine."""
    if len(managed_policies(policy)) > 1:
        # The limit is for all inline policies of a role.
        yield from lines(policy)
        return
    yield from yaml_lines({"Policies": [_document(policy, policy.statements)]})


def trust_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the property `AssumeRolePolicyDocument` of a role."""
    trust = trust_of(policy.machine)
    write = partial(value, is_of_terraform=policy.is_of_terraform)
    written = trust_document(write(trust.account), write(trust.machines))
    yield from yaml_lines({"AssumeRolePolicyDocument": written})


def _document(policy: GeneratedPolicy, statements: Sequence[Statement]) -> dict[str, Any]:
    written = document(statements, partial(value, is_of_terraform=policy.is_of_terraform))
    written["Statement"] = [
        Commented(comment(statement), each)
        for statement, each in zip(statements, written["Statement"], strict=True)
    ]
    return written


def _role(policy: GeneratedPolicy) -> object:
    role = policy.machine.combinations[0].role
    if role is not None and role.logical_id and role.logical_id.isalnum():
        return Tagged("Ref", role.logical_id)
    return Tagged("Ref", Placeholder(("Role",)).name)


def _logical_id(policy: GeneratedPolicy) -> str:
    return re.sub("[^A-Za-z0-9]", "", policy.name.rpartition(".")[2]) or "StateMachine"


def value(resource: Resource, *, is_of_terraform: bool = False) -> object:
    """Return a resource: a string, or a `Tagged` one with references."""
    parts = [
        Placeholder.of_reference(part.name)
        if is_of_terraform and isinstance(part, Symbol) and not part.name.startswith("AWS::")
        else part
        for part in resource.reference
    ]
    if len(parts) == 1 and isinstance(parts[0], Symbol) and not parts[0].name.startswith("AWS::"):
        name = parts[0].name
        return Tagged("GetAtt" if "." in name else "Ref", name)
    text = "".join(map(_part, parts))
    return Tagged("Sub", text) if "${" in text else text


def placeholder(placeholder: Placeholder) -> str:
    """Return a placeholder as Fn::Sub has it."""
    return str(placeholder)


def _part(part: object) -> str:
    # Markers and labels are for messages; references have names.
    return f"${{{part.name}}}" if isinstance(part, Symbol) else str(part)
