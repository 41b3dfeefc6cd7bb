"""A CloudFormation template: its resources, and the references between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sfnlint.inputs.cloudformation.conditions import (
    Conditions,
    accepts_value,
    ref_returns_given_value,
)
from sfnlint.inputs.cloudformation.resource_policy_types import unlisted_policies
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Document, Place, Route, value_at

SUB_VARIABLE = lazy_pattern(r"\$\{(!?)([^{}]+)\}")
"""A variable in the string of an Fn::Sub; `${!Literal}` is left as `${Literal}`."""

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
SAM_STATE_MACHINE = "AWS::Serverless::StateMachine"
ROLE = "AWS::IAM::Role"
NESTED_STACK = "AWS::CloudFormation::Stack"
_KNOWN_TRANSFORMS = ("AWS::Serverless-", "AWS::LanguageExtensions")
"""Transforms that are read without being run."""
_LONGEST_PATH = 300


class Template:
    """A template.

    Args:
        document: the file.
        values: known values of its parameters and of pseudo parameters; none when None.
        stack: the name that tells its stack from the others; empty for a template alone.

    Attributes:
        document: the file.
        resources: the resources by logical id, if they are objects with a Type.
        parameters: the names of the parameters.
        string_parameters: the parameters of which a Ref returns the string that they are given.
        parameter_values: the known values that a Ref returns, by parameter.
        mappings: the Mappings section.
        conditions: the Conditions section, with the values that parameters allow.
        outputs: the Outputs section.
        macro: the route to a macro that may add or change resources; None without a macro.

    """

    def __init__(
        self, document: Document, values: Mapping[str, str] | None = None, stack: str = ""
    ) -> None:
        data = document.data if isinstance(document.data, dict) else {}
        self.document = document
        self.resources: dict[str, dict[str, object]] = {}
        self._by_type: dict[str, list[str]] = {}
        for name, resource in _section(data, "Resources").items():
            resource_type = resource.get("Type") if isinstance(resource, dict) else None
            if isinstance(resource, dict) and isinstance(resource_type, str):
                self.resources[name] = resource
                self._by_type.setdefault(resource_type, []).append(name)
        self.mappings = _section(data, "Mappings")
        parameters = _section(data, "Parameters")
        self.parameters = frozenset(parameters)
        self.string_parameters = frozenset(
            name for name, parameter in parameters.items() if ref_returns_given_value(parameter)
        )
        self.parameter_values = {
            name: value
            for name, value in (values or {}).items()
            if name.startswith("AWS::") or accepts_value(parameters.get(name), value)
        }
        self.conditions = Conditions(
            _section(data, "Conditions"),
            parameters,
            self.parameter_values,
            self.mappings,
            _section(data, "Rules"),
        )
        self.macro = _macro(data)
        self.outputs = _section(data, "Outputs")
        self._prefix = f"{stack}/" if stack else ""
        self._construct_paths = _construct_paths(self.resources)
        self._references: dict[str, set[str]] = {}

    def display_name(self, name: str) -> str:
        """Return the name that messages show for a resource, its attribute, or a parameter.

        It is the path of the CDK's construct where the template has it. Names of two stacks are
        never equal, except pseudo parameters: all stacks have the same Region and account.
        """
        if self._construct_paths:
            resource, dot, attribute = name.partition(".")
            if resource in self._construct_paths:
                return self._construct_paths[resource] + dot + attribute
        if name.startswith("AWS::") and not name.startswith("AWS::Stack"):
            return name
        return self._prefix + name

    @cached_property
    def unlisted_policies(self) -> Mapping[str, Sequence[Route]]:
        """The policies of resources whose types are not known to have one; see the function."""
        return unlisted_policies(self.resources)

    def of_type(self, *types: str) -> list[str]:
        """Return the logical ids of the resources of these types, in the template's order."""
        lists = [self._by_type[name] for name in types if name in self._by_type]
        if len(lists) < 2:
            return [*lists[0]] if lists else []
        return [name for name, resource in self.resources.items() if resource["Type"] in types]

    def properties(self, name: str) -> Mapping[str, object]:
        """Return a resource's properties; empty when they are not an object."""
        properties = self.resources[name].get("Properties")
        return properties if isinstance(properties, dict) else {}

    def value_at(self, route: Route) -> object:
        """Return the value at a route of the file; None when there is none."""
        return value_at(self.document.data, route)

    def property_place(self, name: str, *route: str | int) -> Place:
        """Return the place of a value in a resource's properties."""
        return Place(self.document, ("Resources", name, "Properties", *route))

    def logical_id_place(self, name: str) -> Place:
        """Return the place of a resource's logical id."""
        return Place(self.document, ("Resources", name), "key")

    def depends_on_other_templates(self, data: object) -> bool:
        """Whether a value has an import, a parameter or an output of a nested stack in it."""
        return any(function == "Fn::ImportValue" for function, _ in _function_calls(data)) or any(
            name in self.parameters or self.resources.get(name, {}).get("Type") == NESTED_STACK
            for name in referenced_names(data)
        )

    @cached_property
    def imported_exports(self) -> set[str]:
        """The names of the exports of other stacks that this template imports."""
        return {
            export
            for function, export in _function_calls(self.document.data)
            if function == "Fn::ImportValue" and isinstance(export, str)
        }

    def references(self, name: str) -> set[str]:
        """Return the resources that a resource refers to in its properties or by DependsOn."""
        references = self._references.get(name)
        if references is None:
            resource = self.resources[name]
            names = {
                *strings(resource.get("DependsOn")),
                *referenced_names(resource.get("Properties")),
            }
            references = self._references[name] = names & self.resources.keys()
        return references

    def not_depended_on(self, name: str, others: Iterable[str]) -> set[str]:
        """Return the other resources on which a resource depends neither directly nor indirectly.

        CloudFormation may create them after the resource.
        """
        # Most are in DependsOn.
        missing = set(others).difference(strings(self.resources[name].get("DependsOn")))
        seen = {name}
        waiting = [name]
        while waiting and missing:
            references = self.references(waiting.pop()) - seen
            missing -= references
            seen |= references
            waiting += references
        return missing


