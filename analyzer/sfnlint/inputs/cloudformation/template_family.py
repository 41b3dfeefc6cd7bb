"""Templates that are connected by nested stacks, and the stacks that they are deployed as."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from sfnlint.inputs.cloudformation.includes import with_includes
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.template import NESTED_STACK
from sfnlint.inputs.cloudformation.template_search import shown_relative
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.paths import is_local_path, local_path
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document
from sfnlint.source import TextDocument, load

_LOCATION_PROPERTIES = {NESTED_STACK: "TemplateURL", "AWS::Serverless::Application": "Location"}
_MAX_STACKS = 100
_MAX_READ_STACKS = 20
"""How many stacks of the template that is checked are read."""


class TemplateFamily:
    """Templates connected by nested stacks, each read once.

    Attributes:
        path: the template that is checked.
        nested: the nested templates of each template, by the stacks' logical ids.

    """

    def __init__(
        self, path: Path, document: TextDocument, documents: dict[Path, TextDocument]
    ) -> None:
        self.path = path
        self.nested: dict[Path, Mapping[str, Path]] = {}
        self._document = document
        self._documents = documents
        self._complete: dict[Path, Document] = {}

    def add(self, path: Path) -> list[Path]:
        """Add a template, and return its nested templates."""
        self.nested[path] = nested_templates(self.read(path).data, path)
        return list(self.nested[path].values())

    def read(self, path: Path) -> TextDocument:
        """Return a template as it is written."""
        if path == self.path:
            return self._document
        if path not in self._documents:
            shown = shown_relative(self._document.file, self.path, path)
            self._documents[path] = load(path, shown)
        return self._documents[path]

    def document(self, path: Path) -> Document:
        """Return a template with its includes."""
        if path not in self._complete:
            document = self.read(path)
            self._complete[path] = with_includes(document, LocalFiles(path, document.file))
        return self._complete[path]


class StackMember(NamedTuple):
    """A stack of a template family.

    Attributes:
        path: its template.
        parent: the number of its parent stack; None without a parent.
        stack: its logical id in the parent's template.
        label: its name in messages; empty for the only stack of its template.
        nested: the numbers of its nested stacks by their logical ids.

    """

    path: Path
    parent: int | None
    stack: str
    label: str
    nested: dict[str, int]


def stack_members(family: TemplateFamily) -> list[StackMember]:
    """Return the stacks of a template family.

    A template that several nested stacks have is several stacks. With too many of them, each
    template is one stack, and values of those that several stacks have are unknown.
    """
    nested = family.nested
    inner = {template for templates in nested.values() for template in templates.values()}
    roots = [template for template in nested if template not in inner] or [family.path]
    members = [StackMember(root, None, "", "", {}) for root in roots]
    for number, member in enumerate(members):
        for stack, template in nested[member.path].items():
            # CloudFormation cannot create a stack that contains itself.
            if template in nested and template not in _ancestors(members, number):
                member.nested[stack] = len(members)
                members.append(StackMember(template, number, stack, "", {}))
        if len(members) > _MAX_STACKS:
            break
    counts = Counter(member.path for member in members)
    if len(members) > _MAX_STACKS or not 1 <= counts[family.path] <= _MAX_READ_STACKS:
        return _one_for_each_template(nested)
    for number, member in enumerate(members):
        if counts[member.path] > 1:
            label = "/".join(reversed([*_logical_ids(members, number)]))
            if len(roots) > 1:
                label = f"{family.read([*_ancestors(members, number)][-1]).file}/{label}"
            members[number] = member._replace(label=label)
    return members


def _one_for_each_template(nested: Mapping[Path, Mapping[str, Path]]) -> list[StackMember]:
    numbers = {template: number for number, template in enumerate(nested)}
    return [
        StackMember(
            template,
            None,
            "",
            "",
            {stack: numbers[path] for stack, path in inner.items() if path in numbers},
        )
        for template, inner in nested.items()
    ]


def _ancestors(members: Sequence[StackMember], number: int | None) -> Iterator[Path]:
    """Yield the templates of a stack and its parents."""
    while number is not None:
        yield members[number].path
        number = members[number].parent


def _logical_ids(members: Sequence[StackMember], number: int | None) -> Iterator[str]:
    """Yield the logical ids of a nested stack and its parents, except the root."""
    while number is not None and members[number].parent is not None:
        yield members[number].stack
        number = members[number].parent


class NestedStacks:
    """The stacks of a template family: a `stack_links.TemplateSet`, named by their numbers.

    Args:
        family: the templates.
        members: the stacks.
        own: the number of the stack that is checked.

    """

    folder = Path()
    environments: Mapping[str, str] = {}

    def __init__(self, family: TemplateFamily, members: Sequence[StackMember], own: int) -> None:
        self._family = family
        self._members = members
        self._own = own

    def path(self, name: str) -> Path:
        """Return the path of a stack's template."""
        return self._members[int(name)].path

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The name of each stack in messages; empty for the stack that is checked."""
        names = {
            str(number): member.label or self._family.read(member.path).file
            for number, member in enumerate(self._members)
        }
        return {**names, str(self._own): ""}

    def document(self, name: str) -> Document:
        """Return the template of a stack with its includes."""
        return self._family.document(self.path(name))

    def nested_template(self, name: str, stack: str, properties: Mapping[str, object]) -> str:
        """Return the name of a nested stack; empty if its template is not here."""
        number = self._members[int(name)].nested.get(stack)
        if number is None or self._family.read(self._members[number].path).error is not None:
            return ""
        return str(number)

    def literal_arguments(self, name: str) -> Mapping[str, str]:
        """Return the literals that the parent stack passes, if there is just one parent."""
        parents = [
            (member.path, stack)
            for member in self._members
            for stack, nested in member.nested.items()
            if nested == int(name)
        ]
        if len(parents) != 1:
            return {}
        [(path, stack)] = parents
        resources = as_object(as_object(self._family.read(path).data).get("Resources"))
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


def nested_templates(data: object, template: Path) -> Mapping[str, Path]:
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
