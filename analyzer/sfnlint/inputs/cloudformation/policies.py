"""Reads the policies of a template: inline, as resources, managed, boundaries, trust policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from sfnlint.catalog.resource_template import PARTITION
from sfnlint.iam.alternatives import one_of, perhaps
from sfnlint.iam.decision import Limit, Uncertainty
from sfnlint.iam.managed_policies import AWS_MANAGED, managed_policy
from sfnlint.iam.policy import Policy, PolicyKind
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import Template
from sfnlint.inputs.cloudformation.variants import variants
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.policy_files import read_policy
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route
from sfnlint.source import DocumentView, embed
from sfnlint.subject import InputProblem, Role


class ManagedPolicies(NamedTuple):
    """The managed policies of a role.

    Attributes:
        own: the logical ids of the template's own policies.
        perhaps_own: those of its own policies that may be attached.
        others: the other policies.

    """

    own: set[str]
    perhaps_own: set[str]
    others: list[Policy]

    def attached(self, name: str) -> bool | None:
        """Return whether one of the template's own policies is attached; None when unknown."""
        return name in self.own or (None if name in self.perhaps_own else False)


class _Entry(NamedTuple):
    """An element of a list, with its document and its route in it."""

    view: DocumentView
    route: Route
    value: object


PREDEFINED = "sfn-lint:predefined"
"""Marks a policy that a transform writes: it can only be granted as a whole."""
PREDEFINED_TRUST = "sfn-lint:predefined-trust"
"""Marks a role whose trust policy a transform writes."""


