"""The order in which Terraform creates the state machines and policies of a configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sfnlint.inputs.terraform.configured_resource import ConfiguredResource
from sfnlint.inputs.terraform.module import BlockKey
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.resource_types import ATTACHMENTS, ROLE, ROLE_POLICY
from sfnlint.inputs.terraform.role_references import RoleReferences

_Block = tuple[ModuleScope, BlockKey]
_MAX_RESOURCES = 2000
"""In larger configurations the order is not determined: the time would grow with its square."""


class CreationOrder:
    """The order in which Terraform creates resources.

    Args:
        resources: the resources of the configuration.
        references: finds the resources that blocks refer to.

    """

    def __init__(self, resources: Iterable[ConfiguredResource], references: RoleReferences) -> None:
        self._resources = {resource.address: resource for resource in resources}
        self._references = references
        self._awaited: dict[_Block, set[_Block]] = {}

    def late_policies(self, machine: str, policies: Sequence[str]) -> Mapping[str, str]:
        """Return the policies that may be attached after a state machine is created.

        Args:
            machine: its address.
            policies: the addresses of the policies of its role.

        Returns:
            The addresses of those policies, each with the fix.

        """
        resource = self._resources[machine]
        is_known = resource.passed is None and not resource.scope.module.is_description
        if not is_known or len(self._resources) > _MAX_RESOURCES:
            return {}
        awaited = self._dependencies(resource)
        late = {}
        for policy in policies:
            attachment = self._late_attachment(policy, awaited)
            if attachment:
                late[policy] = f"add {attachment} to depends_on of the state machine"
        return late

    def _late_attachment(self, policy: str, awaited: set[_Block]) -> str:
        """Return the address of the resource that attaches a policy; empty if it is awaited."""
        resource = self._resources.get(policy)
        if resource is None:
            # A policy inside the role.
            return ""
        block = _block(resource)
        if resource.type == ROLE_POLICY:
            return "" if block in awaited else policy
        attachments = self._attachments.get(block, ())
        if any(_block(attachment) in awaited for attachment in attachments):
            return ""
        return attachments[0].address if attachments else ""

    @cached_property
    def _attachments(self) -> Mapping[_Block, Sequence[ConfiguredResource]]:
        """The resources that may attach each managed policy to a role."""
        attachments: dict[_Block, list[ConfiguredResource]] = {}
        for resource in self._resources.values():
            if resource.type in ATTACHMENTS or resource.type == ROLE:
                for block in self._dependencies(resource):
                    attachments.setdefault(block, []).append(resource)
        return attachments

    def _dependencies(self, resource: ConfiguredResource) -> set[_Block]:
        block = _block(resource)
        if block not in self._awaited:
            body = resource.instance.declared.block.body
            self._awaited[block] = self._references.dependencies(resource.scope, body)
        return self._awaited[block]


def _block(resource: ConfiguredResource) -> _Block:
    block = resource.instance.declared.block
    return resource.scope, (block.type, *block.labels)
