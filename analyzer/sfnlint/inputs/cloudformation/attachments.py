"""The roles to which the policy resources of a template are attached.

Resource types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IAM.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import (
    ROLE,
    Template,
    is_macro_key,
    referenced_names,
    strings,
)
from sfnlint.inputs.cloudformation.variants import variants
from sfnlint.symbol import Symbol

POLICY_TYPES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
"""Types of policies that are resources of their own."""


class PolicyAttachments:
    """The roles of policy resources in one combination of the template's conditions.

    Args:
        template: the template.
        resolver: resolves values in that combination.

    """

    def __init__(self, template: Template, resolver: Resolver) -> None:
        self._template = template
        self._resolver = resolver
        self._names: dict[str, list[list[str]]] = {}
        # The role names of policy resources, if none of them is unknown.
        self._known_names: dict[str, list[str]] = {}

    @cached_property
    def _role_refs(self) -> set[str | None]:
        """The results of a Ref to each role of the template."""
        return {self._resolver.ref(name) for name in self._template.of_type(ROLE)}

    def is_attached(self, source: str, ref: str, generated: str | None = None) -> bool | None:
        """Return whether a policy resource is attached to a role; None when that is unknown.

        Args:
            source: the policy's logical id.
            ref: the role's name.
            generated: the role's logical id, where its name is generated.

        """
        if source in self._known_names:
            return ref in self._known_names[source]
        properties = self._template.properties(source)
        if any(map(is_macro_key, properties)):
            return None
        versions = self._versions(source)
        if len(versions) == 1 and not any(map(self._may_be_another_role, versions[0])):
            self._known_names[source] = versions[0]
        attached = {self._names_role(names, properties, ref, generated) for names in versions}
        return attached.pop() if len(attached) == 1 else None

    def names_role_of_another_template(self, source: str, ref: str) -> bool | None:
        """Return whether a policy resource names such a role; None when that is unknown.

        Args:
            source: the policy's logical id.
            ref: the role's name.

        """
        attached = {
            True if ref in names else (None if any(map(self._is_unknown, names)) else False)
            for names in self._versions(source)
        }
        return attached.pop() if len(attached) == 1 else None

    def _versions(self, source: str) -> list[list[str]]:
        """The names of the roles of a policy resource, for each value of unknown conditions."""
        if source not in self._names:
            written = written_roles(self._template.properties(source))
            resolved = variants(self._resolver, written, ())
            self._names[source] = [strings(value) for value, _ in resolved]
        return self._names[source]

    def _is_unknown(self, name: str) -> bool:
        """Whether a string may be the name of another role; a generated name is not."""
        parts = self._resolver.symbols.split(name)
        symbols = [part for part in parts if isinstance(part, Symbol)]
        return bool(symbols) and not any(symbol.kind == "generated" for symbol in symbols)

    def _may_be_another_role(self, name: str) -> bool:
        return self._is_unknown(name) and name not in self._role_refs

    def _names_role(
        self, names: list[str], properties: Mapping[str, object], ref: str, generated: str | None
    ) -> bool | None:
        """Whether one of the names of a policy resource's roles is that of a role."""
        if ref in names or not any(map(self._may_be_another_role, names)):
            return ref in names
        # A parameter cannot have the name that is yet to be generated.
        may_be = generated is None or generated in referenced_names(written_roles(properties))
        return None if may_be else False


def written_roles(properties: Mapping[str, object]) -> object:
    """Return the roles to which a policy resource is attached, not yet resolved."""
    return properties.get("RoleName", properties.get("Roles", []))


def resources_of_roles(template: Template, roles: Iterable[str]) -> set[str]:
    """Return the logical ids of some roles and of all policies that may be attached to them."""
    roles = set(roles)
    fields = ("ManagedPolicyArns", "PermissionsBoundary")
    named = referenced_names(
        [template.properties(role).get(field) for role in roles for field in fields]
    )
    return roles | {
        source
        for source in template.of_type(*POLICY_TYPES)
        if source in named or _may_be_attached(template, source, roles)
    }


def _may_be_attached(template: Template, source: str, roles: set[str]) -> bool:
    properties = template.properties(source)
    value = [properties.get("Roles"), properties.get("RoleName")]
    # A literal may be the name of a role.
    return bool(referenced_names(value) & roles) or any(
        isinstance(leaf, str) for leaf in _leaves(value)
    )


def _leaves(data: object) -> Iterator[object]:
    if isinstance(data, list):
        for item in data:
            yield from _leaves(item)
    else:
        yield data
