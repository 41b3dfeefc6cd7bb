"""CloudFormation templates.

The machine: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from sfnlint.asl.machine import Machine, is_machine, is_meant
from sfnlint.iam.policy import Policy
from sfnlint.inputs import external, includes, sam
from sfnlint.inputs.assumed_roles import AssumedRoles
from sfnlint.inputs.conditions import Truth, combinations, words
from sfnlint.inputs.intrinsics import Resolver, intrinsic
from sfnlint.inputs.objects import as_object
from sfnlint.inputs.outside import Outside
from sfnlint.inputs.stacks import Scene, Stack
from sfnlint.inputs.substitutions import filled, substituted_pieces, undefined, used
from sfnlint.inputs.template import IN_SUB, ROLE, Template, has_macro, referred, texts_at, touched
from sfnlint.inputs.template_roles import BuiltRole, RoleBuilder, role_names
from sfnlint.inputs.template_settings import settings
from sfnlint.place import Document, Place
from sfnlint.source import EmbeddedDocument, TextDocument, View, embed
from sfnlint.subject import MachineType, Reading, Subject, Trouble, TroubleKind
from sfnlint.symbol import MARKER, Symbols

MACHINE = "AWS::StepFunctions::StateMachine"
_MACHINES = {MACHINE, sam.MACHINE}
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
    files: external.Files | None = None,
    outside: Outside | None = None,
    stack: Stack | None = None,
    only: Container[str] | None = None,
    symbols: Symbols | None = None,
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

    """
    reading = Reading()
    outside = outside or Outside()
    document = includes.with_snippets(document, files) if stack is None else document
    template = Template(document, outside.parameters) if stack is None else stack.template
    if sam.matches(document.data):
        expanded = sam.expanded(document)
        reading.troubles += expanded.troubles
        if stack is None:
            template = Template(expanded, outside.parameters)
    for machines, roles in _groups(template):
        if only is not None and not any(machine in only for machine in machines):
            continue
        held = stack.stacks.symbols if stack else symbols or Symbols()
        _Group(template, machines, roles, reading, files, outside, stack, held).read()
    if only is None:
        reading.troubles += _loops(document)
    # Every combination of conditions has documents of its own: equal is what stands at one place.
    seen = {}
    for trouble in reversed(reading.troubles):
        located = trouble.place.locate()
        seen[trouble.kind, id(located.root), located.span, trouble.message] = trouble
    reading.troubles = list(reversed(seen.values()))
    return reading


def _loops(document: Document) -> Iterator[Trouble]:
    """What makes machines that are not read.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
    """
    resources = document.data["Resources"]  # type: ignore[index]
    for name, body in resources.items():
        if name.startswith(_LOOP) and not _MACHINES.isdisjoint(texts_at(body, "Type")):
            message = f"{name} makes state machines; none of them was checked"
            place = Place(document, ("Resources", name)).key()
            yield Trouble("definition-not-found", message, place)


def _groups(template: Template) -> Iterator[tuple[list[str], set[str]]]:
    """Machines that can have a role in common, with the roles that they can have."""
    every = template.of_type(ROLE)
    groups: list[tuple[list[str], set[str]]] = []
    for machine in template.of_type(MACHINE):
        value = template.properties(machine).get("RoleArn")
        roles = referred(value) & set(every)
        if not roles and value is not None:
            # It may be named by an ARN in so many words.
            roles = {role for role in every if "RoleName" in template.properties(role)}
        together = [group for group in groups if group[1] & roles]
        machines = [one for group in together for one in group[0]]
        groups = [group for group in groups if group not in together]
        groups.append(([*machines, machine], roles.union(*(group[1] for group in together))))
    yield from groups


