"""Terraform resources with a resource policy, and the CloudFormation resources they become.

The table is policy_resources.json, with the documentation page of each type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sfnlint.named_tuple import NamedTuple

GRANT_NOTHING = frozenset(
    {
        "aws_autoscaling_policy",
        "aws_ecr_lifecycle_policy",
        "aws_iot_policy",
        "aws_lakeformation_permissions",
        "aws_organizations_policy",
        "aws_transfer_user",
        "aws_vpc_endpoint",
        "aws_vpc_endpoint_policy",
    }
)
"""Types with a policy that grants roles nothing."""


class PolicyResource(NamedTuple):
    """A type of resource that has a resource policy, or adds to one.

    Attributes:
        cloudformation_type: the type with this policy in `resource_policy_types.json`.
        properties: the properties of that type, by Terraform's arguments. The last argument is the
            policy or the principal.
        is_inline: whether the Terraform resource is the one that the policy belongs to.
        own: the property that refers to that resource; empty if there is none.
        identifier: the attribute that a plan may show, and that the property then has.
        blocks: the properties that nested blocks become, with their fields by the arguments.
        constants: the values of properties whose arguments are not set.
        qualifier: the property to which the argument `qualifier` belongs; empty without it.

    """

    cloudformation_type: str
    properties: Mapping[str, str]
    is_inline: bool
    own: str
    identifier: str
    blocks: Mapping[str, tuple[str, Mapping[str, str]]]
    constants: Mapping[str, str]
    qualifier: str

    @property
    def document(self) -> str:
        """The argument without which there is no policy."""
        return list(self.properties)[-1]


def is_read(resource_type: str) -> bool:
    """Return whether all policies of a resource are read, or grant nothing."""
    return resource_type in policy_resources() or resource_type in GRANT_NOTHING


@cache
def policy_resources() -> Mapping[str, PolicyResource]:
    """Return the types with a resource policy, by Terraform's name."""
    file = Path(__file__).with_name("policy_resources.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: PolicyResource(
            entry["type"],
            entry["properties"],
            "own" in entry,
            entry.get("own", ""),
            entry.get("identifier", "arn"),
            {block: (property_, fields) for block, (property_, fields) in entry["blocks"].items()}
            if "blocks" in entry
            else {},
            entry.get("constants", {}),
            entry.get("qualifier", ""),
        )
        for name, entry in data.items()
    }
