"""A role with all machines that use it: their requirements, the role's decisions and the gaps.

`RoleAnalysis` is computed once for each role and shared by all rules about roles. Everything in it
is a cached property: a run that asks only for errors never computes the hints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from sfnlint.analysis.common_context import CommonContext
from sfnlint.analysis.gaps import DeniedCheck, Gap, group, lacking_start
from sfnlint.analysis.known_values import KnownValues, Values, service_of, with_partition
from sfnlint.analysis.permission_checks import (
    CheckedRequirement,
    Origin,
    PermissionCheck,
    permission_checks,
)
from sfnlint.analysis.subject_requirements import subject_requirements
from sfnlint.asl.machine import State
from sfnlint.catalog import Need, NeedGroup
from sfnlint.catalog.requirements import Requirement
from sfnlint.finding import Finding, Note, Severity
from sfnlint.iam.decision import Decisions, NearMiss, Verdict
from sfnlint.iam.evaluate import Grants
from sfnlint.iam.pattern import Pattern, PatternPart, arn_fields
from sfnlint.iam.policy import Policy, Statement
from sfnlint.place import Place
from sfnlint.subject import Role, Subject
from sfnlint.symbol import Symbol

ValuesKey = frozenset[tuple[Symbol, PatternPart]]
_TYPE_END = re.compile(r"[:/]")
_MISSPELLED = 0.9
"""The similarity of names above which an ARN is taken for a misspelling of the needed one."""


class RoleAnalysis:
    """A role with all machines that use it.

    Attributes:
        role: the role.
        subjects: the machines, in one combination of the template's conditions.

    """

    def __init__(self, role: Role, subjects: list[Subject]) -> None:
        self.role = role
        self.subjects = subjects
        self._grants: dict[ValuesKey, Grants] = {}
        self._elsewhere: dict[tuple[str, ValuesKey], Grants] = {}

    def finding(
        self,
        message: str,
        place: Place,
        *,
        fix: str = "",
        notes: Sequence[Note] = (),
        actions: Sequence[str] = (),
        resources: Sequence[str] = (),
        correction: object = None,
    ) -> Finding:
        """Return a finding about the role; it carries the first of the role's machines."""
        return self.subjects[0].finding(
            message,
            place,
            fix=fix,
            notes=notes,
            actions=actions,
            resources=resources,
            correction=correction,
        )

    @cached_property
    def _requirements(self) -> list[tuple[Subject, State | None, Sequence[Requirement] | None]]:
        """The requirements of each state, and of each machine's settings; None: not known."""
        return [
            (subject, state, needed)
            for subject in self.subjects
            for state, needed in subject_requirements(subject)
        ]

    @cached_property
    def unknown_states(self) -> list[tuple[Subject, State]]:
        """The states whose requirements are unknown, each with its machine."""
        return [
            (subject, state)
            for subject, state, needed in self._requirements
            if needed is None and state is not None
        ]

    @cached_property
    def all_needs_known(self) -> bool:
        """Whether the files show everything that the role is used for."""
        known = all(needed is not None for _, _, needed in self._requirements)
        return known and not self.role.is_shared

    @property
    def calls_sdk(self) -> bool:
        """Whether a state uses the AWS SDK integration.

        Of such a call only the action of the operation is known. Many operations use the caller's
        credentials for more: Rekognition reads the image from S3, the RDS Data API reads the
        secret.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
        """
        return any(call.sdk for subject in self.subjects for call in subject.calls)

    @cached_property
    def known_values(self) -> KnownValues:
        """The partition, Region and account of the machines' calls, where the files show them."""
        return KnownValues(self.role, self.subjects)

    def substitute(self, resource: Pattern) -> Pattern:
        """Return a resource with its partition, Region and account, where the files show them."""
        return self.known_values.substitute(resource)

    def grants(self, values: Values) -> Grants:
        """Return the role's policies, ready to decide about calls with these values."""
        key = frozenset(values.items())
        if key not in self._grants:
            self._grants[key] = self._prepared(values, self.role.policies)
        return self._grants[key]

    def _prepared(self, values: Values, policies: Sequence[Policy]) -> Grants:
        return Grants(
            policies,
            unread_policies=self.role.unread_policies,
            limits=self.role.limits,
            unread_limits=self.role.unread_limits,
            resource_policies=self.role.resource_policies,
            symbol_values=values,
            common_context=CommonContext(self.role),
        )

    @cached_property
    def checked_requirements(self) -> list[CheckedRequirement]:
        """Every known requirement of the machines with the role's decisions."""
        checked: list[CheckedRequirement] = []
        # Most machines use few services and resources (benchmarks/compare.py, "5,000 states").
        substituted: dict[Pattern, tuple[Pattern, Grants]] = {}
        for subject, _, needed in self._requirements:
            for requirement in needed or ():
                pair = substituted.get(requirement.resource)
                if pair is None:
                    values = self.known_values.of_service(service_of(requirement.resource))
                    grants = self.grants(with_partition(values, requirement.resource))
                    pair = requirement.resource.substitute(values), grants
                    substituted[requirement.resource] = pair
                resource, grants = pair
                decisions = self._decide(requirement, grants)
                if decisions.denied:
                    decisions = self._in_all_regions(requirement, decisions)
                checked.append(CheckedRequirement(subject, requirement, resource, decisions))
        return checked

    @cached_property
    def checked_by_subject(self) -> dict[Subject, list[CheckedRequirement]]:
        """The known requirements of each machine that has any."""
        by_subject: dict[Subject, list[CheckedRequirement]] = {}
        for checked in self.checked_requirements:
            by_subject.setdefault(checked.subject, []).append(checked)
        return by_subject

    def _decide(self, requirement: Requirement, grants: Grants) -> Decisions:
        group, context = requirement.group, requirement.context
        resource, ignore_case = requirement.resource, group.first.ignore_case
        decisions = grants.decide_all(group.actions, resource, context, ignore_case)
        other = requirement.resource_if_arn
        if other is None or not decisions.denied:
            return decisions
        # The call touches one of two resources: it is denied only if both are.
        others = grants.decide_all(group.actions, other, context, ignore_case)
        reason = "this parameter may be a name or an ARN"
        return decisions.denied_in_both(others, reason, requirement.place)

    def _in_all_regions(self, requirement: Requirement, decisions: Decisions) -> Decisions:
        """Deny only what is denied in every Region and account that the machines may run in."""
        service = service_of(requirement.resource)
        each = zip(requirement.group.actions, decisions.each, strict=True)
        denied = tuple([action for action, decision in each if decision.verdict is Verdict.DENIED])
        for values, policies in self.known_values.elsewhere(service):
            values = with_partition(values, requirement.resource)
            key = service, frozenset(values.items())
            if key not in self._elsewhere:
                self._elsewhere[key] = self._prepared(values, policies)
            grants = self._elsewhere[key]
            if grants.is_settled(denied):
                continue
            others = self._decide(requirement, grants)
            reason = "the Region or account of this call is unknown"
            decisions = decisions.denied_in_both(others, reason, requirement.place)
        return decisions

    @cached_property
    def checks(self) -> list[PermissionCheck]:
        """Every permission check of the role, in the order of the states."""
        return self._checks(lambda _need, _action: True)

    def checks_of(self, *actions: str) -> list[PermissionCheck]:
        """Return the permission checks of some actions."""
        return self._checks(lambda _need, action: action in actions)

    def _checks(
        self, wanted: Callable[[Need, str], bool], *, denied: bool = False
    ) -> list[PermissionCheck]:
        """Build the permission checks whose need and action are wanted.

        Args:
            wanted: whether to build the checks of a need's action.
            denied: build only those of certain requirements that the role certainly denies.

        """
        # To choose the indexes anew for each requirement would make this method, which nearly every
        # rule calls, take three times as long (benchmarks/compare.py, "5,000 states").
        chosen: dict[NeedGroup, list[int]] = {}

        def selected() -> Iterator[tuple[CheckedRequirement, list[int]]]:
            for checked in self.checked_requirements:
                of_group, decisions = checked.requirement.group, checked.decisions
                if denied and not (decisions.denied and checked.requirement.is_certain):
                    continue
                indexes = chosen.get(of_group)
                if indexes is None:
                    each = enumerate(zip(of_group.needs, of_group.actions, strict=True))
                    indexes = [index for index, pair in each if wanted(*pair)]
                    chosen[of_group] = indexes
                if denied:
                    verdicts = decisions.each
                    indexes = [
                        index for index in indexes if verdicts[index].verdict is Verdict.DENIED
                    ]
                if indexes:
                    yield checked, indexes

        return list(permission_checks(selected()))

    @cached_property
    def checks_by_action(self) -> dict[str, list[PermissionCheck]]:
        """The permission checks of each action."""
        by_action: dict[str, list[PermissionCheck]] = {}
        for check in self.checks:
            by_action.setdefault(check.action, []).append(check)
        return by_action

    @cached_property
    def used_statements(self) -> set[tuple[Place, str]]:
        """The statements that allow, or may allow, a needed action, each with that action."""
        return {
            (statement.place, action)
            for checked in self.checked_requirements
            for action, decision in zip(
                checked.requirement.group.actions, checked.decisions.each, strict=True
            )
            for statement in decision.allow
        }

    def is_used_by(self, statement: Statement, check: PermissionCheck) -> bool:
        """Whether a statement allows the action of a permission check for the same state."""
        return check.origin in self._users.get((statement.place, check.action), ())

    @cached_property
    def _users(self) -> dict[tuple[Place, str], set[Origin]]:
        """The states and settings for which each statement allows, or may allow, an action."""
        users: dict[tuple[Place, str], set[Origin]] = {}
        for check in self.checks:
            for statement in check.allow:
                users.setdefault((statement.place, check.action), set()).add(check.origin)
        return users

    @cached_property
    def own_allow_statements(self) -> list[Statement]:
        """The Allow statements that the role's author wrote, that exist and that could be read.

        Statements of AWS managed policies and of SAM policy templates are not among them.
        """
        return [
            statement
            for policy in self.role.policies
            for statement in policy.statements
            if not policy.predefined
            and statement.effect == "Allow"
            and statement.whole
            and statement.certain
        ]

    @cached_property
    def gaps(self) -> list[Gap]:
        """The needed permissions that the role certainly denies, grouped by mistake."""
        meant = [item for item in self._denied_hints if item.near_miss is not None]
        return group([*self._denied, *meant], self._lack_start)

    @cached_property
    def hints(self) -> list[Gap]:
        """The denied permissions of which no documentation tells whether they are needed."""
        missing = (item for item in self._denied_hints if item.near_miss is None)
        return group(missing, self._lack_start)

    @cached_property
    def _denied_hints(self) -> list[DeniedCheck]:
        return list(self._denied_checks("info"))

    @cached_property
    def _denied(self) -> list[DeniedCheck]:
        return list(self._denied_checks("error", "warning"))

    @cached_property
    def _lack_start(self) -> set[Origin]:
        return lacking_start(self._denied)

    def _denied_checks(self, *severities: Severity) -> Iterator[DeniedCheck]:
        """Yield the needed permissions of these severities that the role certainly denies."""
        for check in self._checks(
            lambda need, _: need.is_certain and need.severity in severities, denied=True
        ):
            is_taken_away = check.deny is not None or check.decision.limit is not None
            if check.necessity == "possible" and not is_taken_away:
                # The resource's own policy may allow the call.
                continue
            if check.deny is not None and check.severity != "info":
                yield DeniedCheck(check, "deny")
            else:
                meant = (miss for miss in check.near_misses if self._is_meant(miss, check))
                near_miss = next(meant, None)
                kind = "missing" if near_miss is None else near_miss.kind
                yield DeniedCheck(check, kind, near_miss)

    def _is_meant(self, near_miss: NearMiss, check: PermissionCheck) -> bool:
        """Whether a statement that misses a permission check was written for it.

        It was when the same call needs it for another resource, when nothing else needs the
        statement, when its ARN looks misspelled, or when it is that of a resource of another type
        with the same name: the action then grants nothing. AWS writes the statements of managed
        policies for nobody's resources in particular.
        """
        statement = near_miss.statement
        if statement.aws_managed:
            return False
        if (statement.place, check.action) in self.used_statements:
            is_certain = near_miss.kind == "resource" and check.necessity == "required"
            return is_certain and self.is_used_by(statement, check)
        if any(_has_other_type(item.pattern, check.resource) for item in near_miss.resources):
            return True
        if check.severity == "info":
            return False
        if self.all_needs_known:
            return True
        # A use that the files do not show may need the statement.
        return any(
            _is_misspelled(item.shown, check.policy_resource) for item in near_miss.resources
        )


