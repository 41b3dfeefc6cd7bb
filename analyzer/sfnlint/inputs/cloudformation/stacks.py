"""Templates that are deployed together: what one exports and another imports, nested stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from sfnlint.inputs.cloudformation.conditions import Truth
from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.intrinsics import Resolver, intrinsic
from sfnlint.inputs.cloudformation.resource_policies import GUARDING, PERMISSION, speaks_outward
from sfnlint.inputs.cloudformation.roles import ATTACHED, RoleBuilder, given_roles
from sfnlint.inputs.cloudformation.template import NESTED, ROLE, Template, referred
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.place import Document
from sfnlint.subject import InputProblem
from sfnlint.symbol import Symbols

_LONGEST_CHAIN = 20


class Together(Protocol):
    """Templates that are deployed together, by the names of their files."""

    @property
    def folder(self) -> Path:
        """What the names are relative to."""

    @property
    def environments(self) -> Mapping[str, str]:
        """Account and Region of each, where they are known."""

    @property
    def templates(self) -> Mapping[str, str]:
        """What each is called among the others; empty for one that needs no name."""

    def document(self, name: str) -> Document:
        """One of them."""

    def nested(self, name: str, properties: Mapping[str, object]) -> str:
        """The template of a stack with these properties in one of them; empty for another one."""


class Stacks:
    """The stacks of templates that are deployed together.

    Args:
        together: the templates.
        parameters: gives the values of a template's parameters that are known.

    Attributes:
        symbols: what the marker characters in the values of all of them stand for.

    """

    def __init__(
        self,
        together: Together,
        parameters: Callable[[Path], Mapping[str, str]] | None = None,
        expand: Expand = no_expansion,
    ) -> None:
        self.symbols = Symbols()
        self._parameters = parameters
        self._together = together
        self._expand = expand
        self._scene: Scene | None = None

    def scene(self, file: str, truth: Truth, outside: ExternalContext) -> Scene:
        """The stacks as a template sees them when some of its conditions are known."""
        if truth:
            return Scene(self, file, truth, outside)
        # Without conditions all see the same.
        self._scene = self._scene or Scene(self, file, truth, outside)
        self._scene.file = file
        self._scene.outside = outside
        return self._scene

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The templates by the names of their files."""
        return {
            file: Template(self._document(file), self._values(file), stack)
            for file, stack in self._together.templates.items()
        }

    def _document(self, file: str) -> Document:
        document = self._together.document(file)
        return self._expand(document).document

    def _values(self, file: str) -> Mapping[str, str]:
        return self._parameters(self._together.folder / file) if self._parameters else {}

    @cached_property
    def exports(self) -> Mapping[tuple[str, str], tuple[str, object]]:
        """What is exported, by environment and name: the file, the value. Not what two export."""
        found: dict[tuple[str, str], list[tuple[str, object]]] = {}
        for file, template in self.templates.items():
            for output in map(as_object, template.outputs.values()):
                name = as_object(output.get("Export")).get("Name")
                if isinstance(name, str):
                    key = self.environment(file), name
                    found.setdefault(key, []).append((file, output.get("Value")))
        return {key: values[0] for key, values in found.items() if len(values) == 1}

    def environment(self, file: str) -> str:
        """The account and Region of a stack; a nested one is where its outermost one is."""
        seen = {file}
        while file in self.makers and self.makers[file][0] not in seen:
            file = self.makers[file][0]
            seen.add(file)
        return self._together.environments.get(file, "")

    @cached_property
    def nested(self) -> Mapping[tuple[str, str], str]:
        """The file of each nested stack, by the file and the logical id where it is made.

        A template that makes several stacks has a value for each of them: it is left out.
        """
        found: dict[str, list[tuple[str, str]]] = {}
        for file, template in self.templates.items():
            for name in template.of_type(NESTED):
                inner = self._together.nested(file, template.properties(name))
                if inner in self.templates:
                    found.setdefault(inner, []).append((file, name))
        return {makers[0]: file for file, makers in found.items() if len(makers) == 1}

    @cached_property
    def attachments(self) -> Mapping[str, list[str]]:
        """By file, the policies that may be attached to roles of other templates."""
        return {
            file: [
                name
                for name in template.of_type(*ATTACHED)
                if not _names_own_roles(template, given_roles(template.properties(name)))
            ]
            for file, template in self.templates.items()
        }

    @cached_property
    def guards(self) -> Mapping[str, list[str]]:
        """By file, the resources whose policies may let roles of other templates in."""
        return {
            file: [
                name
                for name in template.of_type(*GUARDING, PERMISSION)
                if speaks_outward(template, name)
            ]
            for file, template in self.templates.items()
        }

    @cached_property
    def links(self) -> Mapping[str, set[str]]:
        """By file, the templates that have values in common with it."""
        found: dict[str, set[str]] = {file: {file} for file in self.templates}
        for file, template in self.templates.items():
            for export in template.imports:
                key = self.environment(file), export
                if key in self.exports:
                    found[file].add(self.exports[key][0])
        for file, (maker, _) in self.makers.items():
            found[file] |= {maker, *(one for one, by in self.makers.items() if by[0] == maker)}
        for file, others in list(found.items()):
            for other in others:
                found[other].add(file)
        return found

    @cached_property
    def given_away(self) -> Mapping[str, set[str]]:
        """By file, the resources that its outputs show to other stacks."""
        return {
            file: referred(
                [
                    output
                    for output in map(as_object, template.outputs.values())
                    if "Export" in output or file in self.makers
                ]
            )
            for file, template in self.templates.items()
        }

    @cached_property
    def named_roles(self) -> Sequence[str]:
        """The files with a role that has a name of its own."""
        return [
            file
            for file, template in self.templates.items()
            if any("RoleName" in template.properties(one) for one in template.of_type(ROLE))
        ]

    @cached_property
    def makers(self) -> Mapping[str, tuple[str, str]]:
        """Where each nested stack is made: the file and the logical id."""
        return {file: maker for maker, file in self.nested.items()}


