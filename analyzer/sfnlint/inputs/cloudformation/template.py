"""A CloudFormation template: its resources, and which of them refers to which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol

from sfnlint.inputs.cloudformation.conditions import Conditions, is_what_it_is_given, takes
from sfnlint.place import Document, Place, Route, value_at

IN_SUB = re.compile(r"\$\{(!?)([^{}]+)\}")
"""A reference in an Fn::Sub; after `!`, text that stays as it is."""

_HARMLESS = ("AWS::Serverless-", "AWS::LanguageExtensions")
"""Transforms that add nothing which is not read otherwise."""

ROLE = "AWS::IAM::Role"
NESTED = "AWS::CloudFormation::Stack"
_LONGEST_PATH = 300


class Around(Protocol):
    """What other templates say of values of this one; each None where they say nothing."""

    def parameter(self, name: str) -> str | None:
        """A parameter, as the stack around this one fills it in."""

    def output(self, stack: str, name: str) -> str | None:
        """An output of the stack that is a resource of this one."""

    def imported(self, export: str) -> str | None:
        """What another stack exports under this name."""


class Template:
    """A template.

    Args:
        document: the file.
        values: values of its parameters that are given; none when None.
        stack: the name of its stack among others; empty when it stands alone.

    Attributes:
        document: the file.
        resources: resources by logical id, those that are objects with a Type.
        parameters: the names of the parameters.
        texts: those of them of which a Ref is the text that they are given.
        values: those of them that are what a Ref gives.
        mappings: the Mappings section.
        conditions: the Conditions section, with what bounds it.
        outputs: the Outputs section.
        macro: the path of what may add to the resources that stand here, or change them; None
            when nothing does.

    """

    def __init__(
        self, document: Document, values: Mapping[str, str] | None = None, stack: str = ""
    ) -> None:
        data = document.data if isinstance(document.data, dict) else {}
        self.document = document
        self.resources: dict[str, dict[str, object]] = {}
        self._of_type: dict[str, list[str]] = {}
        for name, resource in _section(data, "Resources").items():
            kind = resource.get("Type") if isinstance(resource, dict) else None
            if isinstance(resource, dict) and isinstance(kind, str):
                self.resources[name] = resource
                self._of_type.setdefault(kind, []).append(name)
        self.mappings = _section(data, "Mappings")
        parameters = _section(data, "Parameters")
        self.parameters = frozenset(parameters)
        self.texts = frozenset(name for name in parameters if is_what_it_is_given(parameters[name]))
        self.values = {
            name: value
            for name, value in (values or {}).items()
            if takes(parameters.get(name), value)
        }
        self.conditions = Conditions(
            _section(data, "Conditions"),
            parameters,
            self.values,
            self.mappings,
            _section(data, "Rules"),
        )
        self.macro = _macro(data)
        self.outputs = _section(data, "Outputs")
        self._prefix = f"{stack}/" if stack else ""
        self._called = _construct_paths(self.resources)
        self._references: dict[str, set[str]] = {}

    def called(self, name: str) -> str:
        """What to call a resource, one of its attributes, or a parameter.

        By the path of its construct where the CDK wrote it down, and so that it is another one
        than what bears the same name in another stack. All stacks have one Region and account.
        """
        if self._called:
            base, dot, attribute = name.partition(".")
            if base in self._called:
                return self._called[base] + dot + attribute
        if name.startswith("AWS::") and not name.startswith("AWS::Stack"):
            return name
        return self._prefix + name

    def of_type(self, *types: str) -> list[str]:
        """The logical ids of resources of these types."""
        found = [self._of_type[one] for one in types if one in self._of_type]
        if len(found) < 2:
            return [*found[0]] if found else []
        return [name for name, one in self.resources.items() if one["Type"] in types]

    def properties(self, name: str) -> Mapping[str, object]:
        """A resource's properties."""
        properties = self.resources[name].get("Properties")
        return properties if isinstance(properties, dict) else {}

    def at(self, path: Route) -> object:
        """What stands at a path of the file; None where nothing does."""
        return value_at(self.document.data, path)

    def place(self, name: str, *path: str | int) -> Place:
        """The place of one of a resource's properties."""
        return Place(self.document, ("Resources", name, "Properties", *path))

    def key(self, name: str) -> Place:
        """The place of a resource's logical id."""
        return Place(self.document, ("Resources", name), "key")

    def looks_outward(self, data: object) -> bool:
        """Whether somewhere in a value stands what only other templates can tell."""
        return any(key == "Fn::ImportValue" for key, _ in _calls(data)) or any(
            name in self.parameters or self.resources.get(name, {}).get("Type") == NESTED
            for name in referred(data)
        )

    @cached_property
    def imports(self) -> set[str]:
        """The names of what other stacks export and this one imports."""
        calls = _calls(self.document.data)
        return {one for key, one in calls if key == "Fn::ImportValue" and isinstance(one, str)}

    def references(self, name: str) -> set[str]:
        """The resources that a resource refers to, by value or by DependsOn."""
        found = self._references.get(name)
        if found is None:
            resource = self.resources[name]
            depends = resource.get("DependsOn")
            names = {*texts(depends), *referred(resource.get("Properties"))}
            found = self._references[name] = names & self.resources.keys()
        return found

    def not_awaited(self, name: str, others: Iterable[str]) -> set[str]:
        """Those of other resources that need not be there before this one."""
        # Most are named in so many words.
        missing = set(others).difference(texts(self.resources[name].get("DependsOn")))
        seen = {name}
        waiting = [name]
        while waiting and missing:
            found = self.references(waiting.pop()) - seen
            missing -= found
            seen |= found
            waiting += found
        return missing


