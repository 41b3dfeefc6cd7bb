"""Terraform resources as a CloudFormation template.

Plans and configurations describe the same roles and state machines as templates do, so that the
CloudFormation reader reads both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from sfnlint.inputs.cloudformation.reader import KNOWN_ARN, PREDEFINED
from sfnlint.inputs.terraform import linked_properties
from sfnlint.inputs.terraform.policy_resources import PolicyResource, policy_resources
from sfnlint.inputs.terraform.resource_types import (
    ATTACHMENTS,
    MACHINE,
    MACHINE_AND_ROLE_TYPES,
    ROLE,
    ROLE_POLICY,
    resource_parts,
    resource_types,
)
from sfnlint.inputs.terraform.terraform_resource import (
    MAYBE,
    UNKNOWN_CONDITION,
    PlacedValue,
    TerraformResource,
    maybe,
)
from sfnlint.place import Route

_SETTINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "logging_configuration": (
        "LoggingConfiguration",
        {"level": "Level", "log_destination": "Destinations"},
    ),
    "tracing_configuration": ("TracingConfiguration", {"enabled": "Enabled"}),
    "encryption_configuration": (
        "EncryptionConfiguration",
        {"type": "Type", "kms_key_id": "KmsKeyId"},
    ),
}
"""Nested blocks of a state machine: the property, and its fields by the arguments of the block."""


def template_of(resources: Sequence[TerraformResource]) -> dict[str, Any]:
    """Return the template with these resources."""
    return _TemplateBuilder(resources).build()


class _TemplateBuilder:
    def __init__(self, resources: Sequence[TerraformResource]) -> None:
        self.resources = {resource.address: resource for resource in resources}
        self.roles = [resource for resource in resources if resource.type == ROLE]
        self.template: dict[str, dict[str, Any]] = {}
        self.roles_by_name: dict[str, list[TerraformResource]] = {}
        for role in self.roles:
            name = role.argument("name")
            names: list[object] = [{"Ref": role.address}, {"Fn::GetAtt": [role.address, "Arn"]}]
            for value in [*names, *([name.value] if name else [])]:
                self.roles_by_name.setdefault(json.dumps(value), []).append(role)

    def build(self) -> dict[str, Any]:
        for resource in self.resources.values():
            is_read = resource.type in MACHINE_AND_ROLE_TYPES
            policy = policy_resources().get(resource.type) if resource.is_managed else None
            if policy is not None:
                self._add_resource_policy(resource, policy)
            if policy is not None and not policy.is_inline:
                continue
            if is_read or (resource.type in resource_types() and resource.arn_is_derivable):
                self._add_resource(resource)
            elif resource.type in resource_parts():
                part = linked_properties.part(resource, resource_parts()[resource.type])
                self.template[resource.address] = part
            elif resource.type not in ATTACHMENTS:
                self.template[resource.address] = {"Type": f"Terraform::{resource.type}"}
            if not is_read and resource.type not in ATTACHMENTS:
                self.template[resource.address]["DependsOn"] = resource.used_roles()
        for resource in self.resources.values():
            if resource.type in ATTACHMENTS:
                self._attach(resource)
            elif resource.type == ROLE_POLICY:
                self._set_role(resource)
        return {"Resources": self.template}

    def _add_resource(self, resource: TerraformResource) -> None:
        resource_type = resource_types()[resource.type]
        properties: dict[str, Any] = {}
        at: Route = ("Resources", resource.address)
        self.template[resource.address] = {
            "Type": resource_type.cloudformation_type,
            "Properties": properties,
        }
        resource.head().put(at)
        for name, property_name in resource_type.properties.items():
            argument = resource.argument(name)
            if argument is None and name == "policy":
                # The argument is required: the policy that is written could not be read.
                argument = resource.unknown_policy(name)
            if argument is not None:
                properties[property_name] = argument.value
                argument.put((*at, "Properties", property_name))
        linked_properties.add(resource, resource_type.linked, properties)
        arn = None if resource.type in MACHINE_AND_ROLE_TYPES else resource.argument("arn")
        if arn is not None and isinstance(arn.value, str):
            self.template[resource.address][KNOWN_ARN] = arn.value
        if resource.is_predefined:
            properties[PREDEFINED] = True
        if resource.type == ROLE:
            properties["ManagedPolicyArns"] = []
            self._add_managed_policies(resource, resource, "managed_policy_arns")
            self._add_inline_policies(resource)
        elif resource.type == MACHINE:
            self._add_settings(resource, properties)

    def _add_resource_policy(self, resource: TerraformResource, known: PolicyResource) -> None:
        """Add a resource policy, which is a resource of its own in the template."""
        address = f"{resource.address} policy" if known.is_inline else resource.address
        at: Route = ("Resources", address)
        properties: dict[str, Any] = dict(known.constants)
        for name, property_name in known.properties.items():
            argument = resource.argument(name)
            if argument is None and name == known.document and not known.is_inline:
                argument = resource.unknown_policy(name)
            if argument is not None:
                properties[property_name] = argument.value
                argument.put((*at, "Properties", property_name))
        if known.properties[known.document] not in properties:
            return
        if known.own:
            planned = resource.argument(known.identifier)
            properties[known.own] = planned.value if planned else {"Ref": resource.address}
        for block_type, (property_name, fields) in known.blocks.items():
            _add_block(resource, block_type, (*at, "Properties", property_name), fields, properties)
        qualifier = resource.argument("qualifier") if known.qualifier else None
        if qualifier is not None:
            qualified = [properties.get(known.qualifier), qualifier.value]
            properties[known.qualifier] = {"Fn::Join": [":", qualified]}
        resource.head().put(at)
        self.template[address] = {"Type": known.cloudformation_type, "Properties": properties}
        if not resource.is_certain:
            self.template[address]["Condition"] = UNKNOWN_CONDITION

    def _add_inline_policies(self, role: TerraformResource) -> None:
        for index, document in enumerate(role.inline_policies()):
            address = f"{role.address} inline_policy[{index}]"
            self.template[address] = {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {
                    "RoleName": {"Ref": role.address},
                    "PolicyDocument": document.value,
                },
            }
            at: Route = ("Resources", address)
            document.put(at)
            document.put((*at, "Properties", "PolicyDocument"))

    def _add_settings(self, machine: TerraformResource, properties: dict[str, Any]) -> None:
        for block_type, (name, fields) in _SETTINGS.items():
            at: Route = ("Resources", machine.address, "Properties", name)
            _add_block(machine, block_type, at, fields, properties)

    def _attach(self, attachment: TerraformResource) -> None:
        """Add the managed policies of an attachment to its roles."""
        roles_argument, policies_argument = ATTACHMENTS[attachment.type]
        policies = attachment.elements(policies_argument)
        for name in attachment.elements(roles_argument):
            cases = _cases(name.value)
            for case in cases:
                known = self.roles_by_name.get(json.dumps(case), ())
                is_certain = bool(known) and len(cases) == 1
                possible = known or self._possible_roles(attachment, roles_argument, case)
                for policy in policies if is_certain else map(maybe, policies):
                    for role in possible:
                        self._add_managed_policy(role.address, policy)

    def _possible_roles(
        self, resource: TerraformResource, argument: str, name: object
    ) -> Sequence[TerraformResource]:
        """Return the roles that a name may mean which is not that of a role.

        Args:
            resource: the resource that names a role.
            argument: the argument with the name.
            name: the name, as the template has it.

        """
        if not isinstance(name, dict):
            return ()
        possible = resource.possible_roles(argument)
        # Nobody can write down the name that AWS generates for a role.
        return [
            role
            for role in self.roles
            if role.address in possible.addresses
            or ((name := role.argument("name")) and possible.has_name(name.value))
        ]

    def _set_role(self, policy: TerraformResource) -> None:
        """Set the role of an inline policy to those that its argument may mean."""
        written = policy.argument("role")
        if written is None:
            return
        cases = _cases(written.value)
        names: list[object] = []
        for case in cases:
            if json.dumps(case) in self.roles_by_name or not isinstance(case, dict):
                names.append(case)
            else:
                roles = self._possible_roles(policy, "role", case)
                # Without any of them, it is a role outside of the files.
                names += ({"Ref": role.address} for role in roles)
                names.append("")
        properties = self.template[policy.address]["Properties"]
        properties["RoleName"] = reduce(_either, names)

    def _add_managed_policies(
        self, role: TerraformResource, source: TerraformResource, argument: str
    ) -> None:
        for policy in source.elements(argument):
            self._add_managed_policy(role.address, policy)

    def _add_managed_policy(self, role: str, policy: PlacedValue) -> None:
        arns: list[object] = self.template[role]["Properties"]["ManagedPolicyArns"]
        policy.put(("Resources", role, "Properties", "ManagedPolicyArns", len(arns)))
        arns.append(policy.value)


def _add_block(
    resource: TerraformResource,
    block_type: str,
    at: Route,
    fields: Mapping[str, str],
    properties: dict[str, Any],
) -> None:
    """Add a nested block as a property.

    Args:
        resource: the resource with the block.
        block_type: the type of the block.
        at: the route of the property.
        fields: the fields of the property, by the arguments of the block.
        properties: where the property is added.

    """
    setting = resource.setting(block_type)
    if setting is None:
        return
    setting.block.put(at)
    name = str(at[-1])
    properties[name] = setting.block.value if setting.arguments is None else {}
    for argument, field in fields.items():
        value = setting.arguments.get(argument) if setting.arguments else None
        if value is not None:
            properties[name][field] = value.value
            value.put((*at, field))


def _cases(value: object) -> list[object]:
    """Return the values that a value of the template can have."""
    if isinstance(value, dict) and "Fn::If" in value:
        _, yes, no = value["Fn::If"]
        return [*_cases(yes), *_cases(no)]
    if isinstance(value, list):
        return [case for item in value for case in _cases(item)]
    return [value]


def _either(first: object, second: object) -> object:
    """Return a value of which the files do not show whether it is the first or the second."""
    depth = json.dumps(first).count("Fn::If")
    return {"Fn::If": [f"{MAYBE} {depth}", first, second]}


def machine_with_unknown_role(resources: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the address of a state machine that may share any role of a template; empty if none.

    Args:
        resources: the resources of the template.

    """
    for address, resource in resources.items():
        for role in _cases(resource.get("Properties", {}).get("RoleArn", "")):
            is_in_template = isinstance(role, dict) and "Fn::GetAtt" in role
            if not isinstance(role, str) and not is_in_template:
                return address
    return ""
