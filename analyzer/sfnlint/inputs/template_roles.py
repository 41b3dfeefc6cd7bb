"""The roles of a template, with everything attached to them.

Resource types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_IAM.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from sfnlint.catalog.template import PARTITION
from sfnlint.iam.managed import document as managed_document
from sfnlint.iam.policy import Policy, PolicyKind, parse_policy
from sfnlint.inputs.asl import read_policy, read_role
from sfnlint.inputs.intrinsics import Resolver
from sfnlint.inputs.neighbours import Neighbours
from sfnlint.inputs.outside import Outside
from sfnlint.inputs.resource_policies import GUARDING, PERMISSION, resource_policies
from sfnlint.inputs.sam_policies import READY_MADE
from sfnlint.inputs.template import ROLE, Template, is_macro, referred, texts
from sfnlint.place import Path, Place
from sfnlint.source import View, embed
from sfnlint.subject import Role, Trouble
from sfnlint.symbol import Symbol

ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
_STEP_FUNCTIONS = re.compile(r"Service:states\..*", re.DOTALL)


class BuiltRole(NamedTuple):
    """A role, and which resource each of its policies comes from.

    Attributes:
        role: the role.
        sources: policies that are resources of their own, with their logical ids.
        managed: those of them that the role itself names.

    """

    role: Role
    sources: list[tuple[Policy, str]]
    managed: set[str]


class RoleBuilder:
    """Puts roles together in one combination of the template's conditions.

    Args:
        template: the template.
        resolver: works values out in that combination.
        troubles: where to say what cannot be read.
        outside: what is known of policies and roles that are not in the template.
        neighbours: the other templates; none when None.

    """

    def __init__(
        self,
        template: Template,
        resolver: Resolver,
        troubles: list[Trouble],
        outside: Outside,
        neighbours: Neighbours | None = None,
    ) -> None:
        self.template = template
        self.resolver = resolver
        self.troubles = troubles
        self.outside = outside
        self.neighbours = neighbours
        self._attached_names: dict[str, list[str]] = {}
        # Those of policy resources that leave no name open.
        self._closed: dict[str, list[str]] = {}

    @cached_property
    def _references(self) -> set[str | None]:
        """What a Ref to each role of the template gives."""
        return {self.resolver.reference(one) for one in self.template.of_type(ROLE)}

    @cached_property
    def _managed_policies(self) -> dict[str, str]:
        """The managed policies of the template, by what a Ref to each gives."""
        own = self.template.of_type("AWS::IAM::ManagedPolicy")
        return {self.resolver.reference(one): one for one in own}

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
        given = self.outside.role(arn)
        if given is None:
            return None
        role = read_role(given, self.resolver.symbols, self.troubles)
        role.complete = role.complete and self.template.macro is None
        role.shared_with = "other templates"
        sources = self._resources(role, lambda source: self._attached(source, arn.split("/")[-1]))
        role.resource_policies = list(self._guards(arn))
        return BuiltRole(role, sources, set())

    def build(self, name: str) -> BuiltRole:
        """The role of this logical id."""
        properties = self.template.properties(name)
        called = self.template.called(name)
        role = Role(called, self.template.key(name), logical_id=name)
        policies = list(self._inline(name, role))
        managed, known = self._managed(name, role)
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
            role.boundary = self._boundary(name)
            role.complete = role.complete and role.boundary is not None
        if "AssumeRolePolicyDocument" in properties:
            role.trust = self._document(name, ("AssumeRolePolicyDocument",), called, "trust")
        macro = self.template.macro
        if any(map(is_macro, properties)):
            macro = self._path(name)
        if macro is not None:
            role.complete = False
            message = (
                f"role {called} may get more policies from what this stands for; nothing is said "
                "to be missing in the role"
            )
            self.troubles.append(
                Trouble("policy-not-read", message, Place(self.template.document, macro, "key"))
            )
        role.complete = role.complete and all(policy.complete for policy in role.policies)
        arn = self.resolver.attribute(name, "Arn")
        role.resource_policies = list(self._guards(arn))
        role.shared_with = self._sharing(name, role)
        return BuiltRole(role, sources, managed)

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
                sources.append((self._attachable(source), source))
        role.policies = [*role.policies, *(policy for policy, _ in sources)]
        return sources

    def _attachable(self, source: str) -> Policy:
        """A policy that is a resource of its own."""
        policy = self._document(source, ("PolicyDocument",), self.template.called(source))
        ready_made = READY_MADE in self.template.properties(source)
        return policy._replace(ready_made=True) if ready_made else policy

    def _from_elsewhere(self, name: str, role: Role, neighbours: Neighbours) -> Iterator[Policy]:
        """The policies that other templates attach to a role of this one."""
        own = self.resolver.reference(name)
        for builder, source in neighbours.attachments(self):
            names = builder.attached_names(source)
            if own in names:
                yield builder._attachable(source)
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

    def _guards(self, arn: str) -> Iterator[Policy]:
        own = [*self.template.of_type(*GUARDING), *self.template.of_type(PERMISSION)]
        yield from resource_policies(self.resolver, arn, self.exists, own)
        for builder, sources in self.neighbours.guards(self) if self.neighbours else ():
            yield from resource_policies(builder.resolver, arn, builder.exists, sources)

    def _inline(self, name: str, role: Role) -> Iterator[Policy]:
        value, moved = self.resolver.tree(
            self.template.properties(name).get("Policies", []), self._path(name, "Policies")
        )
        view = View(self.template.document, value, moved, self._path(name, "Policies"))
        entries = _entries(value)
        # What is no policy is left open by the file: there may be any policy.
        role.complete = role.complete and all(isinstance(entry, dict) for entry in entries)
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                title = entry.get("PolicyName")
                shown = f"{role.name}/{title}" if isinstance(title, str) else role.name
                document = entry.get("PolicyDocument")
                policy = self._parsed(view, (index, "PolicyDocument"), document, shown, "identity")
                yield policy._replace(ready_made=True) if READY_MADE in entry else policy

    def _managed(self, name: str, role: Role) -> tuple[set[str], list[Policy]]:
        """The managed policies that the role names: the template's, and AWS's own."""
        path = self._path(name, "ManagedPolicyArns")
        given = self.template.properties(name).get("ManagedPolicyArns", [])
        value, moved = self.resolver.tree(given, path)
        view = View(self.template.document, value, moved, path)
        own = self._managed_policies
        found: set[str] = set()
        known: list[Policy] = []
        for index, arn in enumerate(_entries(value)):
            if isinstance(arn, str) and arn in own:
                found.add(own[arn])
                continue
            place = Place(view, (index,) if isinstance(value, list) else ())
            policy = self._managed_elsewhere(arn, place) if isinstance(arn, str) else None
            if policy is not None:
                known.append(policy)
                continue
            role.complete = False
            shown = self.resolver.symbols.show(arn if isinstance(arn, str) else "a value")
            where = "known to this version" if ":iam::aws:policy/" in shown else "in this file"
            message = (
                f"the policy {shown} of role {role.name} is not {where}; nothing is said to be "
                "missing in the role"
            )
            self.troubles.append(Trouble("policy-not-read", message, place))
        return found, known

    def _managed_elsewhere(self, arn: str, place: Place) -> Policy | None:
        """A managed policy that is not in the template; None when its text is not known.

        One of AWS stands at the place that names it, with all that is in it. Whoever uses the role
        wrote neither that nor what other roles have as well.
        """
        symbols = self.resolver.symbols
        found = self.neighbours.managed(arn) if self.neighbours else None
        if found is not None:
            return found[0]._attachable(found[1])
        document = self.outside.policy(arn)
        if document is not None:
            policy = read_policy(document, symbols, "identity", self.troubles)
            # What cannot be read is said, and leaves open what the role may do.
            policy = policy._replace(place=place) if policy else Policy(place, complete=False)
        else:
            data = managed_document(arn, symbols.mark(PARTITION))
            if data is None:
                return None
            policy = parse_policy(place, symbols, data, arn.rpartition("/")[2])
        statements = tuple(one._replace(managed=True) for one in policy.statements)
        return policy._replace(statements=statements, ready_made=True)

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
        if not any(name not in self._references and self._is_open(name) for name in names):
            self._closed[source] = names
        elif own not in names:
            # A parameter cannot be the name that the service is yet to make up.
            may = generated is None or generated in referred(given_roles(properties))
            return None if may else False
        return own in names

    def _boundary(self, name: str) -> Policy | None:
        arn = self.resolver.text(self.template.properties(name)["PermissionsBoundary"])
        if arn in self._managed_policies:
            return self._attachable(self._managed_policies[arn])
        place = self.template.place(name, "PermissionsBoundary")
        if arn is not None:
            if (policy := self._managed_elsewhere(arn, place)) is not None:
                return policy
            called = self.template.called(name)
            message = f"the permissions boundary of role {called} is not in this file"
            self.troubles.append(Trouble("policy-not-read", message, place))
        return None

    def _document(self, name: str, path: Path, shown: str, kind: PolicyKind = "identity") -> Policy:
        full = self._path(name, *path)
        value, moved = self.resolver.tree(self.template.at(full), full)
        view = View(self.template.document, value, moved, full)
        return self._parsed(view, (), value, shown, kind)

    def _parsed(
        self, view: View, path: Path, value: object, shown: str, kind: PolicyKind
    ) -> Policy:
        place = Place(view, path)
        symbols = self.resolver.symbols
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            # A document may be given as JSON in a text.
            written = view.in_base(path)
            pieces = self.resolver.pieces(self.template.at(written), written)
            if pieces:
                place = Place(embed(pieces))
                value = place.document.data
        if isinstance(value, str):
            message = f"a policy document of {shown} is not in this file"
            self.troubles.append(Trouble("policy-not-read", message, place))
        policy = parse_policy(place, symbols, value, shown, kind)
        for message, at in policy.problems:
            self.troubles.append(Trouble("malformed-policy", message, at))
        return policy

    def _sharing(self, name: str, role: Role) -> str:
        """Who else uses the role, as far as the template shows it."""
        users = self.neighbours.users(self, name) if self.neighbours else ""
        if users := trusted_besides(role.trust) or users:
            return users
        aside = {*GUARDING, *ATTACHED, "AWS::StepFunctions::StateMachine", PERMISSION}
        for other, names in self.template.references.items():
            kind = self.template.resources[other]["Type"]
            if name in names and other != name and kind not in aside:
                return other
        return ""

    def _path(self, name: str, *path: str | int) -> Path:
        return ("Resources", name, "Properties", *path)


def _entries(value: object) -> Sequence[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def given_roles(properties: Mapping[str, object]) -> object:
    """The roles to which a policy resource is attached, as they are written."""
    return properties.get("RoleName", properties.get("Roles", []))


def trusted_besides(trust: Policy | None) -> str:
    """Who may assume a role besides Step Functions; empty when nobody may."""
    for statement in trust.statements if trust else ():
        for item in statement.principals or ():
            if not _STEP_FUNCTIONS.fullmatch(str(item.pattern)):
                return str(item.pattern).partition(":")[2]
    return ""


def role_names(template: Template, roles: Iterable[str]) -> set[str]:
    """Everything on which what these roles grant depends: they, and what may be attached."""
    roles = set(roles)
    return roles | {
        source
        for source in template.of_type(*ATTACHED)
        if _names_any(template, source, roles)
        or any(
            source in referred(template.properties(role).get(field))
            for role in roles
            for field in ("ManagedPolicyArns", "PermissionsBoundary")
        )
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