class PolicyReader:
    """Reads policies in one combination of the template's conditions.

    Args:
        template: the template.
        resolver: resolves values in that combination.
        problems: where problems are appended.
        context: policies that the template names and does not contain.
        find_managed_policy: returns a managed policy of another stack by its ARN.

    Attributes:
        context: the policies that the template names and does not contain.

    """

    def __init__(
        self,
        template: Template,
        resolver: Resolver,
        problems: list[InputProblem],
        context: ExternalContext,
        find_managed_policy: Callable[[str], Policy | None] | None = None,
    ) -> None:
        self._template = template
        self._resolver = resolver
        self._problems = problems
        self.context = context
        self._find_managed_policy = find_managed_policy

    @cached_property
    def _managed_policies(self) -> dict[str, str]:
        """The logical ids of the template's managed policies, by the result of a Ref."""
        names = self._template.of_type("AWS::IAM::ManagedPolicy")
        return {self._resolver.ref(name): name for name in names}

    @cached_property
    def _managed_policies_by_tail(self) -> dict[str | None, str]:
        return {_after_account(arn): name for arn, name in self._managed_policies.items()}

    def inline_policies(self, name: str, role: Role) -> Iterator[Policy]:
        """Yield the Policies of a role; one that cannot be read is added to its unread policies."""
        for versions in self._entries(name, "Policies"):
            policies = [
                policy
                for entry in versions
                if (policy := self._inline_policy(entry, role)) is not None
            ]
            if len(policies) == len(versions):
                yield self._checked(one_of(policies))
            elif policies:
                yield self._checked(perhaps(one_of(policies)))

    def _inline_policy(self, entry: _Entry | None, role: Role) -> Policy | None:
        if entry is None:
            return None
        view, route, value = entry
        if not isinstance(value, dict):
            place = Place(view, route)
            message = f"an inline policy of role '{role.name}' is not in this file"
            role.unread_policies.append(Uncertainty(message, place))
            message += ", so missing permissions of the role are not reported"
            self._problems.append(InputProblem("policy-not-read", message, place))
            return None
        policy_name = value.get("PolicyName")
        shown = f"{role.name}/{policy_name}" if isinstance(policy_name, str) else role.name
        document = value.get("PolicyDocument")
        policy = self._parse(view, (*route, "PolicyDocument"), document, shown, "identity")
        if PREDEFINED in value:
            return policy._replace(predefined=True, written=())
        return policy.stored("inline")

    def managed_policies(self, name: str, role: Role) -> ManagedPolicies:
        """Return the ManagedPolicyArns of a role; adds the others to its unread policies."""
        attached = ManagedPolicies(set(), set(), [])
        for versions in self._entries(name, "ManagedPolicyArns"):
            arns = [entry.value if entry else None for entry in versions]
            for entry in versions:
                if entry is not None:
                    certain = all(arn == arns[0] for arn in arns)
                    self._add_managed_policy(entry, role, attached, certain=certain)
        return attached

    def _add_managed_policy(
        self, entry: _Entry, role: Role, attached: ManagedPolicies, *, certain: bool
    ) -> None:
        arn = entry.value
        logical_id = self._own_managed_policy(arn) if isinstance(arn, str) else None
        if logical_id is not None:
            (attached.own if certain else attached.perhaps_own).add(logical_id)
            return
        place = Place(entry.view, entry.route)
        policy = self._external_policy(arn, place) if isinstance(arn, str) else None
        if policy is not None:
            attached.others.append(policy if certain else perhaps(policy))
            return
        arn = f" '{self._resolver.symbols.show(arn)}'" if isinstance(arn, str) else ""
        is_aws = AWS_MANAGED in arn
        where = "unknown to this version of sfn-lint" if is_aws else "not in this file"
        message = f"policy{arn} of role '{role.name}' is {where}"
        role.unread_policies.append(Uncertainty(message, place))
        message += ", so missing permissions of the role are not reported"
        self._problems.append(InputProblem("policy-not-read", message, place))

    def _entries(self, name: str, field: str) -> Iterator[list[_Entry | None]]:
        """Yield the elements of a list, each in the versions of which the files do not show one.

        A version is None where the element does not exist.
        """
        route = _route(name, field)
        written = self._template.properties(name).get(field)
        parts = enumerate(written) if isinstance(written, list) else []
        items: list[tuple[object, Route]] = [(item, (*route, index)) for index, item in parts]
        for item, at in items or [(written, route)]:
            versions: list[list[_Entry]] = []
            for value, moved in variants(self._resolver, item, at):
                view = DocumentView(self._template.document, value, moved, at)
                if isinstance(value, list):
                    versions.append(
                        [_Entry(view, (index,), entry) for index, entry in enumerate(value)]
                    )
                else:
                    versions.append([] if value is None else [_Entry(view, (), value)])
            if len(versions) == 1 or any(len(version) > 1 for version in versions):
                absent = [None] if len(versions) > 1 else []
                yield from ([entry, *absent] for version in versions for entry in version)
            else:
                yield [version[0] if version else None for version in versions]

    def policy_resource(self, name: str) -> Policy:
        """Return a policy that is a resource of its own."""
        policy = self._property(name, "PolicyDocument", "identity")
        predefined = PREDEFINED in self._template.properties(name)
        if predefined:
            return policy._replace(predefined=True, written=())
        is_managed = self._template.resources[name]["Type"] == "AWS::IAM::ManagedPolicy"
        return policy.stored("managed" if is_managed else "inline")

    def add_boundary(self, name: str, role: Role) -> None:
        """Add the PermissionsBoundary of a role to its limits, or to its unread limits."""
        written = self._template.properties(name)["PermissionsBoundary"]
        arn = self._resolver.string(written)
        if arn is None:
            return
        place = self._template.property_place(name, "PermissionsBoundary")
        logical_id = self._own_managed_policy(arn)
        if logical_id is not None:
            policy: Policy | None = self.policy_resource(logical_id)
        else:
            policy = self._external_policy(arn, place)
        if policy is not None:
            role.limits.append(Limit("permissions boundary", (policy,)))
            return
        message = f"the permissions boundary of role '{role.name}' is not in this file"
        role.unread_limits.append(Uncertainty(message, place))
        message += ", so it may deny permissions that the role's policies allow"
        self._problems.append(InputProblem("policy-not-read", message, place))

    def _own_managed_policy(self, arn: str) -> str | None:
        """The logical id of a managed policy of the template; None when it does not have it.

        Partition and account may be literal on one side and symbols on the other.
        """
        if arn in self._managed_policies:
            return self._managed_policies[arn]
        tail = _after_account(arn)
        return None if tail is None else self._managed_policies_by_tail.get(tail)

    def trust_policy(self, name: str) -> Policy:
        """Return the AssumeRolePolicyDocument of a role that has one."""
        policy = self._property(name, "AssumeRolePolicyDocument", "trust")
        predefined = PREDEFINED_TRUST in self._template.properties(name)
        return policy._replace(written=()) if predefined else policy

    def _external_policy(self, arn: str, place: Place) -> Policy | None:
        """A managed policy that is not in the template; None when it is unknown.

        Its statements are at the place that names it: the author of the template wrote only that,
        and cannot change the policy.
        """
        symbols = self._resolver.symbols
        policy = self._find_managed_policy(arn) if self._find_managed_policy else None
        if policy is not None:
            return policy
        document = self.context.policy(arn)
        if document is not None:
            policy = read_policy(document, symbols, "identity", self._problems)
            # A file without a policy is reported, and the role may do more than is known.
            policy = policy._replace(place=place) if policy else Policy(place, complete=False)
            policy = policy.stored("managed")
        else:
            data = managed_policy(arn, symbols.mark(PARTITION))
            if data is None:
                return None
            policy = parse_policy(place, symbols, data, arn.rpartition("/")[2])
            policy = policy._replace(written=())
        statements = tuple(statement._replace(aws_managed=True) for statement in policy.statements)
        if AWS_MANAGED in arn:
            policy = policy._replace(written=())
        return policy._replace(statements=statements, predefined=True)

    def _property(self, name: str, field: str, kind: PolicyKind) -> Policy:
        route = _route(name, field)
        shown = self._template.display_name(name)
        versions = []
        for value, moved in variants(self._resolver, self._template.value_at(route), route):
            view = DocumentView(self._template.document, value, moved, route)
            versions.append(self._parse(view, (), value, shown, kind))
        return self._checked(one_of(versions))

    def _parse(
        self, view: DocumentView, route: Route, value: object, shown: str, kind: PolicyKind
    ) -> Policy:
        place = Place(view, route)
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            # A document may be written as JSON in a string.
            written = view.in_base(route)
            pieces = self._resolver.pieces(self._template.value_at(written), written)
            if pieces:
                place = Place(embed(pieces))
                value = place.document.data
        if isinstance(value, str):
            message = f"a policy document of '{shown}' is not in this file"
            self._problems.append(InputProblem("policy-not-read", message, place))
        policy = parse_policy(place, self._resolver.symbols, value, shown, kind)
        statements = value.get("Statement") if isinstance(value, dict) else None
        if not (policy.complete or policy.problems) and isinstance(statements, list):
            message = f"policy '{shown}' contains statements that are not in this file"
            self._problems.append(InputProblem("policy-not-read", message, place))
        return policy

    def _checked(self, policy: Policy) -> Policy:
        """Return a policy after its violations of the grammar were reported."""
        for message, at in policy.problems:
            self._problems.append(InputProblem("malformed-policy", message, at))
        return policy


def _route(name: str, field: str) -> Route:
    return ("Resources", name, "Properties", field)


def _after_account(arn: str) -> str | None:
    """Return what follows the account in the ARN of an IAM resource; None for other strings."""
    _, separator, rest = arn.partition(":iam::")
    return rest.partition(":")[2] if separator else None