def _construct_paths(resources: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """The paths of constructs, as far as each is the path of one resource.

    https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
    """
    found: dict[str, list[str]] = {}
    for name, resource in resources.items():
        path = _section(resource, "Metadata").get("aws:cdk:path")
        # Without a slash it could be the logical id of another resource.
        if isinstance(path, str) and len(path) <= _LONGEST_PATH:
            whole = path.removesuffix("/Resource")
            if "/" in whole:
                found.setdefault(whole, []).append(name)
    return {names[0]: path for path, names in found.items() if len(names) == 1}


def _macro(data: Mapping[str, object]) -> Route | None:
    """Where a template calls what may add or change resources.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html
    """
    given = data.get("Transform")
    for transform in given if isinstance(given, list) else [given]:
        name = transform.get("Name") if isinstance(transform, dict) else transform
        if transform is not None and not str(name).startswith(_HARMLESS):
            return ("Transform",)
    for at, section in ((), data), (("Resources",), _section(data, "Resources")):
        for key in section:
            if is_macro(key):
                return (*at, key)
    return None


def is_macro(key: str) -> bool:
    """Whether the member of this name stands for others that are not shown."""
    return key.startswith(("Fn::Transform", "Fn::ForEach"))


def has_macro(data: object) -> bool:
    """Whether something in a value stands for what is not shown."""
    return any(is_macro(key) for one in _objects(data) for key in one)


def referred(data: object) -> set[str]:
    """The names to which Ref, Fn::GetAtt and Fn::Sub somewhere in a value refer."""
    names: set[str] = set()
    for one in _objects(data):
        value = one.get("Ref")
        if isinstance(value, str):
            names.add(value)
        if "Fn::GetAtt" in one:
            names.update(text.partition(".")[0] for text in _first_text(one["Fn::GetAtt"]))
        if "Fn::Sub" in one:
            for text in _first_text(one["Fn::Sub"]):
                names.update(match[2].partition(".")[0].strip() for match in IN_SUB.finditer(text))
    return names


def _first_text(value: object) -> Iterable[str]:
    """A text, or the first of a list."""
    return texts(value[:1] if isinstance(value, list) else value)


def used_conditions(data: object) -> set[str]:
    """The conditions on which Fn::If somewhere in a value depends."""
    return {
        value[0]
        for key, value in _calls(data)
        if key == "Fn::If" and isinstance(value, list) and value and isinstance(value[0], str)
    }


def touched(template: Template, names: Iterable[str]) -> set[str]:
    """The conditions on which resources of these names, and their properties, depend."""
    found: set[str] = set()
    for name in names if template.conditions else ():
        resource = template.resources[name]
        condition = resource.get("Condition")
        if isinstance(condition, str):
            found.add(condition)
        found |= used_conditions(resource.get("Properties"))
    return found


def _objects(data: object) -> list[dict[str, object]]:
    """Every object in a value, itself included; one that YAML aliases share once."""
    found: list[dict[str, object]] = []
    waiting = [data] if isinstance(data, (dict, list)) else []
    seen: set[int] = set()
    for one in waiting:
        if id(one) in seen:
            continue
        seen.add(id(one))
        members: Iterable[object] = one
        if isinstance(one, dict):
            found.append(one)
            members = one.values()
        waiting += [member for member in members if isinstance(member, (dict, list))]
    return found


def _calls(data: object) -> list[tuple[str, object]]:
    """Every call of a function in a value: its name, and what it is applied to."""
    return [
        (key, value)
        for one in _objects(data)
        for key, value in one.items()
        if key == "Ref" or key.startswith("Fn::")
    ]


def _section(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = data.get(name)
    return section if isinstance(section, dict) else {}


def texts(data: object) -> Iterable[str]:
    """A text, or the texts of a list."""
    return [one for one in (data if isinstance(data, list) else [data]) if isinstance(one, str)]


def texts_at(data: object, name: str) -> list[str]:
    """The texts that stand under a name somewhere in a value, one or a list of them."""
    return [text for one in _objects(data) if name in one for text in texts(one[name])]
