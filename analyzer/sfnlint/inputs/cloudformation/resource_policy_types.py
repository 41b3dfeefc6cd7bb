"""Resource types with a resource policy, and the places of policies in a template.

The table is resource_policy_types.json, with the documentation page of each type. A type that is
not in it may have a resource policy as well: `unlisted_policies` finds those that are written as
objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from sfnlint.inputs.coerce import as_list, as_object
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route

_GRANT_NOTHING = ("AWS::EC2::VPCEndpoint", "AWS::IoT::Policy")
"""Types whose policies grant roles nothing. Step Functions calls no service through the customer's
VPC, and AWS IoT policies are for devices.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
"""
_NOT_SEARCHED = ("AWS::IAM::", "AWS::Organizations::", "AWS::SSO::", "AWS::StepFunctions::")
_MAX_VALUES = 100_000


class PolicyProperty(NamedTuple):
    """A property that holds a policy document.

    Attributes:
        document: the route in the properties; `*` stands for each element of a list.
        protects: the ARNs of the resources that the policy belongs to, with placeholders for
            properties: `${Bucket|AWS::S3::Bucket}` is the ARN of the bucket that the property
            names, `${ResourceArn}` the property itself, `${Arn}` and `${Ref}` are results of the
            functions for the resource that has the policy. Empty if they are unknown.
        region: the route to the Region of the resource; empty for that of the stack.
        is_statement: whether the property holds statements without a document around them.

    """

    document: tuple[str, ...]
    protects: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    is_statement: bool = False


class PermissionProperties(NamedTuple):
    """The properties of a resource that adds one Allow statement to a resource policy.

    Attributes:
        action: the property with the actions.
        principal: the property with the principal.
        protects: as `PolicyProperty.protects`.
        conditions: operator and key of the condition that a property becomes.
        condition: the property with a condition: an object with Type, Key and Value.

    """

    action: str
    principal: str
    protects: tuple[str, ...]
    conditions: Mapping[str, tuple[str, str]]
    condition: str


class ResourcePolicyType(NamedTuple):
    """A type of resource that has a resource policy, or adds to one.

    Attributes:
        properties: the properties with a policy document.
        permission: the properties of a single statement; None if it has none.
        defaults: the values of properties that are not set.
        is_key: whether the policy decides whether the policies of roles count.
        service: the prefix of the actions that its policies can allow; empty if it is the part of
            the type's name.

    """

    properties: tuple[PolicyProperty, ...]
    permission: PermissionProperties | None
    defaults: Mapping[str, str]
    is_key: bool
    service: str


@cache
def resource_policy_types() -> Mapping[str, ResourcePolicyType]:
    """Return the types with a resource policy."""
    file = Path(__file__).with_name("resource_policy_types.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: ResourcePolicyType(
            tuple(
                PolicyProperty(
                    tuple(entry["document"].split(".")),
                    tuple(entry.get("protects", ())),
                    tuple(filter(None, entry.get("region", "").split("."))),
                    entry.get("is_statement", False),
                )
                for entry in known.get("policies", ())
            ),
            _permission(known["permission"]) if "permission" in known else None,
            known.get("defaults", {}),
            known.get("is_key", False),
            known.get("service", ""),
        )
        for name, known in data.items()
    }


def service_of(resource_type: str) -> str:
    """Return the prefix of the actions that the policy of a resource of this type can allow."""
    known = resource_policy_types().get(resource_type)
    part = resource_type.split("::")[1].lower() if "::" in resource_type else ""
    return (known.service if known else "") or part


def _permission(data: Mapping[str, object]) -> PermissionProperties:
    conditions = as_object(data.get("conditions"))
    return PermissionProperties(
        str(data["action"]),
        str(data["principal"]),
        tuple(map(str, as_list(data["protects"]))),
        {name: (operator, key) for name, (operator, key) in conditions.items()},
        str(data.get("condition", "")),
    )


def unlisted_policies(
    resources: Mapping[str, Mapping[str, object]],
) -> Mapping[str, Sequence[Route]]:
    """Return the policy documents with principals of resources whose types are not listed.

    Returns:
        The routes in the properties, by logical id.

    """
    listed = resource_policy_types()
    found: dict[str, list[Route]] = {}
    budget = _MAX_VALUES
    for name, resource in resources.items():
        resource_type = str(resource["Type"])
        is_searched = resource_type not in listed and resource_type not in _GRANT_NOTHING
        if is_searched and not resource_type.startswith(_NOT_SEARCHED):
            for route, value in _containers(resource.get("Properties"), budget):
                budget -= 1
                if isinstance(value, dict) and _has_principal(value.get("Statement")):
                    found.setdefault(name, []).append(route)
    return found


def _has_principal(statements: object) -> bool:
    for statement in statements if isinstance(statements, list) else [statements]:
        if isinstance(statement, dict) and not {"Principal", "NotPrincipal"}.isdisjoint(statement):
            return "Effect" in statement
    return False


def _containers(data: object, limit: int) -> Iterator[tuple[Route, object]]:
    """Yield at most `limit` objects and lists in a value, each with its route."""
    waiting: list[tuple[Route, object]] = [((), data)]
    # By identity: aliases within aliases would otherwise be visited exponentially often.
    seen: set[int] = set()
    while waiting and len(seen) < limit:
        route, value = waiting.pop()
        if not isinstance(value, (dict, list)) or id(value) in seen:
            continue
        seen.add(id(value))
        yield route, value
        items = value.items() if isinstance(value, dict) else enumerate(value)
        waiting += (((*route, key), item) for key, item in items)
