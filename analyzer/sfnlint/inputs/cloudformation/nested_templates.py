"""Templates whose nested stacks are templates in local files.

`TemplateURL` and `Location` have a local path until `aws cloudformation package` or `sam package`
puts the file into a bucket:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.stack_links import ParameterValues
from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
from sfnlint.inputs.cloudformation.template import (
    ROLE,
    SAM_STATE_MACHINE,
    STATE_MACHINE,
    referenced_names,
)
from sfnlint.inputs.cloudformation.template_family import (
    NestedStacks,
    TemplateFamily,
    nested_templates,
    stack_members,
)
from sfnlint.inputs.cloudformation.template_search import TemplateSearch, shown_relative
from sfnlint.inputs.coerce import as_object
from sfnlint.source import TextDocument
from sfnlint.source.paths import resolve_links

_ROLE_PROPERTIES = {STATE_MACHINE: "RoleArn", SAM_STATE_MACHINE: "Role"}
_MARKS = (b"::CloudFormation::Stack", b"::Serverless::Application")
_MAX_TEMPLATES = 50
_MAX_PARENTS = 5
"""How many levels of parent stacks are searched for."""


class NestedTemplates:
    """The templates of a run that are connected by nested stacks, each read once.

    Args:
        parameters: returns the known values of a template's parameters; none when None.
        expand: runs a transform such as SAM's.

    """

    def __init__(self, parameters: ParameterValues | None, expand: Expand = no_expansion) -> None:
        self._parameters = parameters
        self._expand = expand
        self._search = TemplateSearch(
            lambda content: any(mark in content for mark in _MARKS),
            lambda data, template: set(nested_templates(data, template).values()),
        )
        # Resolving links takes time, and most templates have no nested stacks.
        self._unresolved: list[tuple[Path, TextDocument]] = []

    @property
    def documents(self) -> dict[Path, TextDocument]:
        """The templates that were read, by their paths without links."""
        for path, document in self._unresolved:
            self._search.documents[resolve_links(path)] = document
        self._unresolved.clear()
        return self._search.documents

    def known_document(self, path: Path) -> TextDocument | None:
        """Return a template that is already read, by its path without links."""
        return self.documents.get(path)

    def stacks(self, document: TextDocument, path: Path) -> list[Stack]:
        """Return the stacks of a template among its parents and its nested stacks.

        Args:
            document: the template.
            path: its path.

        Returns:
            One for each nested stack that has the template; none if the template has neither
            parents nor nested stacks.

        """
        # Suppressions belong to a document, so that other stacks must get this one.
        self._unresolved.append((path, document))
        depends = _depends_on_parent(document.data)
        if not depends and not nested_templates(document.data, path):
            return []
        path = resolve_links(path)
        family = TemplateFamily(path, document, self.documents)
        waiting = [path, *(self._parents(document, path) if depends else ())]
        while waiting and len(family.nested) < _MAX_TEMPLATES:
            template = waiting.pop(0)
            if template not in family.nested:
                waiting += family.add(template)
        if len(family.nested) == 1:
            return []
        members = stack_members(family)
        own = [number for number, member in enumerate(members) if member.path == path]
        expand = cast("Expand", cache(self._expand))
        stacks = []
        for number in own:
            nested = NestedStacks(family, members, number)
            label = members[number].label if len(own) > 1 else ""
            shared = Stacks(nested, self._parameter_values(nested), expand)
            stacks.append(Stack(shared, str(number), label))
        return stacks

    def _parents(self, document: TextDocument, path: Path) -> Iterator[Path]:
        """The templates that have this template as a nested stack, and the parents of those."""
        level = {path}
        seen = {path}
        for _ in range(_MAX_PARENTS):
            parents = set()
            for template in level:
                shown = shown_relative(document.file, path, template)
                parents.update(self._search.templates_naming(template, shown))
            level = parents - seen
            seen |= level
            yield from sorted(level)

    def _parameter_values(self, stacks: NestedStacks) -> ParameterValues:
        def values(name: Path) -> Mapping[str, str]:
            configured = self._parameters(stacks.path(str(name))) if self._parameters else {}
            return {**stacks.literal_arguments(str(name)), **configured}

        return values


def _depends_on_parent(data: object) -> bool:
    """Whether a parent stack may provide a machine's role, or attach policies to a role."""
    resources = as_object(as_object(data).get("Resources"))
    machine_roles: list[object] = []
    roles: set[str] = set()
    for name, resource in resources.items():
        resource_type = resource.get("Type") if isinstance(resource, dict) else None
        if resource_type == ROLE:
            roles.add(name)
        elif isinstance(resource_type, str) and resource_type in _ROLE_PROPERTIES:
            properties = as_object(resource.get("Properties"))
            machine_roles.append(properties.get(_ROLE_PROPERTIES[resource_type]))
    if not machine_roles:
        return False
    parameters = as_object(as_object(data).get("Parameters"))
    if parameters and not referenced_names(machine_roles).isdisjoint(parameters):
        return True
    outputs = as_object(as_object(data).get("Outputs")).values()
    values = [as_object(output).get("Value") for output in outputs] if roles else []
    return not referenced_names(values).isdisjoint(roles)