class _Group:
    def __init__(
        self,
        template: Template,
        machines: list[str],
        roles: set[str],
        reading: Reading,
        files: external.Files | None,
        outside: Outside,
        stack: Stack | None,
        symbols: Symbols,
    ) -> None:
        self.template = template
        self.machines = machines
        self.roles = roles
        self.reading = reading
        self.files = files
        self.outside = outside
        self.stack = stack
        self.symbols = symbols

    def read(self) -> None:
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
            builder = RoleBuilder(self.template, resolver, self.reading.troubles, self.outside)
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
            machine = self._machine(name, resolver)
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
            self.reading.troubles += scene.troubles
            scene.troubles.clear()

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
                shown = self.symbols.show(arn)
                message = f"the role of {self._called(name)}, {shown}, is not in this file"
                self._trouble("role-not-found", message, self.template.place(name, "RoleArn"))
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

    def _machine(self, name: str, resolver: Resolver) -> Machine | None:
        properties = self.template.properties(name)
        value, _ = resolver.tree(properties.get("DefinitionSubstitutions", {}), ())
        substitutions = {key: resolver.text(one) or "" for key, one in as_object(value).items()}
        document: Document | None = None
        path = ("Resources", name, "Properties", "Definition")
        written, at = properties.get("Definition"), self.template.place(name, "Definition")
        location = external.included(written)
        if location is not None and external.is_local(location) and self.files is not None:
            included = self._file(name, "Definition", location)
            if included is None or not self._is_read(included):
                return None
            written, at = included.data, Place(included)
            value, moved = resolver.tree(written, (), substitutions)
            document = View(included, value, moved)
        elif "Definition" in properties:
            document = self._object(written, path, resolver, substitutions)
        elif "DefinitionString" in properties:
            data = properties["DefinitionString"]
            path = (*path[:-1], "DefinitionString")
            function, argument = intrinsic(data)
            if function == "Fn::ToJsonString":
                document = self._object(argument, (*path, function), resolver, substitutions)
            else:
                pieces = resolver.pieces(data, path)
                if pieces:
                    embedded = embed(substituted_pieces(pieces, substitutions))
                    if not self._is_read(embedded):
                        return None
                    document = embedded
        elif "DefinitionS3Location" in properties:
            document = self._external(name, resolver, substitutions)
            if document is None:
                return None
        if "DefinitionS3Location" not in properties and not has_macro(written):
            names = used([written, properties.get("DefinitionString")])
            self._check_substitutions(name, at, written, names)
        if document is None or not is_meant(document.data):
            self._elsewhere(name, properties)
            return None
        data = document.data
        return Machine(document, data) if isinstance(data, dict) else None

    def _external(
        self, name: str, resolver: Resolver, substitutions: Mapping[str, str]
    ) -> Document | None:
        """A definition in a file of its own; None when it cannot be read, which is said."""
        location = self.template.properties(name)["DefinitionS3Location"]
        file = resolver.text(location)
        if self.files is not None:
            file = self.files.asset(location) or file
        place = self.template.place(name, "DefinitionS3Location")
        if file is None or self.files is None or not external.is_local(file):
            self._elsewhere(name, self.template.properties(name))
            return None
        document = self._file(name, "DefinitionS3Location", file)
        if document is None:
            return None
        whole = filled(document, substitutions, self.symbols)
        if not self._is_read(whole if isinstance(whole, EmbeddedDocument) else document):
            return None
        if not is_meant(whole.data):
            message = f"the definition of {self._called(name)}, {file}, is no state machine"
            self._trouble("definition-not-found", message, place)
            return None
        names = {match[2] for match in IN_SUB.finditer(document.text)}
        self._check_substitutions(name, Place(document), document.data, names)
        return whole

    def _file(self, name: str, field: str, file: str) -> TextDocument | None:
        """A file that holds a definition; None when it is not read, which is said."""
        if self.files is None:
            return None
        try:
            return self.files.read(file)
        except external.NotReadError as error:
            kind: TroubleKind = (
                "definition-file-missing" if error.missing else "definition-not-found"
            )
            message = f"the definition of {self._called(name)}, {file}, {error}"
            self._trouble(kind, message, self.template.place(name, field))
            return None

    def _check_substitutions(
        self, name: str, definition: Place, data: object, names: Container[str]
    ) -> None:
        """Say which placeholders nothing fills in, and which substitutions nothing uses."""
        properties = self.template.properties(name)
        fields = ("DefinitionSubstitutions", "DefinitionS3Location", "Definition")
        place = self.template.place(name, next((one for one in fields if one in properties), ""))
        known = as_object(properties.get("DefinitionSubstitutions"))
        if any(one.startswith("Fn::") for one in known):
            return
        for one, path in undefined(data, known):
            called = self._called(name)
            message = f"DefinitionSubstitutions of {called} lacks {one}, which its definition uses"
            trouble = Trouble("undefined-substitution", message, place, definition.at(*path))
            self.reading.troubles.append(trouble)
        # A definition that depends on a condition may use what another one does not.
        if isinstance(properties.get("DefinitionS3Location", ""), dict):
            return
        for one in known:
            if one not in names:
                message = f"the definition of {self._called(name)} does not use ${{{one}}}"
                place = self.template.place(name, "DefinitionSubstitutions", one).key()
                self._trouble("unused-substitution", message, place)

    def _object(
        self,
        data: object,
        path: tuple[str | int, ...],
        resolver: Resolver,
        substitutions: Mapping[str, str],
    ) -> View:
        value, moved = resolver.tree(data, path, substitutions)
        return View(self.template.document, value, moved, path)

    def _is_read(self, embedded: EmbeddedDocument | TextDocument) -> bool:
        self.reading.troubles += map(Trouble.of, embedded.problems)
        if embedded.error is not None and MARKER.search(embedded.text):
            message = "this definition is put together from parts that are not in this file"
            self._trouble("definition-not-found", message, embedded.error.place)
        elif embedded.error is not None:
            self._trouble("unreadable", embedded.error.message, embedded.error.place)
        return embedded.error is None

    def _elsewhere(self, name: str, properties: Mapping[str, object]) -> None:
        for field in ("DefinitionS3Location", "DefinitionString", "Definition"):
            if field in properties:
                called = self._called(name)
                message = f"the definition of {called} is not in this file; it was not checked"
                self._trouble("definition-not-found", message, self.template.place(name, field))
                return

    def _type(self, name: str, resolver: Resolver) -> MachineType | None:
        value = resolver.text(self.template.properties(name).get("StateMachineType", "STANDARD"))
        if value in ("STANDARD", None):
            return "STANDARD"
        return "EXPRESS" if value == "EXPRESS" else None

    def _not_awaited(self, name: str, built: BuiltRole) -> list[Policy]:
        awaited = self.template.awaited(name) if built.sources else set()
        return [policy for policy, source in built.sources if source not in awaited]

    def _called(self, name: str) -> str:
        return self.template.called(name)

    def _trouble(self, kind: TroubleKind, message: str, place: Place) -> None:
        self.reading.troubles.append(Trouble(kind, message, place))