class Stack(NamedTuple):
    """One of the stacks.

    Attributes:
        stacks: all of them.
        file: the name of its template's file.

    """

    stacks: Stacks
    file: str

    @property
    def template(self) -> Template:
        """Its template."""
        return self.stacks.templates[self.file]


class Scene:
    """The stacks as one of them sees them, in one combination of its conditions.

    Conditions of the others are open.

    Args:
        stacks: the stacks.
        file: the template that looks.
        truth: its conditions whose value is known in this combination.
        outside: what is known of policies and roles that are in none of them.

    Attributes:
        troubles: what could not be read on the way.

    """

    def __init__(self, stacks: Stacks, file: str, truth: Truth, outside: ExternalContext) -> None:
        self.stacks = stacks
        self.file = file
        self.outside = outside
        self.problems: list[InputProblem] = []
        self._truth = truth
        self._builders: dict[str, RoleBuilder] = {}
        self._known: dict[tuple[str, ...], str | None] = {}
        self._under_way: set[tuple[str, ...]] = set()

    def builder(self, file: str) -> RoleBuilder:
        """What puts roles together in a template, and works its values out."""
        if file not in self._builders:
            template = self.stacks.templates[file]
            truth = self._truth if file == self.file else {}
            resolver = Resolver(template, self.stacks.symbols, truth, _OtherStacks(self, file))
            self._builders[file] = RoleBuilder(
                template, resolver, self.problems, self.outside, self
            )
        self._builders[file].policies.outside = self.outside
        return self._builders[file]

    def find(self, arn: str) -> tuple[RoleBuilder, str] | None:
        """The role of another template that a text with an ARN means."""
        key = self.stacks.environment(self.file), arn
        if key in self._roles:
            return self._roles[key]
        for file in self.stacks.named_roles:
            role = self.builder(file).find(arn) if self._is_near(file) else None
            if role is not None:
                return self.builder(file), role
        return None

    @cached_property
    def _roles(self) -> Mapping[tuple[str, str], tuple[RoleBuilder, str]]:
        found = {}
        for file, template in self.stacks.templates.items():
            builder, environment = self.builder(file), self.stacks.environment(file)
            for name in template.of_type(ROLE):
                found[environment, builder.resolver.attribute(name, "Arn")] = builder, name
        return found

    def _is_near(self, file: str) -> bool:
        """Whether a stack is in the account and Region of the one that looks."""
        return self.stacks.environment(file) == self.stacks.environment(self.file)

    def attachments(self, builder: RoleBuilder) -> Iterator[tuple[RoleBuilder, str]]:
        """Policies of other templates that may be attached to roles elsewhere."""
        for file, names in self.stacks.attachments.items():
            if names and self._is_near(file) and not self._is_of(builder, file):
                other = self.builder(file)
                yield from ((other, name) for name in names if other.exists(name))

    def guards(self, builder: RoleBuilder) -> Iterator[tuple[RoleBuilder, list[str]]]:
        """Policies of queues, topics and so on that may let roles of other templates in."""
        links = self.stacks.links
        for file in sorted(links[self.file] | links[self._file(builder)]):
            if self.stacks.guards[file] and not self._is_of(builder, file):
                yield self.builder(file), self.stacks.guards[file]

    def managed(self, arn: str) -> tuple[RoleBuilder, str] | None:
        """The managed policy of this ARN."""
        return self._managed.get((self.stacks.environment(self.file), arn))

    @cached_property
    def _managed(self) -> Mapping[tuple[str, str], tuple[RoleBuilder, str]]:
        found = {}
        for file, template in self.stacks.templates.items():
            builder, environment = self.builder(file), self.stacks.environment(file)
            for name in template.of_type("AWS::IAM::ManagedPolicy"):
                found[environment, builder.resolver.reference(name)] = builder, name
        return found

    def users(self, builder: RoleBuilder, role: str) -> str:
        """Who may use a role beyond its own template; empty when nobody does."""
        return "another stack" if role in self.stacks.given_away[self._file(builder)] else ""

    def shows(self, builder: RoleBuilder, stack: str) -> bool:
        """Whether all that a nested stack of a template makes is among them."""
        file = self.stacks.nested.get((self._file(builder), stack))
        return file is not None and self.stacks.templates[file].macro is None

    def _is_of(self, builder: RoleBuilder, file: str) -> bool:
        return self.stacks.templates[file] is builder.template

    def _file(self, builder: RoleBuilder) -> str:
        return next(file for file, one in self._builders.items() if one is builder)

    def check(self, key: tuple[str, ...], answer: Callable[[], str | None]) -> str | None:
        """A value of another template, worked out once; None for what goes in circles."""
        if key in self._under_way or len(self._under_way) > _LONGEST_CHAIN:
            return None
        if key not in self._known:
            self._under_way.add(key)
            self._known[key] = answer()
            self._under_way.discard(key)
        return self._known[key]


