"""The permission table of a machine: what each state needs, and whether the role allows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Literal

from sfnlint.analysis.condition_text import condition_text
from sfnlint.analysis.gaps import limit_label
from sfnlint.analysis.machine_permissions import (
    Permission,
    PermissionCollector,
    why_no_role,
    worst_permissions,
)
from sfnlint.analysis.permission_checks import CheckedRequirement, PermissionCheck
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.analysis.unneeded_permissions import UnneededActions, unneeded_actions
from sfnlint.iam.decision import Decision, Uncertainty, Verdict
from sfnlint.iam.policy import Statement
from sfnlint.messages import listed, quoted
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.subject import Role, Subject

RowVerdict = Literal["allowed", "denied", "unknown", "no-role"]


class PermissionRow(NamedTuple):
    """One action that a state or a setting of a machine needs on one resource.

    Attributes:
        check: the permission check, in the combination of conditions with the worst verdict.
        verdict: whether the role allows the action; "no-role" if the files do not show the role.
        why: what denies the action, or why the verdict is unknown; empty if it is allowed.
        where: the place of the reason; None if it has none.
        granted_by: the statements that allow the action.
        counted: whether the permission counts in the summary, see `PermissionCounts`.

    """

    check: PermissionCheck
    verdict: RowVerdict
    why: str
    where: Place | None
    granted_by: tuple[Place, ...]
    counted: bool

    @property
    def state(self) -> str | None:
        """The name of the state; None for a setting of the machine."""
        state = self.check.state
        return None if state is None else self.check.subject.symbols.show(state.name)

    @property
    def necessity(self) -> str:
        """How certain the need is: "required", "expected", "documented" or "possible"."""
        # Other users of an integration observed the need, as others documented it.
        necessity = self.check.necessity
        return "documented" if necessity == "observed" else necessity

    @property
    def resource(self) -> str:
        """The resource, as the language of the file writes unknown parts of it."""
        return self.check.subject.symbols.show(self.check.policy_resource)


class PermissionTable:
    """The permissions that a machine needs.

    Args:
        combinations: the machine in every combination of conditions.
        analyses: the analysis of each role.

    Attributes:
        rows: the permissions, in the order of the states; those of settings last.
        unknown_states: the names of the states whose needs are unknown, each with the reason.

    """

    def __init__(
        self, combinations: Sequence[Subject], analyses: Mapping[Role, RoleAnalysis]
    ) -> None:
        self._combinations = combinations
        self._analyses = analyses
        collector = PermissionCollector()
        for subject in combinations:
            if subject.role is None:
                collector.add_without_role(subject)
            else:
                collector.add_role(subject, analyses[subject.role])
            collector.add_assumed_roles(subject)
        self.rows = list(_rows(collector))
        self.unknown_states = [
            (subject.symbols.show(state.name), reason)
            for subject, state, reason in collector.unknown_states.values()
        ]

    @property
    def subject(self) -> Subject:
        """The machine in its first combination of conditions."""
        return self._combinations[0]

    @property
    def is_complete(self) -> bool:
        """Whether the needs of all states are known and all policies of the role could be read."""
        roles = [subject.role for subject in self._combinations if subject.role is not None]
        return not self.unknown_states and all(role.is_complete for role in roles)

    @cached_property
    def unneeded(self) -> list[UnneededActions]:
        """The actions that the role allows and that nothing needs, in no combination."""
        first, *others = [
            dict.fromkeys(unneeded_actions(self._analyses[subject.role]))
            for subject in self._combinations
            if subject.role is not None
        ] or [{}]
        return [actions for actions in first if all(actions in other for other in others)]


def _rows(collector: PermissionCollector) -> Iterator[PermissionRow]:
    by_origin: dict[object, list[list[CheckedRequirement]]] = {}
    for combinations in collector.checked.values():
        requirement = combinations[0].requirement
        state = requirement.state
        origin = requirement.setting if state is None else state.path
        by_origin.setdefault(origin, []).append(combinations)
    for requirements in sorted(by_origin.values(), key=_is_setting):
        ranked = [
            (permission.checked.requirement.group.order[permission.position], permission)
            for combinations in requirements
            for permission in worst_permissions(
                combinations, range(len(combinations[0].requirement.group.actions))
            )
        ]
        for _, permission in sorted(ranked, key=lambda pair: pair[0]):
            yield _row(permission)


def _is_setting(requirements: Sequence[Sequence[CheckedRequirement]]) -> bool:
    return requirements[0][0].requirement.state is None


def _row(permission: Permission) -> PermissionRow:
    checked, index = permission.checked, permission.position
    subject = checked.subject
    verdict: RowVerdict = "allowed"
    reason = Uncertainty("")
    granted_by: tuple[Place, ...] = ()
    if permission.verdict is Verdict.ALLOWED:
        granted_by = tuple(map(attrgetter("place"), permission.decision.allow))
    elif permission.verdict is Verdict.DENIED:
        verdict, reason = "denied", why_denied(permission.decision)
    else:
        verdict, reason = "unknown", permission.reasons[0]
        if subject.role is None and reason == why_no_role(subject):
            verdict = "no-role"
    why = subject.symbols.show(reason.message)
    counted = index in checked.requirement.group.counted
    return PermissionRow(checked.check(index), verdict, why, reason.place, granted_by, counted)


def why_denied(decision: Decision) -> Uncertainty:
    """Return what is in the way of a denied call, with its place."""
    if decision.deny is not None:
        named = _statement(decision.deny)
        if decision.limit is not None:
            named = f"{named} of {limit_label(decision.limit)}"
        return Uncertainty(f"{named} denies it", decision.deny.place)
    if decision.limit is not None:
        message = f"{limit_label(decision.limit)} does not allow it"
        return Uncertainty(message, decision.limit.policies[0].place)
    if not decision.misses:
        return Uncertainty("no statement allows it")
    near_miss = decision.misses[0]
    named, place = _statement(near_miss.statement), near_miss.statement.place
    if near_miss.condition is not None:
        condition = condition_text(near_miss.condition)
        return Uncertainty(f"{named} allows it only if {condition}", near_miss.condition.place)
    resources = list(dict.fromkeys(quoted(item.shown for item in near_miss.resources)))
    others = "every resource except " if near_miss.statement.not_resource else ""
    return Uncertainty(f"{named} allows it only on {others}{listed(resources, brief=True)}", place)


def _statement(statement: Statement) -> str:
    return "an AWS managed policy" if statement.aws_managed else "a statement"
