"""Terraform resource types with the CloudFormation types that they correspond to.

The table is resource_types.json, with the documentation page of each type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sfnlint.named_tuple import NamedTuple

MACHINE = "aws_sfn_state_machine"
ROLE = "aws_iam_role"
POLICY = "aws_iam_policy"
ROLE_POLICY = "aws_iam_role_policy"
KEY = "aws_kms_key"
MACHINE_AND_ROLE_TYPES = (MACHINE, ROLE, ROLE_POLICY, POLICY)
"""Types that are read whatever their names are."""
ATTACHMENTS: Mapping[str, tuple[str, str]] = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_policy_attachment": ("roles", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
}
"""Types that attach managed policies to roles, with the arguments for the roles and policies."""


class ResourcePart(NamedTuple):
    """A type of resource that sets properties of another.

    Attributes:
        cloudformation_type: the type of the other.
        of: the argument that names the other.
        linked: as `ResourceType.linked`.

    """

    cloudformation_type: str
    of: str
    linked: Mapping[str, str]


class ResourceType(NamedTuple):
    """A type of resource.

    Attributes:
        cloudformation_type: the corresponding type, `AWS::SQS::Queue`.
        properties: the properties of that type, by Terraform's arguments.
        attributes: how a template refers to an attribute: `Ref`, the attribute of an `Fn::GetAtt`,
            or the string of an `Fn::Sub` in which `${Name}` is the Ref.
        linked: routes of properties that linked needs read, by routes of arguments: a dot leads
            into a nested block.
        parts: types of resources that set more properties of this one, by Terraform's name.

    """

    cloudformation_type: str
    properties: Mapping[str, str]
    attributes: Mapping[str, str]
    linked: Mapping[str, str]
    parts: Mapping[str, ResourcePart]

    def reference(self, attribute: str, address: str) -> Mapping[str, Any]:
        """Return how a template refers to an attribute of the resource at an address."""
        form = self.attributes[attribute]
        if form == "Ref":
            return {"Ref": address}
        if "${" in form:
            return {"Fn::Sub": [form, {"Name": {"Ref": address}}]}
        return {"Fn::GetAtt": [address, form]}


@cache
def resource_types() -> Mapping[str, ResourceType]:
    """Return the types whose names and ARNs are known, by Terraform's name."""
    file = Path(__file__).with_name("resource_types.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: ResourceType(
            entry["type"],
            entry["properties"],
            entry["attributes"],
            entry.get("linked", {}),
            {
                part: ResourcePart(entry["type"], known["of"], known["linked"])
                for part, known in entry.get("parts", {}).items()
            },
        )
        for name, entry in data.items()
    }


@cache
def resource_parts() -> Mapping[str, ResourcePart]:
    """Return the types of resources that set properties of another, by Terraform's name."""
    return {name: part for known in resource_types().values() for name, part in known.parts.items()}
