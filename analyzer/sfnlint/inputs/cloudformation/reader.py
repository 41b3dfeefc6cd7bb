"""CloudFormation templates.

The machine: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from sfnlint.asl.machine import is_machine
from sfnlint.iam.policy import Policy
from sfnlint.inputs.cloudformation import includes
from sfnlint.inputs.cloudformation.assumed_roles import AssumedRoles
from sfnlint.inputs.cloudformation.conditions import Truth, combinations, words
from sfnlint.inputs.cloudformation.definitions import DefinitionReader
from sfnlint.inputs.cloudformation.expansion import Expand, no_expansion
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.roles import BuiltRole, RoleBuilder, role_names
from sfnlint.inputs.cloudformation.settings import settings
from sfnlint.inputs.cloudformation.stacks import Scene, Stack
from sfnlint.inputs.cloudformation.template import ROLE, Template, referred, texts_at, touched
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.place import Document, Place
from sfnlint.subject import InputProblem, MachineType, Reading, Subject
from sfnlint.symbol import Symbols

MACHINE = "AWS::StepFunctions::StateMachine"
SAM_MACHINE = "AWS::Serverless::StateMachine"
_MACHINES = {MACHINE, SAM_MACHINE}
_LOOP = "Fn::ForEach"


def matches(data: object) -> bool:
    """Whether data is a template: resources, each with a Type, or loops that make them."""
    resources = data.get("Resources") if isinstance(data, dict) else None
    return isinstance(resources, dict) and any(
        name.startswith(_LOOP)
        if isinstance(resource, list)
        else isinstance(resource, dict) and isinstance(resource.get("Type"), str)
        for name, resource in resources.items()
    )


def read(
    document: Document,
    files: LocalFiles | None = None,
    outside: ExternalContext | None = None,
    stack: Stack | None = None,
    only: Container[str] | None = None,
    symbols: Symbols | None = None,
    expand: Expand = no_expansion,
) -> Reading:
    """The machines of a template, each with its role, in every combination of conditions.

    Args:
        document: the template.
        files: the files that it may name; none when None.
        outside: what is known of what it names and does not hold; nothing when None.
        stack: the stack that it is, where it does not stand alone.
        only: the logical ids of the machines that matter; those that may share a role with one of
            them are read as well. All when None.
        symbols: what the marker characters in the document stand for.
        expand: runs a transform such as SAM's.

    """
    reading = Reading()
    outside = outside or ExternalContext()
    document = includes.with_snippets(document, files) if stack is None else document
    expanded, problems = expand(document)
    reading.problems += problems
    template = Template(expanded, outside.parameters) if stack is None else stack.template
    for machines, roles in _groups(template):
        if only is not None and not any(machine in only for machine in machines):
            continue
        held = stack.stacks.symbols if stack else symbols or Symbols()
        _Group(template, machines, roles, reading, files, outside, stack, held).read()
    if only is None:
        reading.problems += _loops(document)
    # Every combination of conditions has documents of its own: equal is what stands at one place.
    seen = {}
    for problem in reversed(reading.problems):
        located = problem.place.locate()
        seen[problem.kind, id(located.root), located.span, problem.message] = problem
    reading.problems = list(reversed(seen.values()))
    return reading


def _loops(document: Document) -> Iterator[InputProblem]:
    """What makes machines that are not read.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
    """
    resources = document.data["Resources"]  # type: ignore[index]
    for name, body in resources.items():
        if name.startswith(_LOOP) and not _MACHINES.isdisjoint(texts_at(body, "Type")):
            message = f"{name} makes state machines; none of them was checked"
            place = Place(document, ("Resources", name)).key()
            yield InputProblem("definition-not-found", message, place)


def _groups(template: Template) -> Iterator[tuple[list[str], set[str]]]:
    """Machines that can have a role in common, with the roles that they can have."""
    every = set(template.of_type(ROLE))
    groups: list[tuple[list[str], set[str]]] = []
    for machine in template.of_type(MACHINE):
        value = template.properties(machine).get("RoleArn")
        roles = referred(value) & every
        if not roles and value is not None:
            # It may be named by an ARN in so many words.
            roles = {role for role in every if "RoleName" in template.properties(role)}
        together = [group for group in groups if group[1] & roles]
        machines = [one for group in together for one in group[0]]
        groups = [group for group in groups if group not in together]
        groups.append(([*machines, machine], roles.union(*(group[1] for group in together))))
    yield from groups


class _Group:
    """Machines that can have a role in common, which are read together."""

    def __init__(
        self,
        template: Template,
        machines: list[str],
        roles: set[str],
        reading: Reading,
        files: LocalFiles | None,
        outside: ExternalContext,
        stack: Stack | None,
        symbols: Symbols,
    ) -> None:
        self.template = template
        self.machines = machines
        self.roles = roles
        self.reading = reading
        self.outside = outside
        self.stack = stack
        self.symbols = symbols
        self.definitions = DefinitionReader(template, files, symbols, reading.problems)

    def read(self) -> None:
        conditions: set[str] = set()
        if self.template.conditions:
            names = {*self.machines, *role_names(self.template, self.roles)}
            conditions = touched(self.template, names)
        truths = combinations(self.template.conditions, conditions)
        if truths is None:
            self._read({}, certain=False)
            return
        for truth in truths:
            self._read(truth, certain=True)

    def _read(self, truth: Truth, *, certain: bool) -> None:
        scene = None
        if self.stack is None:
            resolver = Resolver(self.template, self.symbols, truth)
            builder = RoleBuilder(self.template, resolver, self.reading.problems, self.outside)
        else:
            scene = self.stack.stacks.scene(self.stack.file, truth, self.outside)
            builder = scene.builder(self.stack.file)
            resolver = builder.resolver
        built: dict[object, BuiltRole] = {}
        for name in self.machines:
            if not builder.exists(name):
                continue
            used = self._role(name, builder, scene, built)
            if used is not None:
                used.role.complete &= certain
            machine = self.definitions.read(name, resolver)
            if machine is None or not is_machine(machine.data):
                if used is not None:
                    used.role.shared_with = used.role.shared_with or name
                if machine is None:
                    continue
                used = None
            # Roles of other stacks are none that this template shows.
            names = {
                known.role.logical_id: known.role
                for one, known in built.items()
                if isinstance(one, tuple) and one[0] is builder
            }
            own = next((one for one, role in names.items() if used and role is used.role), None)
            roles = AssumedRoles(builder, own, names)
            roles.read(machine, certain=certain)
            if used is not None and roles.policies:
                granted = [*used.role.resource_policies, *roles.policies]
                used.role.resource_policies = granted
            self.reading.subjects.append(
                Subject(
                    machine,
                    used.role if used is not None else None,
                    self.symbols,
                    self.template.key(name),
                    name,
                    resolver.attribute(name, "Name"),
                    self._type(name, resolver),
                    words(truth),
                    self._not_awaited(name, used) if used is not None else (),
                    settings(self.template, resolver, name),
                    roles.found,
                )
            )
        if scene is not None:
            self.reading.problems += scene.problems
            scene.problems.clear()

    def _role(
        self,
        name: str,
        builder: RoleBuilder,
        scene: Scene | None,
        built: dict[object, BuiltRole],
    ) -> BuiltRole | None:
        value = self.template.properties(name).get("RoleArn")
        arn = builder.resolver.text(value) if value is not None else None
        if arn is None:
            return None
        role = builder.find(arn)
        found = (builder, role) if role is not None else scene and scene.find(arn)
        if found and not found[0].exists(found[1]):
            return None
        key = found or arn
        if key not in built:
            one = self._built(*found) if found else builder.elsewhere(arn)
            if one is None:
                called, shown = self.template.called(name), self.symbols.show(arn)
                message = f"the role of {called}, {shown}, is not in this file"
                place = self.template.place(name, "RoleArn")
                self.reading.problems.append(InputProblem("role-not-found", message, place))
                return None
            built[key] = one
        return built[key]

    def _built(self, builder: RoleBuilder, role: str) -> BuiltRole:
        built = builder.build(role)
        if builder.template is not self.template:
            # The stack of the role is there before this one, in one of its own combinations.
            conditions = touched(builder.template, role_names(builder.template, {role}))
            built.role.complete &= not conditions
            built = built._replace(sources=[])
            built.role.shared_with = built.role.shared_with or "its own stack"
        return built

    def _type(self, name: str, resolver: Resolver) -> MachineType | None:
        value = resolver.text(self.template.properties(name).get("StateMachineType", "STANDARD"))
        if value in ("STANDARD", None):
            return "STANDARD"
        return "EXPRESS" if value == "EXPRESS" else None

    def _not_awaited(self, name: str, built: BuiltRole) -> list[Policy]:
        missing = self.template.not_awaited(name, [source for _, source in built.sources])
        return [policy for policy, source in built.sources if source in missing]
