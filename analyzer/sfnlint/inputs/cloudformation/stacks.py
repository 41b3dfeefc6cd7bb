"""Stacks that are deployed together, and the values and roles that they share.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from sfnlint.iam.policy import Policy
from sfnlint.inputs.cloudformation.conditions import ConditionValues
from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.roles import RoleBuilder
from sfnlint.inputs.cloudformation.stack_links import ParameterValues, StackLinks, TemplateSet
from sfnlint.inputs.cloudformation.template import ROLE, Template
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.named_tuple import NamedTuple
from sfnlint.subject import InputProblem
from sfnlint.symbol import Symbols

_LONGEST_CHAIN = 20


class Stacks:
    """The stacks of templates that are deployed together.

    Args:
        template_set: the templates.
        parameters: returns the known values of a template's parameters; none when None.
        expand: runs a transform such as SAM's.

    Attributes:
        links: the templates, and the links between them.
        symbols: the symbols of the marker characters in the values of all stacks.

    """

    def __init__(
        self,
        template_set: TemplateSet,
        parameters: ParameterValues | None = None,
        expand: Expand = no_expansion,
    ) -> None:
        self.links = StackLinks(template_set, parameters, expand)
        self.symbols = Symbols()
        self._evaluation: StackEvaluation | None = None

    def evaluation(
        self, file: str, condition_values: ConditionValues, context: ExternalContext
    ) -> StackEvaluation:
        """Return the stacks with known values of the conditions of a template."""
        if condition_values:
            return StackEvaluation(self.links, self.symbols, file, condition_values, context)
        # Without conditions, it is the same for all templates.
        if self._evaluation is None:
            self._evaluation = StackEvaluation(self.links, self.symbols, file, {}, context)
        self._evaluation.file = file
        self._evaluation.context = context
        return self._evaluation


class Stack(NamedTuple):
    """A stack that is deployed together with others.

    Attributes:
        stacks: all of them.
        file: its name among them, which is that of its template's file where it can be.
        label: its name in messages, if its template has other stacks; otherwise empty.

    """

    stacks: Stacks
    file: str
    label: str = ""

    @property
    def template(self) -> Template:
        """Its template."""
        return self.stacks.links.templates[self.file]


class StackEvaluation:
    """The values and roles of all stacks, in one combination of the conditions of a template.

    The conditions of the other templates are unknown.

    Args:
        links: the stacks.
        symbols: the symbols of the marker characters in their values.
        file: the template whose conditions are known.
        condition_values: their values.
        context: policies and roles that are in none of the templates.

    Attributes:
        problems: the problems of reading roles.

    """

    def __init__(
        self,
        links: StackLinks,
        symbols: Symbols,
        file: str,
        condition_values: ConditionValues,
        context: ExternalContext,
    ) -> None:
        self.links = links
        self.symbols = symbols
        self.file = file
        self.context = context
        self.problems: list[InputProblem] = []
        self._condition_values = condition_values
        self._builders: dict[str, RoleBuilder] = {}
        self._values: dict[tuple[str, ...], str | None] = {}
        self._in_progress: set[tuple[str, ...]] = set()

    def role_builder(self, file: str) -> RoleBuilder:
        """Return the builder for the roles of a template."""
        if file not in self._builders:
            template = self.links.templates[file]
            condition_values = self._condition_values if file == self.file else {}
            values = _OtherStacks(self, file)
            resolver = Resolver(template, self.symbols, condition_values, values)
            self._builders[file] = RoleBuilder(
                template, resolver, self.problems, self.context, self
            )
        self._builders[file].policies.context = self.context
        return self._builders[file]

    def find_role(self, arn: str) -> tuple[RoleBuilder, str] | None:
        """Return the role of another template with an ARN: its builder and its logical id."""
        key = self.links.environment(self.file), arn
        if key in self._roles:
            return self._roles[key]
        for file in self.links.files_with_named_roles:
            role = self.role_builder(file).find(arn) if self._has_same_environment(file) else None
            if role is not None:
                return self.role_builder(file), role
        return None

    @cached_property
    def _roles(self) -> Mapping[tuple[str, str], tuple[RoleBuilder, str]]:
        roles = {}
        for file, template in self.links.templates.items():
            builder, environment = self.role_builder(file), self.links.environment(file)
            for name in template.of_type(ROLE):
                roles[environment, builder.resolver.get_att(name, "Arn")] = builder, name
        return roles

    def _has_same_environment(self, file: str) -> bool:
        return self.links.environment(file) == self.links.environment(self.file)

    def attached_policies(self, builder: RoleBuilder) -> Iterator[tuple[RoleBuilder, str]]:
        """See `sfnlint.inputs.cloudformation.roles.CrossStackPolicies`."""
        for file, names in self.links.attached_policies.items():
            if names and self._has_same_environment(file) and not self._is_template(builder, file):
                other = self.role_builder(file)
                yield from ((other, name) for name in names if other.exists(name))

    def resource_policies(
        self, builder: RoleBuilder
    ) -> Iterator[tuple[RoleBuilder, list[str], bool]]:
        """See `sfnlint.inputs.cloudformation.roles.CrossStackPolicies`."""
        files = self.links.linked_files
        own_file = self._file(builder)
        own_environment = self.links.environment(own_file)
        for file in sorted(files[self.file] | files[own_file]):
            names = self.links.resource_policies[file]
            if names and not self._is_template(builder, file):
                is_same = self.links.environment(file) == own_environment
                yield self.role_builder(file), names, is_same

    def resolvers(self, file: str) -> Iterator[Resolver]:
        """Yield the resolvers of a template and of those that it exchanges values with.

        All are in the same account and Region.
        """
        environment, files = self.links.environment(file), [file]
        for linked in files:
            if self.links.environment(linked) == environment:
                yield self.role_builder(linked).resolver
                files += sorted(self.links.linked_files[linked].difference(files))

    def managed_policy(self, arn: str) -> Policy | None:
        """See `sfnlint.inputs.cloudformation.roles.CrossStackPolicies`."""
        key = self.links.environment(self.file), arn
        if key not in self._managed_policies:
            return None
        builder, name = self._managed_policies[key]
        return builder.policies.policy_resource(name)

    @cached_property
    def _managed_policies(self) -> Mapping[tuple[str, str], tuple[RoleBuilder, str]]:
        policies = {}
        for file, template in self.links.templates.items():
            builder, environment = self.role_builder(file), self.links.environment(file)
            for name in template.of_type("AWS::IAM::ManagedPolicy"):
                policies[environment, builder.resolver.ref(name)] = builder, name
        return policies

    def other_user(self, builder: RoleBuilder, role: str) -> str:
        """See `sfnlint.inputs.cloudformation.roles.CrossStackPolicies`."""
        is_passed = role in self.links.resources_in_outputs[self._file(builder)]
        return "another stack" if is_passed else ""

    def has_nested_stack(self, builder: RoleBuilder, stack: str) -> bool:
        """See `sfnlint.inputs.cloudformation.roles.CrossStackPolicies`."""
        file = self.links.nested_templates.get((self._file(builder), stack))
        return file is not None and self.links.templates[file].macro is None

    def _is_template(self, builder: RoleBuilder, file: str) -> bool:
        return self.links.templates[file] is builder.template

    def _file(self, builder: RoleBuilder) -> str:
        return next(file for file, other in self._builders.items() if other is builder)

    def value_once(self, key: tuple[str, ...], resolve: Callable[[], str | None]) -> str | None:
        """Return a value of another template, resolved once; None if it depends on itself."""
        if key in self._in_progress or len(self._in_progress) > _LONGEST_CHAIN:
            return None
        if key not in self._values:
            self._in_progress.add(key)
            self._values[key] = resolve()
            self._in_progress.discard(key)
        return self._values[key]


class _OtherStacks:
    """The values of one template that other stacks provide: `intrinsics.CrossStackValues`."""

    def __init__(self, evaluation: StackEvaluation, file: str) -> None:
        self._evaluation = evaluation
        self._links = evaluation.links
        self._file = file

    def parameter(self, name: str) -> str | None:
        """Return the value that the parent stack passes for a parameter."""
        if self._file not in self._links.parents:
            return None
        parent, stack = self._links.parents[self._file]
        arguments = as_object(self._links.templates[parent].properties(stack).get("Parameters"))
        if name not in arguments:
            return None
        return self._value(("parameter", self._file, name), parent, arguments[name])

    def output(self, stack: str, name: str) -> str | None:
        """Return an output of a nested stack, by the stack's logical id."""
        file = self._links.nested_templates.get((self._file, stack))
        if file is None:
            return None
        output = as_object(self._links.templates[file].outputs.get(name))
        if "Value" not in output:
            return None
        return self._value(("output", file, name), file, output["Value"])

    def imported(self, export: str) -> str | None:
        """Return the value that another stack exports under this name."""
        key = self._links.environment(self._file), export
        if key not in self._links.exports:
            return None
        file, value = self._links.exports[key]
        return self._value(("export", *key), file, value)

    def _value(self, key: tuple[str, ...], file: str, value: object) -> str | None:
        return self._evaluation.value_once(key, lambda: self._string(file, value))

    def _string(self, file: str, value: object) -> str | None:
        here = self._evaluation.role_builder(self._file).resolver
        there = self._evaluation.role_builder(file).resolver
        depth = there.depth
        there.depth = max(here.depth, depth)
        string = there.string(value)
        there.depth = depth
        return string
