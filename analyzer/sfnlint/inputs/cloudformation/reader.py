"""Reads the state machines of CloudFormation templates, each with its role.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import partial

from sfnlint.asl.machine import Machine, is_machine
from sfnlint.iam.decision import Uncertainty
from sfnlint.inputs.cloudformation.assumed_roles import AssumedRoles
from sfnlint.inputs.cloudformation.attachments import resources_of_roles
from sfnlint.inputs.cloudformation.circular_dependencies import circular_dependencies
from sfnlint.inputs.cloudformation.conditions import ConditionValues, combinations, describe
from sfnlint.inputs.cloudformation.definitions import DefinitionReader
from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.includes import with_includes
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.linked_resources import PART_OF as PART_OF
from sfnlint.inputs.cloudformation.linked_resources import PART_TYPE as PART_TYPE
from sfnlint.inputs.cloudformation.linked_resources import TemplateResources
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.policies import PREDEFINED as PREDEFINED
from sfnlint.inputs.cloudformation.resource_names import KNOWN_ARN as KNOWN_ARN
from sfnlint.inputs.cloudformation.roles import BuiltRole, RoleBuilder
from sfnlint.inputs.cloudformation.settings import settings
from sfnlint.inputs.cloudformation.stacks import Stack, StackEvaluation
from sfnlint.inputs.cloudformation.template import (
    ROLE,
    SAM_STATE_MACHINE,
    STATE_MACHINE,
    Template,
    conditions_of_resources,
    referenced_names,
    strings_at,
)
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.messages import in_nested_stacks
from sfnlint.place import Document, Place
from sfnlint.subject import InputProblem, LatePolicy, MachineType, Reading, Role, Subject
from sfnlint.symbol import Symbols

_FOR_EACH = "Fn::ForEach"
FindLatePolicies = Callable[[str, Sequence[str]], Mapping[str, str]]
"""Returns the policy resources that a machine does not wait for, each with the fix.

