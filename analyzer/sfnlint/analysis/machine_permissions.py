"""The permissions that a machine needs of all its roles, in all combinations of conditions."""

from __future__ import annotations

from collections.abc import Sequence

from sfnlint.analysis.assumed_roles import (
    AssumedRoleAnalysis,
    assumed_role,
    assumed_role_requirements,
)
from sfnlint.analysis.permission_checks import CheckedRequirement
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.analysis.subject_requirements import subject_requirements
from sfnlint.asl.machine import State
from sfnlint.catalog import Need
from sfnlint.catalog.requirements import Requirement
from sfnlint.catalog.unknown_needs import unknown_needs
from sfnlint.finding import Note
from sfnlint.iam.decision import Decision, Decisions, Uncertainty, Verdict
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route
from sfnlint.subject import Subject

_RANKS = {Verdict.ALLOWED: 0, Verdict.UNKNOWN: 1, Verdict.DENIED: 2}
"""The verdicts, the worst last."""


class Permission(NamedTuple):
    """One action of a requirement.

    Attributes:
        checked: the requirement with its decisions.
        position: the index of the action in the requirement's group.
        verdict: the verdict. A denied action is unknown if the call may succeed without it.
        reasons: the reasons if the verdict is unknown.

    """

    checked: CheckedRequirement
    position: int
    verdict: Verdict
    reasons: tuple[Uncertainty, ...]

    @property
    def action(self) -> str:
        """The action, as in `sqs:SendMessage`."""
        return self.checked.requirement.group.actions[self.position]

    @property
    def decision(self) -> Decision:
        """The role's decision."""
        return self.checked.decisions.each[self.position]


class UnknownState(NamedTuple):
    """A state whose needs are unknown, with the reason."""

    subject: Subject
    state: State
    reason: Note


class PermissionCollector:
    """The requirements of a machine, with the decisions of the roles that they are for.

    Attributes:
        checked: the requirements; those in one list are the same in several combinations.
        unknown_states: the states with unknown needs.

    """

    def __init__(self) -> None:
        # The keys are equal for the same requirement in several combinations.
        self.checked: dict[tuple[object, ...], list[CheckedRequirement]] = {}
        self.unknown_states: dict[Route, UnknownState] = {}

    def add_role(self, subject: Subject, analysis: RoleAnalysis) -> None:
        """Add the needs of a machine with the decisions of its role."""
        for checked in analysis.checked_by_subject.get(subject, ()):
            self.add(checked)
        for of_subject, state in analysis.unknown_states:
            if of_subject is subject:
                self._add_unknown_state(subject, state)

    def add_without_role(self, subject: Subject) -> None:
        """Add the needs of a machine whose role is not in the files."""
        reason = why_no_role(subject)
        for state, needed in subject_requirements(subject):
            if needed is None and state is not None:
                self._add_unknown_state(subject, state)
            for requirement in needed or ():
                self.add(_undecided(subject, requirement, reason))

    def add_assumed_roles(self, subject: Subject) -> None:
        """Add the needs of the tasks that make their call with a role that they assume."""
        for role_arn, assumed in subject.assumed.items():
            analysis = AssumedRoleAnalysis(role_arn, assumed.role, subject)
            for checked in analysis.checked_requirements:
                self.add(checked)
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
                    self.add(_undecided(subject, requirement, reason))

    def add(self, checked: CheckedRequirement) -> None:
        """Add a requirement with its decisions."""
        requirement = checked.requirement
        origin = requirement.setting if requirement.state is None else requirement.state.path
        # Groups cannot be compared, but the catalog has a single object for each.
        key = (
            origin,
            id(requirement.group),
            requirement.template_index,
            requirement.resource_index,
        )
        self.checked.setdefault(key, []).append(checked)

    def _add_unknown_state(self, subject: Subject, state: State) -> None:
        show = subject.symbols.show
        reason = unknown_needs(state, subject.symbols)
        reason = Note(show(reason.message), reason.place)
        self.unknown_states.setdefault(state.path, UnknownState(subject, state, reason))


def why_no_role(subject: Subject) -> Uncertainty:
    """Return why the files do not show the role of a machine."""
    return subject.missing_role or Uncertainty("no policy of the role is given")


def permissions_of(checked: CheckedRequirement, indexes: Sequence[int]) -> list[Permission]:
    """Return actions of a requirement, by their indexes in its group."""
    decisions = checked.decisions.each
    permissions = [
        Permission(checked, index, decisions[index].verdict, decisions[index].uncertainties)
        for index in indexes
    ]
    if checked.decisions.denied:
        needs = checked.requirement.group.needs
        for number, (_, index, verdict, _) in enumerate(permissions):
            if verdict is Verdict.DENIED:
                reasons = _why_not_denied(checked.requirement, needs[index], decisions[index])
                if reasons:
                    permissions[number] = Permission(checked, index, Verdict.UNKNOWN, reasons)
    return permissions


def worst_permissions(
    combinations: Sequence[CheckedRequirement], indexes: Sequence[int]
) -> list[Permission]:
    """Return actions of a requirement that is the same in several combinations of conditions.

    Each action has its worst verdict: denied, then unknown, then allowed.
    """
    worst = permissions_of(combinations[0], indexes)
    for checked in combinations[1:]:
        pairs = zip(worst, permissions_of(checked, indexes), strict=True)
        worst = [max(pair, key=_rank) for pair in pairs]
    return worst


def _rank(permission: Permission) -> int:
    return _RANKS[permission.verdict]


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