def _is_misspelled(granted: str, needed: str) -> bool:
    """Whether an ARN in a policy looks like a misspelling of the needed one."""
    # Imported here because most runs have no near miss: tests/test_layers.py, start-up.
    from difflib import SequenceMatcher

    name, other = granted.rpartition(":")[2], needed.rpartition(":")[2]
    return name != "*" and SequenceMatcher(None, name, other).ratio() > _MISSPELLED


def _has_other_type(granted: Pattern, needed: Pattern) -> bool:
    """Whether two ARNs of a service have the same name, but different resource types.

    Such as the state machine `stateMachine:train` and its executions, `execution:train:*`.
    """
    granted_fields, needed_fields = arn_fields(granted), arn_fields(needed)
    if granted_fields is None or needed_fields is None or granted_fields[2] != needed_fields[2]:
        return False
    granted_type, granted_name = _type_and_name(granted_fields[5])
    needed_type, needed_name = _type_and_name(needed_fields[5])
    is_same_name = granted_name in ("*", needed_name.rstrip("*"))
    return "" not in (granted_type, needed_type) and granted_type != needed_type and is_same_name


def _type_and_name(resource: Pattern) -> tuple[str, str]:
    """Return the type and the name in the last field of an ARN; no type if it is not literal."""
    first = resource.parts[0] if resource.parts else ""
    if not isinstance(first, str) or not (separator := _TYPE_END.search(first)):
        return "", ""
    name = first[separator.end() :]
    for part in resource.parts[1:]:
        is_free = isinstance(part, Symbol) and part.kind == "free"
        name += "*" if is_free else str(part)
    return first[: separator.start()].lower(), _TYPE_END.split(name, maxsplit=1)[0]
