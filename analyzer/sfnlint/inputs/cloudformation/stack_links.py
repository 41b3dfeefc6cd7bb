"""Links between stacks that are deployed together: exports, imports, nested stacks, policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sfnlint.inputs.cloudformation.attachments import POLICY_TYPES, written_roles
from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.policy_principals import (
    LAMBDA_PERMISSION,
    may_name_roles_of_other_templates,
    resources_with_policies,
)
from sfnlint.inputs.cloudformation.template import (
    NESTED_STACK,
    ROLE,
    Template,
    function_call,
    referenced_names,
)
from sfnlint.inputs.coerce import as_object
from sfnlint.place import Document

ParameterValues = Callable[[Path], Mapping[str, str]]
"""Returns the known values of a template's parameters, by the template's path."""


class TemplateSet(Protocol):
    """Templates that are deployed together, by the names of their files."""

    @property
    def folder(self) -> Path:
        """The folder that the names are relative to."""

    @property
    def environments(self) -> Mapping[str, str]:
        """The account and Region of each, where they are known."""

    @property
    def templates(self) -> Mapping[str, str]:
        """The name of each template's stack in messages; empty for a stack that needs none."""

    def document(self, name: str) -> Document:
        """Return a template."""

    def nested_template(self, name: str, stack: str, properties: Mapping[str, object]) -> str:
        """Return the template of a nested stack in template `name`; empty if it is not here.

        Args:
            name: the template.
            stack: the logical id of the nested stack in it.
            properties: the properties of the nested stack.

        """


class StackLinks:
    """The templates of stacks that are deployed together, and the links between them.

    Args:
        template_set: the templates.
        parameters: returns the known values of a template's parameters; none when None.
        expand: runs a transform such as SAM's.

    """

    def __init__(
        self,
        template_set: TemplateSet,
        parameters: ParameterValues | None = None,
        expand: Expand = no_expansion,
    ) -> None:
        self._parameters = parameters
        self._template_set = template_set
        self._expand = expand

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The templates by the names of their files."""
        return {
            file: Template(
                self._expand(self._template_set.document(file)).document,
                self._parameter_values(file),
                stack,
            )
            for file, stack in self._template_set.templates.items()
        }

    def _parameter_values(self, file: str) -> Mapping[str, str]:
        return self._parameters(self._template_set.folder / file) if self._parameters else {}

    @cached_property
    def exports(self) -> Mapping[tuple[str, str], tuple[str, object]]:
        """The file and the value of exports, by environment and name; not if two export it."""
        values: dict[tuple[str, str], list[tuple[str, object]]] = {}
        for file, template in self.templates.items():
            for output in map(as_object, template.outputs.values()):
                name = as_object(output.get("Export")).get("Name")
                if isinstance(name, str):
                    key = self.environment(file), name
                    values.setdefault(key, []).append((file, output.get("Value")))
        return {key: exports[0] for key, exports in values.items() if len(exports) == 1}

    def environment(self, file: str) -> str:
        """Return the account and Region of a stack: those of its root stack."""
        seen = {file}
        while file in self.parents and self.parents[file][0] not in seen:
            file = self.parents[file][0]
            seen.add(file)
        return self._template_set.environments.get(file, "")

    @cached_property
    def nested_templates(self) -> Mapping[tuple[str, str], str]:
        """The file of each nested stack, by the parent's file and the stack's logical id.

        A template of several stacks is left out, as its values differ between them.
        """
        stacks: dict[str, list[tuple[str, str]]] = {}
        for file, template in self.templates.items():
            for name in template.of_type(NESTED_STACK):
                nested = self._template_set.nested_template(file, name, template.properties(name))
                if nested in self.templates:
                    stacks.setdefault(nested, []).append((file, name))
        return {parents[0]: file for file, parents in stacks.items() if len(parents) == 1}

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, str]]:
        """The parent's file and the stack's logical id, by the file of the nested stack."""
        return {file: parent for parent, file in self.nested_templates.items()}

    @cached_property
    def attached_policies(self) -> Mapping[str, list[str]]:
        """By file, the policy resources that may be attached to roles of other templates."""
        return {
            file: [
                name
                for name in template.of_type(*POLICY_TYPES)
                if not _names_own_roles(template, written_roles(template.properties(name)))
            ]
            for file, template in self.templates.items()
        }

    @cached_property
    def resource_policies(self) -> Mapping[str, list[str]]:
        """By file, the resources whose resource policy may name roles of other templates."""
        return {
            file: [
                name
                for name in [
                    *resources_with_policies(template),
                    *template.of_type(LAMBDA_PERMISSION),
                ]
                if may_name_roles_of_other_templates(template, name)
            ]
            for file, template in self.templates.items()
        }

    @cached_property
    def linked_files(self) -> Mapping[str, set[str]]:
        """By file, the templates that exchange values with it."""
        links: dict[str, set[str]] = {file: {file} for file in self.templates}
        for file, template in self.templates.items():
            for export in template.imported_exports:
                key = self.environment(file), export
                if key in self.exports:
                    links[file].add(self.exports[key][0])
        for file, (parent, _) in self.parents.items():
            siblings = (other for other, (above, _) in self.parents.items() if above == parent)
            links[file] |= {parent, *siblings}
        for file, others in list(links.items()):
            for other in others:
                links[other].add(file)
        return links

    @cached_property
    def resources_in_outputs(self) -> Mapping[str, set[str]]:
        """By file, the resources that its outputs pass to other stacks."""
        return {
            file: referenced_names(
                [
                    output
                    for output in map(as_object, template.outputs.values())
                    if "Export" in output or file in self.parents
                ]
            )
            for file, template in self.templates.items()
        }

    @cached_property
    def files_with_named_roles(self) -> Sequence[str]:
        """The files that have a role with a RoleName."""
        return [
            file
            for file, template in self.templates.items()
            if any("RoleName" in template.properties(name) for name in template.of_type(ROLE))
        ]


def _names_own_roles(template: Template, value: object) -> bool:
    """Whether every role of a policy resource is a resource of its own template."""
    calls = map(function_call, value if isinstance(value, list) else [value])
    return all(
        function == "Ref" and isinstance(name, str) and name in template.resources
        for function, name in calls
    )