def _construct_paths(resources: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """The paths of the CDK's constructs by logical id, where a path belongs to just one resource.

    https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
    """
    logical_ids: dict[str, list[str]] = {}
    for name, resource in resources.items():
        path = _section(resource, "Metadata").get("aws:cdk:path")
        # Without a slash it could be the logical id of another resource.
        if isinstance(path, str) and len(path) <= _LONGEST_PATH:
            construct = path.removesuffix("/Resource")
            if "/" in construct:
                logical_ids.setdefault(construct, []).append(name)
    return {ids[0]: path for path, ids in logical_ids.items() if len(ids) == 1}


def _macro(data: Mapping[str, object]) -> Route | None:
    """The route to a macro that may add or change resources of a template.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html
    """
    transforms = data.get("Transform")
    for transform in transforms if isinstance(transforms, list) else [transforms]:
        name = transform.get("Name") if isinstance(transform, dict) else transform
        if transform is not None and not str(name).startswith(_KNOWN_TRANSFORMS):
            return ("Transform",)
    for route, section in ((), data), (("Resources",), _section(data, "Resources")):
        for key in section:
            if is_macro_key(key):
                return (*route, key)
    return None


def is_macro_key(key: str) -> bool:
    """Whether CloudFormation replaces the value under this key by others that the file lacks."""
    return key.startswith(("Fn::Transform", "Fn::ForEach"))


def has_macro(data: object) -> bool:
    """Whether there is a macro anywhere in a value."""
    return any(is_macro_key(key) for value in _objects(data) for key in value)


def function_call(data: object) -> tuple[str, object]:
    """Return the intrinsic function that a value calls, and its argument; `""` for other values."""
    if isinstance(data, dict) and len(data) == 1:
        [(key, argument)] = data.items()
        if key == "Ref" or key.startswith("Fn::"):
            return key, argument
    return "", None


def referenced_names(data: object) -> set[str]:
    """Return the names to which Ref, Fn::GetAtt and Fn::Sub anywhere in a value refer."""
    names: set[str] = set()
    for value in _objects(data):
        name = value.get("Ref")
        if isinstance(name, str):
            names.add(name)
        if "Fn::GetAtt" in value:
            argument = value["Fn::GetAtt"]
            # In a list, the name is a string of its own, and may contain dots.
            names.update(
                string if isinstance(argument, list) else string.partition(".")[0]
                for string in _first_string(argument)
            )
        if "Fn::Sub" in value:
            for string in _first_string(value["Fn::Sub"]):
                names.update(
                    match[2].partition(".")[0].strip() for match in SUB_VARIABLE.finditer(string)
                )
    return names


def _first_string(value: object) -> Iterable[str]:
    """A string, or the first string of a list."""
    return strings(value[:1] if isinstance(value, list) else value)


def condition_names(data: object) -> set[str]:
    """Return the conditions on which an Fn::If anywhere in a value depends."""
    return {
        argument[0]
        for function, argument in _function_calls(data)
        if function == "Fn::If"
        and isinstance(argument, list)
        and argument
        and isinstance(argument[0], str)
    }


def conditions_of_resources(template: Template, names: Iterable[str]) -> set[str]:
    """Return the conditions on which some resources or their properties depend."""
    conditions: set[str] = set()
    for name in names if template.conditions else ():
        resource = template.resources[name]
        condition = resource.get("Condition")
        if isinstance(condition, str):
            conditions.add(condition)
        conditions |= condition_names(resource.get("Properties"))
    return conditions


def _objects(data: object) -> list[dict[str, object]]:
    """Every object in a value, itself included; an object that YAML aliases share, once."""
    objects: list[dict[str, object]] = []
    waiting = [data] if isinstance(data, (dict, list)) else []
    # By identity: aliases within aliases would otherwise be visited exponentially often.
    seen: set[int] = set()
    for container in waiting:
        if id(container) in seen:
            continue
        seen.add(id(container))
        values: Iterable[object] = container
        if isinstance(container, dict):
            objects.append(container)
            values = container.values()
        waiting += [value for value in values if isinstance(value, (dict, list))]
    return objects


def _function_calls(data: object) -> list[tuple[str, object]]:
    """Every call of an intrinsic function in a value: its name, and its argument."""
    return [
        (key, argument)
        for value in _objects(data)
        for key, argument in value.items()
        if key == "Ref" or key.startswith("Fn::")
    ]


def _section(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = data.get(name)
    return section if isinstance(section, dict) else {}


def has_key(data: object, key: str) -> bool:
    """Return whether an object with this key is anywhere in a value."""
    return any(key in value for value in _objects(data))


def strings(data: object) -> list[str]:
    """Return a string, or the strings of a list, as a list."""
    values = data if isinstance(data, list) else [data]
    return [value for value in values if isinstance(value, str)]


def strings_at(data: object, key: str) -> list[str]:
    """Return the strings under a key anywhere in a value, be it a string or a list of strings."""
    return [string for value in _objects(data) if key in value for string in strings(value[key])]
