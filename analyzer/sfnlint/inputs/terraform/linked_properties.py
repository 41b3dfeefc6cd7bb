"""The properties of Terraform resources that linked needs read.

The routes of arguments and properties are in resource_types.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfnlint.inputs.cloudformation.reader import PART_OF, PART_TYPE
from sfnlint.inputs.terraform.resource_types import ResourcePart
from sfnlint.inputs.terraform.terraform_resource import UNKNOWN_CONDITION, TerraformResource


def add(resource: TerraformResource, linked: Mapping[str, str], properties: dict[str, Any]) -> None:
    """Add the properties that linked needs read."""
    for argument, property_route in linked.items():
        value = resource.linked_argument(argument.split("."))
        if value is None:
            continue
        *outer, name = route = property_route.split(".")
        inner = properties
        for key in outer:
            inner = inner.setdefault(key, {})
        inner[name] = value.value
        value.put(("Resources", resource.address, "Properties", *route))


def part(resource: TerraformResource, known: ResourcePart) -> dict[str, Any]:
    """Return a resource that sets properties of another one."""
    other = resource.argument(known.of)
    properties = {} if other is None else {PART_OF: other.value}
    add(resource, known.linked, properties)
    added: dict[str, Any] = {
        "Type": known.cloudformation_type + PART_TYPE,
        "Properties": properties,
    }
    if not resource.is_certain:
        added["Condition"] = UNKNOWN_CONDITION
    return added
