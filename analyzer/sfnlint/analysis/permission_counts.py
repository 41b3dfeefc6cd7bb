"""Counts of the permissions that machines need: allowed, denied and unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sfnlint.analysis.machine_permissions import (
    PermissionCollector,
    permissions_of,
    worst_permissions,
)
from sfnlint.analysis.permission_checks import CheckedRequirement, policy_resource
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.analysis.subject_requirements import subject_requirements
from sfnlint.finding import Note
from sfnlint.iam.decision import Uncertainty, Verdict
from sfnlint.named_tuple import NamedTuple
from sfnlint.subject import Role, Subject


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
                # Imported here because few runs explain what is unknown (benchmarks/compare.py).
                from sfnlint.analysis.unneeded_permissions import why_unneeded_unknown

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


class _Counter(PermissionCollector):
    """The permissions of a machine.

    Args:
        explain: whether to explain unknown permissions.
        merge: whether there are several combinations of conditions.

    """

    def __init__(self, *, explain: bool, merge: bool) -> None:
        super().__init__()
        self._explain = explain
        # Without a reason to keep requirements, 5,000 states are counted in a third of the time
        # (benchmarks/compare.py).
        self._keeps_requirements = explain or merge
        self._verdicts: list[Verdict] = []

    def result(self) -> PermissionCounts:
        """Return the counts."""
        verdicts = [*self._verdicts, *([Verdict.UNKNOWN] * len(self.unknown_states))]
        explanations = [
            UnknownPermission(None, None, subject.symbols.show(state.name), reason)
            for subject, state, reason in self.unknown_states.values()
        ]
        for combinations in self.checked.values():
            counted = combinations[0].requirement.group.counted
            worst = worst_permissions(combinations, counted)
            verdicts += [permission.verdict for permission in worst]
            if self._explain:
                explanations += [
                    _explained(combinations[0], permission.action, permission.reasons[0])
                    for permission in worst
                    if permission.reasons
                ]
        return PermissionCounts(
            verdicts.count(Verdict.ALLOWED),
            verdicts.count(Verdict.DENIED),
            verdicts.count(Verdict.UNKNOWN),
            explanations if self._explain else (),
        )

    def add(self, checked: CheckedRequirement) -> None:
        """Add a requirement with its decisions."""
        if self._keeps_requirements:
            super().add(checked)
        else:
            self._verdicts += _verdicts(checked)


def _verdicts(checked: CheckedRequirement) -> list[Verdict]:
    """Return the verdict of each permission of a requirement that counts."""
    if checked.decisions.denied:
        counted = checked.requirement.group.counted
        return [permission.verdict for permission in permissions_of(checked, counted)]
    decisions = checked.decisions.each
    return [decisions[index].verdict for index in checked.requirement.group.counted]


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