class _OtherStacks:
    """What the other stacks say of values of one template: see `template.Around`."""

    def __init__(self, scene: Scene, file: str) -> None:
        self._scene = scene
        self._file = file

    def parameter(self, name: str) -> str | None:
        """A parameter, as the stack around this one fills it in."""
        scene = self._scene
        if self._file not in scene.stacks.makers:
            return None
        file, stack = scene.stacks.makers[self._file]
        given = as_object(scene.stacks.templates[file].properties(stack).get("Parameters"))
        if name not in given:
            return None
        return scene.check(("parameter", self._file, name), lambda: self._text(file, given[name]))

    def output(self, stack: str, name: str) -> str | None:
        """An output of the stack that is a resource of this one."""
        file = self._scene.stacks.nested.get((self._file, stack))
        if file is None:
            return None
        output = as_object(self._scene.stacks.templates[file].outputs.get(name))
        if "Value" not in output:
            return None
        return self._scene.check(("output", file, name), lambda: self._text(file, output["Value"]))

    def imported(self, export: str) -> str | None:
        """What another stack exports under this name."""
        stacks = self._scene.stacks
        key = stacks.environment(self._file), export
        if key not in stacks.exports:
            return None
        file, value = stacks.exports[key]
        return self._scene.check(("export", *key), lambda: self._text(file, value))

    def _text(self, file: str, value: object) -> str | None:
        here = self._scene.builder(self._file).resolver
        there = self._scene.builder(file).resolver
        depth = there.depth
        there.depth = max(here.depth, depth)
        text = there.text(value)
        there.depth = depth
        return text


def _names_own_roles(template: Template, value: object) -> bool:
    """Whether every role that a policy names is a resource of its own template."""
    names = [intrinsic(one) for one in (value if isinstance(value, list) else [value])]
    return all(
        function == "Ref" and isinstance(name, str) and name in template.resources
        for function, name in names
    )