The arguments are the machine and the policy resources of its role.
"""


def matches(data: object) -> bool:
    """Whether data is a template: resources, each with a Type, or an Fn::ForEach of resources."""
    resources = data.get("Resources") if isinstance(data, dict) else None
    return isinstance(resources, dict) and any(
        name.startswith(_FOR_EACH)
        if isinstance(resource, list)
        else isinstance(resource, dict) and isinstance(resource.get("Type"), str)
        for name, resource in resources.items()
    )


def read(
    document: Document,
    files: LocalFiles | None = None,
    context: ExternalContext | None = None,
    stack: Stack | None = None,
    machines: Container[str] | None = None,
    symbols: Symbols | None = None,
    expand: Expand = no_expansion,
    late_policies: FindLatePolicies | None = None,
) -> Reading:
    """Return a template's machines, each with its role, in every combination of conditions.

    Args:
        document: the template.
        files: the files that it may name; none when None.
        context: parameters, policies and roles that it names and does not contain.
        stack: its stack, if it is deployed together with others.
        machines: the logical ids of the machines that matter; machines that may share a role with
            one of them are read as well. All machines when None.
        symbols: the symbols of the marker characters in the document.
        expand: runs a transform such as SAM's.
        late_policies: finds the policies that a machine does not wait for; by default, those that
            it neither refers to nor names in DependsOn.

    """
    reading = Reading()
    context = context or ExternalContext()
    document = with_includes(document, files) if stack is None else document
    expanded, problems = expand(document)
    reading.problems += problems
    template = Template(expanded, context.parameters) if stack is None else stack.template
    symbols = stack.stacks.symbols if stack else symbols or Symbols()
    for names, roles in _machine_groups(template):
        if machines is None or any(name in machines for name in names):
            group = _MachineGroup(template, names, roles, reading, files, context, stack, symbols)
            group.late_policies = late_policies or group.late_policies
            group.read()
    if machines is None:
        reading.problems += _loops(document)
    if late_policies is None:
        # The template is not one of another format.
        reading.problems += circular_dependencies(template)
    reading.problems = _without_duplicates(reading.problems)
    return reading


def merged(readings: Sequence[Reading], stacks: Sequence[str]) -> Reading:
    """Return the machines and problems of a template in all of its stacks.

    A problem that some stacks do not have names those that have it.

    Args:
        readings: the reading of each stack; just one for a template without other stacks.
        stacks: the names of the stacks in messages.

    """
    if len(readings) == 1:
        return readings[0]
    problems: dict[tuple[object, ...], tuple[InputProblem, list[str]]] = {}
    for reading, stack in zip(readings, stacks, strict=True):
        for problem in reading.problems:
            problems.setdefault(_identity(problem), (problem, []))[1].append(stack)
    subjects = [subject for reading in readings for subject in reading.subjects]
    return Reading(
        subjects,
        [
            problem
            if len(having) == len(stacks)
            else problem._replace(message=f"{problem.message} ({in_nested_stacks(having)})")
            for problem, having in problems.values()
        ],
    )


def _without_duplicates(problems: list[InputProblem]) -> list[InputProblem]:
    """The problems of all combinations, those with the same message at the same place once."""
    distinct = {}
    for problem in reversed(problems):
        distinct[_identity(problem)] = problem
    return list(reversed(distinct.values()))


def _identity(problem: InputProblem) -> tuple[object, ...]:
    located = problem.place.locate()
    return problem.kind, located.root, located.span, problem.message


def _loops(document: Document) -> Iterator[InputProblem]:
    """A problem for each Fn::ForEach that creates machines, which are not read.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
    """
    resources = document.data["Resources"]  # type: ignore[index]
    for name, body in resources.items():
        types = strings_at(body, "Type") if name.startswith(_FOR_EACH) else []
        if not {STATE_MACHINE, SAM_STATE_MACHINE}.isdisjoint(types):
            message = f"'{name}' creates state machines, which were not checked"
            place = Place(document, ("Resources", name)).key()
            yield InputProblem("definition-not-found", message, place)


def _machine_groups(template: Template) -> Iterator[tuple[list[str], set[str]]]:
    """Machines that may have a role in common, with the roles that they may have."""
    all_roles = set(template.of_type(ROLE))
    groups: list[tuple[list[str], set[str]]] = []
    for machine in template.of_type(STATE_MACHINE):
        value = template.properties(machine).get("RoleArn")
        roles = referenced_names(value) & all_roles
        if not roles and value is not None:
            # A literal ARN may be that of any role with a name.
            roles = {role for role in all_roles if "RoleName" in template.properties(role)}
        overlapping = [group for group in groups if group[1] & roles]
        machines = [name for group in overlapping for name in group[0]]
        groups = [group for group in groups if group not in overlapping]
        groups.append(([*machines, machine], roles.union(*(group[1] for group in overlapping))))
    yield from groups


class _MachineGroup:
    """Reads machines that may have a role in common."""

    def __init__(
        self,
        template: Template,
        machines: list[str],
        roles: set[str],
        reading: Reading,
        files: LocalFiles | None,
        context: ExternalContext,
        stack: Stack | None,
        symbols: Symbols,
    ) -> None:
        self.template = template
        self.machines = machines
        self.roles = roles
        self.reading = reading
        self.context = context
        self.stack = stack
        self.symbols = symbols
        self.definitions = DefinitionReader(template, files, symbols, reading.problems)
        self.late_policies: FindLatePolicies = self._not_depended_on

    def read(self) -> None:
        """Add the machines to the reading, in every combination of conditions."""
        conditions: set[str] = set()
        if self.template.conditions:
            names = {*self.machines, *resources_of_roles(self.template, self.roles)}
            conditions = conditions_of_resources(self.template, names)
        values_of_conditions = combinations(self.template.conditions, conditions)
        if values_of_conditions is None:
            self._read_combination({}, certain=False)
            return
        for values in values_of_conditions:
            self._read_combination(values, certain=True)

    def _read_combination(self, values: ConditionValues, *, certain: bool) -> None:
        stacks = None
        if self.stack is None:
            resolver = Resolver(self.template, self.symbols, values)
            builder = RoleBuilder(self.template, resolver, self.reading.problems, self.context)
        else:
            stacks = self.stack.stacks.evaluation(self.stack.file, values, self.context)
            builder = stacks.role_builder(self.stack.file)
            resolver = builder.resolver
        roles = _ExecutionRoles(self.template, builder, stacks, self.reading.problems)
        resources = TemplateResources(
            partial(stacks.resolvers, self.stack.file)
            if stacks is not None and self.stack is not None
            else partial(iter, [resolver])
        )
        for name in self.machines:
            if not builder.exists(name):
                continue
            built, missing_role = roles.role(name)
            if built is not None and not certain:
                built.role.leave_unknown(self._unknown_conditions())
            machine = self.definitions.read(name, resolver)
            if machine is None or not is_machine(machine.data):
                # The role may need more than the other machines show.
                if built is not None:
                    built.role.shared_with = built.role.shared_with or name
                if machine is None:
                    continue
                built = None
                missing_role = Uncertainty(
                    "the definition lacks StartAt or States", Place(machine.document)
                )
            assumed = roles.assumed_roles(machine, built, certain=certain)
            self.reading.subjects.append(
                Subject(
                    machine,
                    built.role if built is not None else None,
                    self.symbols,
                    self.template.logical_id_place(name),
                    name,
                    resolver.get_att(name, "Name"),
                    self._type(name, resolver),
                    describe(values),
                    self._not_awaited(name, built) if built is not None else (),
                    settings(self.template, resolver, name),
                    assumed.roles_by_arn,
                    missing_role=missing_role,
                    resources=resources,
                    stack=self.stack.label if self.stack else "",
                )
            )
        if stacks is not None:
            self.reading.problems += stacks.problems
            stacks.problems.clear()

    def _unknown_conditions(self) -> Uncertainty:
        place = Place(self.template.document, ("Conditions",), "key")
        return Uncertainty("too many conditions of the template decide about the role", place)

    def _type(self, name: str, resolver: Resolver) -> MachineType | None:
        written = self.template.properties(name).get("StateMachineType", "STANDARD")
        value = resolver.string(written)
        if value in ("STANDARD", None):
            return "STANDARD"
        return "EXPRESS" if value == "EXPRESS" else None

    def _not_awaited(self, name: str, built: BuiltRole) -> list[LatePolicy]:
        sources = [source for _, source in built.policy_resources]
        late = self.late_policies(name, sources)
        return [
            LatePolicy(policy, late[source])
            for policy, source in built.policy_resources
            if source in late
        ]

    def _not_depended_on(self, name: str, sources: Sequence[str]) -> Mapping[str, str]:
        return {
            source: f"add '{self.template.display_name(source)}' to DependsOn of the state machine"
            for source in self.template.not_depended_on(name, sources)
        }


class _ExecutionRoles:
    """The roles of some machines in one combination of conditions, each built once."""

    def __init__(
        self,
        template: Template,
        builder: RoleBuilder,
        stacks: StackEvaluation | None,
        problems: list[InputProblem],
    ) -> None:
        self._template = template
        self._builder = builder
        self._stacks = stacks
        self._problems = problems
        # By logical id, with the builder of its template; by ARN for an external role.
        self._built: dict[tuple[RoleBuilder, str] | str, BuiltRole] = {}

    def role(self, machine: str) -> tuple[BuiltRole | None, Uncertainty | None]:
        """Return the role of a machine; None and the reason when it is not in the files."""
        value = self._template.properties(machine).get("RoleArn")
        place = self._template.property_place(machine, "RoleArn")
        if value is None:
            return None, Uncertainty("the files do not name its role")
        arn = self._builder.resolver.string(value)
        if arn is None:
            return None, Uncertainty("the files do not show its role", place)
        name = self._builder.find(arn)
        defined = (self._builder, name) if name is not None else None
        if defined is None and self._stacks is not None:
            defined = self._stacks.find_role(arn)
        if defined and not defined[0].exists(defined[1]):
            message = "its role does not exist in this combination of conditions"
            return None, Uncertainty(message, place)
        key = defined or arn
        if key not in self._built:
            built = self._build(*defined) if defined else self._builder.external_role(arn)
            if built is None:
                shown = self._builder.resolver.symbols.show(arn)
                called = self._template.display_name(machine)
                message = f"role '{shown}' of state machine '{called}' is not in this file"
                self._problems.append(InputProblem("role-not-found", message, place))
                return None, Uncertainty(f"role '{shown}' is not in this file", place)
            self._built[key] = built
        return self._built[key], None

    def _build(self, builder: RoleBuilder, role: str) -> BuiltRole:
        built = builder.build(role)
        if builder.template is not self._template:
            # The stack of the role is created first, in a combination of its own conditions.
            names = resources_of_roles(builder.template, {role})
            if conditions_of_resources(builder.template, names):
                place = Place(builder.template.document, ("Conditions",), "key")
                reason = f"conditions of another template decide about {built.role.label}"
                built.role.leave_unknown(Uncertainty(reason, place))
            built = built._replace(policy_resources=[])
            built.role.shared_with = built.role.shared_with or "its own stack"
        return built

    def assumed_roles(
        self, machine: Machine, built: BuiltRole | None, *, certain: bool
    ) -> AssumedRoles:
        """Return the roles that the tasks of a machine assume.

        Adds to the machine's role what their trust policies allow it.
        """
        roles: dict[str, Role] = {
            known.role.logical_id: known.role
            for key, known in self._built.items()
            # The template does not contain the roles of other stacks.
            if isinstance(key, tuple) and key[0] is self._builder
        }
        own = next((name for name, role in roles.items() if built and role is built.role), None)
        assumed = AssumedRoles(self._builder, own, roles)
        assumed.read(machine, certain=certain)
        if built is not None and assumed.policies:
            built.role.resource_policies = [*built.role.resource_policies, *assumed.policies]
        return assumed
