"""Templates whose nested stacks are templates in local files.

`TemplateURL` and `Location` have a local path until `aws cloudformation package` or `sam package`
puts the file into a bucket:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.includes import with_includes
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.stack_links import ParameterValues
from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
from sfnlint.inputs.cloudformation.template import (
    NESTED_STACK,
    ROLE,
    SAM_STATE_MACHINE,
    STATE_MACHINE,
    referenced_names,
)
from sfnlint.inputs.cloudformation.template_search import TemplateSearch, shown_relative
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.paths import is_local_path, local_path
from sfnlint.place import Document
from sfnlint.source import TextDocument, load
from sfnlint.source.paths import resolve_links

_LOCATION_PROPERTIES = {NESTED_STACK: "TemplateURL", "AWS::Serverless::Application": "Location"}
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
            lambda data, template: set(_nested_templates(data, template).values()),
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

    def stack(self, document: TextDocument, path: Path) -> Stack | None:
        """Return a template's stack among its parents and its nested stacks; None without any.

        Args:
            document: the template.
            path: its path.

        """
        # Suppressions belong to a document, so that other stacks must get this one.
        self._unresolved.append((path, document))
        depends = _depends_on_parent(document.data)
        if not depends and not _nested_templates(document.data, path):
            return None
        path = resolve_links(path)
        family = _TemplateFamily(path, document, self.documents)
        waiting = [path, *(self._parents(document, path) if depends else ())]
        while waiting and len(family.nested) < _MAX_TEMPLATES:
            template = waiting.pop(0)
            if template not in family.nested:
                waiting += family.add(template)
        if len(family.nested) == 1:
            return None
        stacks = Stacks(family, self._parameter_values(family), self._expand)
        return Stack(stacks, str(path))

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

    def _parameter_values(self, family: _TemplateFamily) -> ParameterValues:
        def values(path: Path) -> Mapping[str, str]:
            configured = self._parameters(path) if self._parameters else {}
            return {**family.literal_arguments(str(path)), **configured}

        return values


class _TemplateFamily:
    """Templates connected by nested stacks: a `stack_links.TemplateSet`, named by their paths.

    Attributes:
        nested: the nested templates of each template, by the stacks' logical ids.

    """

    folder = Path()
    environments: Mapping[str, str] = {}

    def __init__(
        self, path: Path, document: TextDocument, documents: dict[Path, TextDocument]
    ) -> None:
        self.nested: dict[Path, Mapping[str, Path]] = {}
        self._path = path
        self._document = document
        self._documents = documents

    def add(self, path: Path) -> list[Path]:
        """Add a template, and return its nested templates."""
        self.nested[path] = _nested_templates(self._read(path).data, path)
        return list(self.nested[path].values())

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The name of each template's stack; empty for the template that is checked."""
        return {
            str(path): "" if path == self._path else self._read(path).file for path in self.nested
        }

    def document(self, name: str) -> Document:
        """Return a template with its includes."""
        document = self._read(Path(name))
        return with_includes(document, LocalFiles(Path(name), document.file))

    def _read(self, path: Path) -> TextDocument:
        if path == self._path:
            return self._document
        if path not in self._documents:
            shown = shown_relative(self._document.file, self._path, path)
            self._documents[path] = load(path, shown)
        return self._documents[path]

    def nested_template(self, name: str, properties: Mapping[str, object]) -> str:
        """Return the template of a nested stack in template `name`; empty if it is not here."""
        path = _template_path(properties, Path(name))
        is_read = path and Path(path) in self.nested and self._read(Path(path)).error is None
        return path if is_read else ""

    def literal_arguments(self, name: str) -> Mapping[str, str]:
        """Return the literals that the parent stack passes, if the template has just one parent."""
        parents = [
            (path, stack)
            for path, stacks in self.nested.items()
            for stack, nested in stacks.items()
            if str(nested) == name
        ]
        if len(parents) != 1:
            return {}
        [(path, stack)] = parents
        resources = as_object(as_object(self._read(path).data).get("Resources"))
        properties = as_object(as_object(resources.get(stack)).get("Properties"))
        literals = {
            key: _literal(value) for key, value in as_object(properties.get("Parameters")).items()
        }
        return {key: literal for key, literal in literals.items() if literal is not None}


def _literal(value: object) -> str | None:
    """A literal as a string; None for a value that has to be resolved."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and "{{resolve:" not in value else None


def _nested_templates(data: object, template: Path) -> Mapping[str, Path]:
    """The local templates of a template's nested stacks, by the stacks' logical ids."""
    paths = {}
    resources = as_object(as_object(data).get("Resources"))
    for name, resource in resources.items():
        resource_type = resource.get("Type") if isinstance(resource, dict) else None
        if isinstance(resource_type, str) and resource_type in _LOCATION_PROPERTIES:
            path = _template_path(as_object(resource.get("Properties")), template)
            if path:
                paths[name] = Path(path)
    return paths


def _template_path(properties: Mapping[str, object], template: Path) -> str:
    """The path of a nested stack's template; empty when it is not a local file."""
    for field in _LOCATION_PROPERTIES.values():
        name = properties.get(field)
        if isinstance(name, str) and is_local_path(name):
            path = local_path(template.parent, name)
            if path is not None and path != template and os.path.isfile(path):
                return str(path)
    return ""


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
