"""The policies of a template: in its roles, as resources of their own, and those that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from sfnlint.catalog.resource_template import PARTITION
from sfnlint.iam.managed_policies import managed_policy
from sfnlint.iam.policy import Policy, PolicyKind, parse_policy
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.other_templates import OtherTemplates
from sfnlint.inputs.cloudformation.template import Template
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.policy_files import read_policy
from sfnlint.place import Place, Route
from sfnlint.source import DocumentView, embed
from sfnlint.subject import InputProblem, Role

READY_MADE = "sfn-lint:ready-made"
"""Marks a policy that a transform writes: it can only be granted as a whole."""


class PolicyReader:
    """Reads policies in one combination of the template's conditions.

    Args:
        template: the template.
        resolver: works values out in that combination.
        troubles: where to say what cannot be read.
        outside: what is known of policies that are not in the template.
        neighbours: the other templates; none when None.

    """

    def __init__(
        self,
        template: Template,
        resolver: Resolver,
        problems: list[InputProblem],
        outside: ExternalContext,
        neighbours: OtherTemplates | None,
    ) -> None:
        self._template = template
        self._resolver = resolver
        self._troubles = problems
        self.outside = outside
        self._neighbours = neighbours

    @cached_property
    def _managed_policies(self) -> dict[str, str]:
        """The managed policies of the template, by what a Ref to each gives."""
        own = self._template.of_type("AWS::IAM::ManagedPolicy")
        return {self._resolver.reference(one): one for one in own}

    def inline(self, name: str, role: Role) -> Iterator[Policy]:
        """The policies that stand in a role itself; what cannot be read leaves it not complete."""
        path = _path(name, "Policies")
        given = self._template.properties(name).get("Policies")
        if given is None:
            return
        value, moved = self._resolver.tree(given, path)
        view = DocumentView(self._template.document, value, moved, path)
        entries = _entries(value)
        # What is no policy is left open by the file: there may be any policy.
        role.complete = role.complete and all(isinstance(entry, dict) for entry in entries)
        for index, entry in enumerate(entries):
            if isinstance(entry, dict):
                title = entry.get("PolicyName")
                shown = f"{role.name}/{title}" if isinstance(title, str) else role.name
                document = entry.get("PolicyDocument")
                policy = self._parsed(view, (index, "PolicyDocument"), document, shown, "identity")
                yield policy._replace(predefined=True) if READY_MADE in entry else policy

    def managed(self, name: str, role: Role) -> tuple[set[str], list[Policy]]:
        """The managed policies that a role names; what cannot be read leaves it not complete.

        Returns:
            The logical ids of the template's own, and the others.

        """
        path = _path(name, "ManagedPolicyArns")
        given = self._template.properties(name).get("ManagedPolicyArns")
        if given is None:
            return set(), []
        value, moved = self._resolver.tree(given, path)
        view = DocumentView(self._template.document, value, moved, path)
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
            shown = self._resolver.symbols.show(arn if isinstance(arn, str) else "a value")
            where = "known to this version" if ":iam::aws:policy/" in shown else "in this file"
            message = (
                f"the policy {shown} of role {role.name} is not {where}; nothing is said to be "
                "missing in the role"
            )
            self._troubles.append(InputProblem("policy-not-read", message, place))
        return found, known

    def resource(self, source: str) -> Policy:
        """A policy that is a resource of its own."""
        policy = self._document(source, "PolicyDocument", "identity")
        predefined = READY_MADE in self._template.properties(source)
        return policy._replace(predefined=True) if predefined else policy

    def boundary(self, name: str) -> Policy | None:
        """The permissions boundary of a role that has one; None when it cannot be read."""
        arn = self._resolver.text(self._template.properties(name)["PermissionsBoundary"])
        if arn in self._managed_policies:
            return self.resource(self._managed_policies[arn])
        place = self._template.place(name, "PermissionsBoundary")
        if arn is not None:
            if (policy := self._managed_elsewhere(arn, place)) is not None:
                return policy
            called = self._template.called(name)
            message = f"the permissions boundary of role {called} is not in this file"
            self._troubles.append(InputProblem("policy-not-read", message, place))
        return None

    def trust(self, name: str) -> Policy:
        """The trust policy of a role that has one."""
        return self._document(name, "AssumeRolePolicyDocument", "trust")

    def _managed_elsewhere(self, arn: str, place: Place) -> Policy | None:
        """A managed policy that is not in the template; None when its text is not known.

        One of AWS stands at the place that names it, with all that is in it. Whoever uses the role
        wrote neither that nor what other roles have as well.
        """
        symbols = self._resolver.symbols
        found = self._neighbours.managed(arn) if self._neighbours else None
        if found is not None:
            return found[0].policies.resource(found[1])
        document = self.outside.policy(arn)
        if document is not None:
            policy = read_policy(document, symbols, "identity", self._troubles)
            # What cannot be read is said, and leaves open what the role may do.
            policy = policy._replace(place=place) if policy else Policy(place, complete=False)
        else:
            data = managed_policy(arn, symbols.mark(PARTITION))
            if data is None:
                return None
            policy = parse_policy(place, symbols, data, arn.rpartition("/")[2])
        statements = tuple(one._replace(aws_managed=True) for one in policy.statements)
        return policy._replace(statements=statements, predefined=True)

    def _document(self, name: str, field: str, kind: PolicyKind) -> Policy:
        path = _path(name, field)
        value, moved = self._resolver.tree(self._template.at(path), path)
        view = DocumentView(self._template.document, value, moved, path)
        return self._parsed(view, (), value, self._template.called(name), kind)

    def _parsed(
        self, view: DocumentView, path: Route, value: object, shown: str, kind: PolicyKind
    ) -> Policy:
        place = Place(view, path)
        symbols = self._resolver.symbols
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            # A document may be given as JSON in a text.
            written = view.in_base(path)
            pieces = self._resolver.pieces(self._template.at(written), written)
            if pieces:
                place = Place(embed(pieces))
                value = place.document.data
        if isinstance(value, str):
            message = f"a policy document of {shown} is not in this file"
            self._troubles.append(InputProblem("policy-not-read", message, place))
        policy = parse_policy(place, symbols, value, shown, kind)
        for message, at in policy.problems:
            self._troubles.append(InputProblem("malformed-policy", message, at))
        return policy


def _path(name: str, field: str) -> Route:
    return ("Resources", name, "Properties", field)


def _entries(value: object) -> Sequence[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
