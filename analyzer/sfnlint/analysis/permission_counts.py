"""Counts of the permissions that machines need: allowed, denied and unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sfnlint.analysis.assumed_roles import (
    AssumedRoleAnalysis,
    assumed_role,
    assumed_role_requirements,
)
from sfnlint.analysis.permission_checks import CheckedRequirement, policy_resource
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.analysis.subject_requirements import subject_requirements
from sfnlint.analysis.unneeded_permissions import why_unneeded_unknown
from sfnlint.asl.machine import State
from sfnlint.catalog import Need
from sfnlint.catalog.requirements import Requirement
from sfnlint.catalog.unknown_needs import unknown_needs
from sfnlint.finding import Note
from sfnlint.iam.decision import Decision, Decisions, Uncertainty, Verdict
from sfnlint.place import Route
from sfnlint.subject import Role, Subject

_RANKS = {Verdict.ALLOWED: 0, Verdict.UNKNOWN: 1, Verdict.DENIED: 2}
"""The verdicts, the worst last."""
_Permission = tuple[Verdict, str, tuple[Uncertainty, ...]]
"""The verdict about an action, and the reasons if it is unknown."""


class UnknownPermission(NamedTuple):
    """A permission that may be allowed or denied.

    Attributes:
        action: the action; None if the needs of the state are unknown.
        resource: the resource as a policy would name it; None if the needs are unknown.
        state: the name of the state; None for a setting of the machine.
        reason: the reason, at its place.

    """

    action: str | None
    resource: str | None
    state: str | None
    reason: Note


class PermissionCounts(NamedTuple):
    """The permissions that a machine needs, by verdict.

    A permission is one action on one resource for one state or setting of the machine. A state
    with unknown needs counts as one unknown permission. Needs that depend on facts outside of the
    files (necessity "possible") do not count, except for the action that a state calls. In several
    combinations of conditions, a permission counts once, with its worst verdict: denied, then
    unknown, then allowed.

    Attributes:
        allowed: the number of allowed permissions.
        denied: the number of denied permissions.
        unknown: the number of permissions that may be allowed or denied.
        explanations: the unknown permissions with their reasons; empty unless requested.
        unneeded: why unneeded permissions of its role are not reported; None if they are, or if
            explanations are not requested.
        without_role: whether the machine needs permissions and its role is not in the files. Its
            permissions are unknown, and count only if explanations are requested.

    """

    allowed: int = 0
    denied: int = 0
    unknown: int = 0
    explanations: Sequence[UnknownPermission] = ()
    unneeded: Note | None = None
    without_role: bool = False

    @property
    def total(self) -> int:
        """The number of permissions."""
        return self.allowed + self.denied + self.unknown


def count_permissions(
    subjects: Sequence[Subject], analyses: Mapping[Role, RoleAnalysis], *, explain: bool
) -> PermissionCounts:
    """Count the permissions that a machine needs.

    Args:
        subjects: the machine in every combination of conditions.
        analyses: the analysis of each role.
        explain: whether to explain unknown permissions.

    """
    counter = _Counter(explain=explain, merge=len(subjects) > 1)
    without_role = False
    unneeded: Note | None = None
    for subject in subjects:
        if subject.role is not None:
            analysis = analyses[subject.role]
            counter.add_role(subject, analysis)
            if explain:
                unneeded = unneeded or why_unneeded_unknown(analysis)
        else:
            without_role = without_role or _needs_role(subject)
            if explain:
                counter.add_without_role(subject)
        counter.add_assumed_roles(subject)
    return counter.result()._replace(unneeded=unneeded, without_role=without_role)


def _needs_role(subject: Subject) -> bool:
    return any(
        needed is None or any(requirement.group.counted for requirement in needed)
        for _, needed in subject_requirements(subject)
    )


class _Counter:
    """The permissions of a machine.

    Args:
        explain: whether to explain unknown permissions.
        merge: whether there are several combinations of conditions.

    """

    def __init__(self, *, explain: bool, merge: bool) -> None:
        self._explain = explain
        # Without a reason to keep requirements, 5,000 states are counted in a third of the time
        # (benchmarks/compare.py).
        self._keeps_requirements = explain or merge
        self._verdicts: list[Verdict] = []
        # The keys are equal for the same requirement in several combinations.
        self._checked: dict[tuple[object, ...], list[CheckedRequirement]] = {}
        self._unknown_states: dict[Route, UnknownPermission] = {}

    def result(self) -> PermissionCounts:
        """Return the counts."""
        verdicts = [*self._verdicts, *([Verdict.UNKNOWN] * len(self._unknown_states))]
        explanations = [*self._unknown_states.values()]
        for combinations in self._checked.values():
            worst = _permissions(combinations[0])
            for checked in combinations[1:]:
                pairs = zip(worst, _permissions(checked), strict=True)
                worst = [max(pair, key=_rank) for pair in pairs]
            verdicts += [verdict for verdict, _, _ in worst]
            if self._explain:
                explanations += [
                    _explained(combinations[0], action, reasons[0])
                    for _, action, reasons in worst
                    if reasons
                ]
        return PermissionCounts(
            verdicts.count(Verdict.ALLOWED),
            verdicts.count(Verdict.DENIED),
            verdicts.count(Verdict.UNKNOWN),
            explanations if self._explain else (),
        )

    def add_role(self, subject: Subject, analysis: RoleAnalysis) -> None:
        """Add the needs of a machine with the decisions of its role."""
        for checked in analysis.checked_by_subject.get(subject, ()):
            self._add(checked)
        for of_subject, state in analysis.unknown_states:
            if of_subject is subject:
                self._add_unknown_state(subject, state)

    def add_without_role(self, subject: Subject) -> None:
        """Add the needs of a machine whose role is not in the files."""
        reason = subject.missing_role or Uncertainty("no policy of the role is given")
        for state, needed in subject_requirements(subject):
            if needed is None and state is not None:
                self._add_unknown_state(subject, state)
            for requirement in needed or ():
                self._add(_undecided(subject, requirement, reason))

    def add_assumed_roles(self, subject: Subject) -> None:
        """Add the needs of the tasks that make their call with a role that they assume."""
        for role_arn, assumed in subject.assumed.items():
            analysis = AssumedRoleAnalysis(role_arn, assumed.role, subject)
            for checked in analysis.checked_requirements:
                self._add(checked)
        for state in subject.machine.states:
            if state.type != "Task" or "Credentials" not in state.data:
                continue
            needed = assumed_role_requirements(state, subject)
            if needed is None:
                self._add_unknown_state(subject, state)
            elif assumed_role(state) not in subject.assumed:
                message = "the role that the state assumes is not in the files"
                reason = Uncertainty(message, state.at("Credentials"))
                for requirement in needed:
                    self._add(_undecided(subject, requirement, reason))

    def _add(self, checked: CheckedRequirement) -> None:
        requirement = checked.requirement
        if not self._keeps_requirements:
            self._verdicts += _verdicts(checked)
            return
        origin = requirement.setting if requirement.state is None else requirement.state.path
        # Groups cannot be compared, but the catalog has a single object for each.
        key = (
            origin,
            id(requirement.group),
            requirement.template_index,
            requirement.resource_index,
        )
        self._checked.setdefault(key, []).append(checked)

    def _add_unknown_state(self, subject: Subject, state: State) -> None:
        show = subject.symbols.show
        reason = unknown_needs(state, subject.symbols)
        reason = Note(show(reason.message), reason.place)
        unknown = UnknownPermission(None, None, show(state.name), reason)
        self._unknown_states.setdefault(state.path, unknown)


def _verdicts(checked: CheckedRequirement) -> list[Verdict]:
    """Return the verdict of each permission of a requirement that counts."""
    if checked.decisions.denied:
        return [verdict for verdict, _, _ in _permissions(checked)]
    decisions = checked.decisions.each
    return [decisions[index].verdict for index in checked.requirement.group.counted]


def _rank(permission: _Permission) -> int:
    return _RANKS[permission[0]]


def _permissions(checked: CheckedRequirement) -> list[_Permission]:
    """Return the permissions of a requirement that count."""
    group, decisions = checked.requirement.group, checked.decisions.each
    permissions = [
        (decisions[index].verdict, group.actions[index], decisions[index].uncertainties)
        for index in group.counted
    ]
    if checked.decisions.denied:
        for position, index in enumerate(group.counted):
            if decisions[index].verdict is Verdict.DENIED:
                reasons = _why_not_denied(checked.requirement, group.needs[index], decisions[index])
                if reasons:
                    permissions[position] = (Verdict.UNKNOWN, group.actions[index], reasons)
    return permissions


def _why_not_denied(
    requirement: Requirement, need: Need, decision: Decision
) -> tuple[Uncertainty, ...]:
    """Return why a call may succeed although the role does not allow it; empty if it fails."""
    if not requirement.is_certain:
        message = "unknown values decide whether the permission is needed"
    elif need.necessity == "possible" and decision.deny is None and decision.limit is None:
        message = "a policy of the resource that is not in the files may allow it"
    else:
        return ()
    return (Uncertainty(message, requirement.place),)


def _undecided(
    subject: Subject, requirement: Requirement, reason: Uncertainty
) -> CheckedRequirement:
    """Return a requirement whose permissions are all unknown."""
    decision = Decision(Verdict.UNKNOWN, uncertainties=(reason,))
    decisions = Decisions.of([decision] * len(requirement.group.actions))
    return CheckedRequirement(subject, requirement, requirement.resource, decisions)


def _explained(checked: CheckedRequirement, action: str, reason: Uncertainty) -> UnknownPermission:
    """Return an unknown permission as the user knows its names."""
    subject, state = checked.subject, checked.requirement.state
    show = subject.symbols.show
    place = reason.place or (subject.role and subject.role.place) or subject.place
    return UnknownPermission(
        action,
        show(policy_resource(checked.resource)),
        None if state is None else show(state.name),
        Note(show(reason.message), place),
    )
