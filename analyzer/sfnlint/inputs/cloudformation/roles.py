"""The roles of a template, with everything attached to them.

Resource types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IAM.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import NamedTuple

from sfnlint.iam.policy import Policy
from sfnlint.iam.trust import other_principal
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.other_templates import OtherTemplates
from sfnlint.inputs.cloudformation.policies import PolicyReader
from sfnlint.inputs.cloudformation.resource_policies import (
    GUARDING,
    PERMISSION,
    is_of_service,
    permitted_role,
    resource_policies,
)
from sfnlint.inputs.cloudformation.template import NESTED, ROLE, Template, is_macro, referred, texts
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.policy_files import read_role
from sfnlint.place import Place
from sfnlint.subject import InputProblem, Role
from sfnlint.symbol import Symbol

ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")


class BuiltRole(NamedTuple):
    """A role, and which resource each of its policies comes from.

    Attributes:
        role: the role.
        sources: policies that are resources of their own, with their logical ids.

    """

    role: Role
    sources: list[tuple[Policy, str]]


class RoleBuilder:
    """Puts roles together in one combination of the template's conditions.

    Args:
        template: the template.
        resolver: works values out in that combination.
        troubles: where to say what cannot be read.
        outside: what is known of policies and roles that are not in the template.
        neighbours: the other templates; none when None.

    Attributes:
        policies: reads the policies of the template.

    """

    def __init__(
        self,
        template: Template,
        resolver: Resolver,
        problems: list[InputProblem],
        outside: ExternalContext,
        neighbours: OtherTemplates | None = None,
    ) -> None:
        self.template = template
        self.resolver = resolver
        self.problems = problems
        self.neighbours = neighbours
        self.policies = PolicyReader(template, resolver, problems, outside, neighbours)
        self._attached_names: dict[str, list[str]] = {}
        # Those of policy resources that leave no name open.
        self._closed: dict[str, list[str]] = {}

    @cached_property
    def _references(self) -> set[str | None]:
        """What a Ref to each role of the template gives."""
        return {self.resolver.reference(one) for one in self.template.of_type(ROLE)}

    @cached_property
    def _exported_names(self) -> dict[str, str]:
        """The texts that other stacks can import, with the outputs that export them."""
        outputs = {} if self.neighbours else self.template.outputs
        return {
            text: name
            for name, output in outputs.items()
            if "Export" in as_object(output)
            and (text := self.resolver.text(as_object(output).get("Value"))) is not None
        }

    @cached_property
    def _given_names(self) -> dict[str, str]:
        """The texts that nested stacks are told whose templates are not here, with the stack."""
        found: dict[str, str] = {}
        for stack in self.template.of_type(NESTED):
            if self.exists(stack) and not (self.neighbours and self.neighbours.shows(self, stack)):
                given = as_object(self.template.properties(stack).get("Parameters"))
                for value in given.values():
                    text = self.resolver.text(value)
                    found.update({text: stack} if text is not None else {})
        return found

    def exists(self, name: str) -> bool:
        """Whether a resource is there in this combination."""
        condition = self.template.resources[name].get("Condition")
        return not isinstance(condition, str) or self.resolver.truth.get(condition, True)

    def find(self, arn: str) -> str | None:
        """The role of the template that a text with an ARN means; None when it is elsewhere."""
        for name in self.template.of_type(ROLE):
            own = self.resolver.attribute(name, "Arn")
            tail = own.partition(":iam::")[2].partition(":")[2]
            # Partition and account may be written out on one side only.
            if arn == own or (arn.startswith("arn:") and arn.endswith(f":{tail}")):
                return name
        return None

    def elsewhere(self, arn: str) -> BuiltRole | None:
        """A role that is not in the template; None when nothing is known of it."""
        given = self.policies.outside.role(arn)
        if given is None:
            return None
        role = read_role(given, self.resolver.symbols, self.problems)
        role.complete = role.complete and self.template.macro is None
        role.shared_with = "other templates"
        sources = self._resources(role, lambda source: self._attached(source, arn.split("/")[-1]))
        role.resource_policies = list(self._guards(arn))
        return BuiltRole(role, sources)

    def build(self, name: str) -> BuiltRole:
        """The role of this logical id."""
        properties = self.template.properties(name)
        role = Role(self.template.called(name), self.template.key(name), logical_id=name)
        policies = list(self.policies.inline(name, role))
        managed, known = self.policies.managed(name, role)
        role.policies = [*policies, *known]
        own = self.resolver.reference(name)
        generated = self.resolver.names.is_generated(name)
        sources = self._resources(
            role,
            lambda source: (
                source in managed or self._attached(source, own, name if generated else None)
            ),
        )
        if self.neighbours is not None:
            role.policies = [*role.policies, *self._from_elsewhere(name, role, self.neighbours)]
        if "PermissionsBoundary" in properties:
            role.boundary = self.policies.boundary(name)
            role.complete = role.complete and role.boundary is not None
        if "AssumeRolePolicyDocument" in properties:
            role.trust = self.policies.trust(name)
        macro = self.template.macro
        if any(map(is_macro, properties)):
            macro = ("Resources", name, "Properties")
        if macro is not None:
            place = Place(self.template.document, macro, "key")
            self._leave_open(role, "from what this stands for", place)
        stack = self._given_names.get(own)
        if stack is not None:
            place = self.template.place(stack, "Parameters")
            self._leave_open(role, "in this stack, which is told its name", place)
        output = self._exported_names.get(own)
        if output is not None:
            place = Place(self.template.document, ("Outputs", output))
            self._leave_open(role, "in stacks that import its name", place)
        role.complete = role.complete and all(policy.complete for policy in role.policies)
        arn = self.resolver.attribute(name, "Arn")
        role.resource_policies = list(self._guards(arn, name))
        role.find_user = partial(self._sharing, name, role)
        return BuiltRole(role, sources)

    def _leave_open(self, role: Role, where: str, place: Place) -> None:
        """Say that a role may get policies which are not read, so that nothing is sure to miss."""
        role.complete = False
        message = (
            f"role {role.name} may get more policies {where}; nothing is said to be missing in "
            "the role"
        )
        self.problems.append(InputProblem("policy-not-read", message, place))

    def _resources(
        self, role: Role, attached: Callable[[str], bool | None]
    ) -> list[tuple[Policy, str]]:
        """The policies that are resources of their own, put to the role's."""
        sources: list[tuple[Policy, str]] = []
        for source in self.template.of_type(*ATTACHED):
            verdict = self.exists(source) and attached(source)
            if verdict is None:
                role.complete = False
            elif verdict:
                sources.append((self.policies.resource(source), source))
        role.policies = [*role.policies, *(policy for policy, _ in sources)]
        return sources

    def _from_elsewhere(
        self, name: str, role: Role, neighbours: OtherTemplates
    ) -> Iterator[Policy]:
        """The policies that other templates attach to a role of this one."""
        own = self.resolver.reference(name)
        for builder, source in neighbours.attachments(self):
            names = builder.attached_names(source)
            if own in names:
                yield builder.policies.resource(source)
            elif any(self._is_open(one) for one in names):
                role.complete = False

    def attached_names(self, source: str) -> list[str]:
        """The names of the roles to which a policy resource is attached."""
        if source not in self._attached_names:
            value, _ = self.resolver.tree(given_roles(self.template.properties(source)), ())
            self._attached_names[source] = list(texts(value))
        return self._attached_names[source]

    def _is_open(self, text: str) -> bool:
        """Whether a text may be the name of another role: no name that a service makes up is."""
        parts = [one for one in self.resolver.symbols.split(text) if isinstance(one, Symbol)]
        return bool(parts) and not any(one.kind == "generated" for one in parts)

    @cached_property
    def _permissions(self) -> list[tuple[str, str | None]]:
        """What lets others than services call functions, with the role that it names."""
        return [
            (one, permitted_role(self.template, one))
            for one in self.template.of_type(PERMISSION)
            if not is_of_service(self.template.properties(one).get("Principal"))
        ]

    def _guards(self, arn: str, name: str = "") -> Iterator[Policy]:
        own = self.template.of_type(*GUARDING)
        # The CDK's tests have dozens of roles with a permission each.
        own += [one for one, role in self._permissions if role is None or role == name]
        yield from resource_policies(self.resolver, arn, self.exists, own)
        for builder, sources in self.neighbours.guards(self) if self.neighbours else ():
            yield from resource_policies(builder.resolver, arn, builder.exists, sources)

    def _attached(self, source: str, own: str, generated: str | None = None) -> bool | None:
        """Whether a policy resource names the role itself; None when it may.

        Args:
            source: the policy's logical id.
            own: the role's name.
            generated: its logical id, where the service is yet to make that name up.

        """
        if source in self._closed:
            return own in self._closed[source]
        properties = self.template.properties(source)
        if any(map(is_macro, properties)):
            return None
        names = self.attached_names(source)
        if not any(self._is_open(name) and name not in self._references for name in names):
            self._closed[source] = names
        elif own not in names:
            # A parameter cannot be the name that the service is yet to make up.
            may = generated is None or generated in referred(given_roles(properties))
            return None if may else False
        return own in names

    def _sharing(self, name: str, role: Role) -> str:
        """Who else uses the role, as far as the template shows it."""
        users = self.neighbours.users(self, name) if self.neighbours else ""
        if users := other_principal(role.trust) or users:
            return users
        aside = {*GUARDING, *ATTACHED, "AWS::StepFunctions::StateMachine", PERMISSION}
        for other, resource in self.template.resources.items():
            is_user = resource["Type"] not in aside and other != name
            if is_user and name in self.template.references(other):
                return other
        return ""


def given_roles(properties: Mapping[str, object]) -> object:
    """The roles to which a policy resource is attached, as they are written."""
    return properties.get("RoleName", properties.get("Roles", []))


def role_names(template: Template, roles: Iterable[str]) -> set[str]:
    """Everything on which what these roles grant depends: they, and what may be attached."""
    roles = set(roles)
    fields = ("ManagedPolicyArns", "PermissionsBoundary")
    named = referred([template.properties(role).get(field) for role in roles for field in fields])
    return roles | {
        source
        for source in template.of_type(*ATTACHED)
        if source in named or _names_any(template, source, roles)
    }


def _names_any(template: Template, source: str, roles: set[str]) -> bool:
    properties = template.properties(source)
    value = [properties.get("Roles"), properties.get("RoleName")]
    # A role may also be named by its name, in so many words.
    return bool(referred(value) & roles) or any(isinstance(one, str) for one in _leaves(value))


def _leaves(data: object) -> Iterator[object]:
    if isinstance(data, list):
        for one in data:
            yield from _leaves(one)
    else:
        yield data
