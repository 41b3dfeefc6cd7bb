"""Templates in files that make each other as nested stacks.

A path stands there until `aws cloudformation package` or `sam package` puts the file into a bucket:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
What the CDK wrote is `assembly.Assembly`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from sfnlint.inputs.cloudformation import companion_templates
from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.includes import with_snippets
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
from sfnlint.inputs.cloudformation.template import ROLE, referred
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.paths import is_local_path, local_path
from sfnlint.place import Document
from sfnlint.source import TextDocument, load
from sfnlint.source.paths import resolve_links

_FIELDS = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}
_ROLES = {
    "AWS::StepFunctions::StateMachine": "RoleArn",
    "AWS::Serverless::StateMachine": "Role",
}
_MARKS = (b"::CloudFormation::Stack", b"::Serverless::Application")
_MOST_TEMPLATES = 50
_MOST_ABOVE = 5
"""How many stacks a stack may be nested in."""
Parameters = Callable[[Path], Mapping[str, str]]


class NestedTemplates:
    """The templates of a run that make each other, each read once.

    Args:
        parameters: gives the values of a template's parameters that are known.

    """

    def __init__(self, parameters: Parameters | None, expand: Expand = no_expansion) -> None:
        self._expand = expand
        self._parameters = parameters
        self._near = companion_templates.Templates(
            lambda content: any(mark in content for mark in _MARKS),
            lambda data, template: set(_made(data, template).values()),
        )
        # Where a file really is takes a while to find out; most templates make no others.
        self._met: list[tuple[Path, TextDocument]] = []

    @property
    def _documents(self) -> dict[Path, TextDocument]:
        """The templates that were read, by their paths without links."""
        for path, document in self._met:
            self._near.documents[resolve_links(path)] = document
        self._met.clear()
        return self._near.documents

    def known(self, path: Path) -> TextDocument | None:
        """A template that was read already, by its path without links."""
        return self._documents.get(path)

    def stack(self, document: TextDocument, path: Path) -> Stack | None:
        """The stack of a template among those that it makes and that make it; None without any.

        Args:
            document: the template.
            path: where it is.

        """
        # What is kept quiet in a file goes by its document: another stack has to find this one.
        self._met.append((path, document))
        depends = _depends(document.data)
        if not depends and not _made(document.data, path):
            return None
        path = resolve_links(path)
        family = _Family(path, document, self._documents)
        waiting = [path, *(self._above(document, path) if depends else ())]
        while waiting and len(family.found) < _MOST_TEMPLATES:
            one = waiting.pop(0)
            if one not in family.found:
                waiting += family.add(one)
        if len(family.found) == 1:
            return None
        return Stack(Stacks(family, self._values(family), self._expand), str(path))

    def _above(self, document: TextDocument, path: Path) -> Iterator[Path]:
        """The templates that make a template which depends on them, and those that make these."""
        level = {path}
        seen = {path}
        for _ in range(_MOST_ABOVE):
            found = set()
            for one in level:
                shown = companion_templates.name_from(document.file, path, one)
                found.update(self._near.naming(one, shown))
            level = found - seen
            seen |= level
            yield from sorted(level)

    def _values(self, family: _Family) -> Parameters:
        def values(path: Path) -> Mapping[str, str]:
            given = self._parameters(path) if self._parameters else {}
            return {**family.given(str(path)), **given}

        return values


class _Family:
    """Templates that make each other: see `stacks.Together`. Their names are their paths."""

    folder = Path()
    environments: Mapping[str, str] = {}

    def __init__(
        self, path: Path, document: TextDocument, documents: dict[Path, TextDocument]
    ) -> None:
        self.found: dict[Path, Mapping[str, Path]] = {}
        self._path = path
        self._document = document
        self._documents = documents

    def add(self, path: Path) -> list[Path]:
        """Take a template; those that it makes."""
        self.found[path] = _made(self._read(path).data, path)
        return list(self.found[path].values())

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """What each is called: the one that is looked at needs no name."""
        return {
            str(path): "" if path == self._path else self._read(path).file for path in self.found
        }

    def document(self, name: str) -> Document:
        """One of them, with what it includes."""
        document = self._read(Path(name))
        return with_snippets(document, LocalFiles(Path(name), document.file))

    def _read(self, path: Path) -> TextDocument:
        if path == self._path:
            return self._document
        if path not in self._documents:
            shown = companion_templates.name_from(self._document.file, self._path, path)
            self._documents[path] = load(path, shown)
        return self._documents[path]

    def nested(self, name: str, properties: Mapping[str, object]) -> str:
        """The template of a stack with these properties; empty when it is none of these."""
        path = _named(properties, Path(name))
        # What cannot be read shows nothing of what it makes.
        is_read = path and Path(path) in self.found and self._read(Path(path)).error is None
        return path if is_read else ""

    def given(self, name: str) -> Mapping[str, str]:
        """The values that the one stack of a template is given in so many words."""
        makers = [
            (path, resource)
            for path, made in self.found.items()
            for resource, inner in made.items()
            if str(inner) == name
        ]
        if len(makers) != 1:
            return {}
        [(path, resource)] = makers
        resources = as_object(as_object(self._read(path).data).get("Resources"))
        properties = as_object(as_object(resources.get(resource)).get("Properties"))
        texts = {
            key: _text(value) for key, value in as_object(properties.get("Parameters")).items()
        }
        return {key: text for key, text in texts.items() if text is not None}


def _text(value: object) -> str | None:
    """A value that is written in so many words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and "{{resolve:" not in value else None


def _made(data: object, template: Path) -> Mapping[str, Path]:
    """The templates that a template names as nested stacks, by the stacks' logical ids."""
    found = {}
    resources = as_object(as_object(data).get("Resources"))
    for name, resource in resources.items():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if isinstance(kind, str) and kind in _FIELDS:
            path = _named(as_object(resource.get("Properties")), template)
            if path:
                found[name] = Path(path)
    return found


def _named(properties: Mapping[str, object], template: Path) -> str:
    """The path of the template that a stack with these properties is made of; empty if not here."""
    for field in _FIELDS.values():
        name = properties.get(field)
        if isinstance(name, str) and is_local_path(name):
            path = local_path(template.parent, name)
            if path is not None and path != template and os.path.isfile(path):
                return str(path)
    return ""


def _depends(data: object) -> bool:
    """Whether what makes a template may say which role a machine has, or what its role may do."""
    resources = as_object(as_object(data).get("Resources"))
    given: list[object] = []
    roles: set[str] = set()
    for name, resource in resources.items():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if kind == ROLE:
            roles.add(name)
        elif isinstance(kind, str) and kind in _ROLES:
            given.append(as_object(resource.get("Properties")).get(_ROLES[kind]))
    if not given:
        return False
    parameters = as_object(as_object(data).get("Parameters"))
    if parameters and not referred(given).isdisjoint(parameters):
        return True
    outputs = as_object(as_object(data).get("Outputs")).values()
    shown = [as_object(one).get("Value") for one in outputs] if roles else []
    return not referred(shown).isdisjoint(roles)
