"""Rules about permissions that a role lacks (4xx)."""

from __future__ import annotations

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.rule import RuleGroup
from sfnlint.subject import Subject


def _has_gaps(analysis: RoleAnalysis) -> bool:
    return bool(analysis.gaps)


def _has_hints(analysis: RoleAnalysis) -> bool:
    return bool(analysis.hints)


def _has_trust_policy(analysis: RoleAnalysis) -> bool:
    return analysis.role.trust is not None


def _has_late_policies(analysis: RoleAnalysis) -> bool:
    return any(subject.not_awaited for subject in analysis.subjects)


def _assumes_roles(subject: Subject) -> bool:
    return bool(subject.assumed)


GROUPS = (
    RuleGroup(
        "RoleAnalysis",
        _has_gaps,
        frozenset((
            *("EF401", "EF402", "EF403", "EF404", "WF405", "WF406", "WF407", "EF409", "EF410"),
            *("WF411", "EF412", "WF413", "EF414", "WF415", "EF418", "WF419", "WF422"),
        )),
    ),
    RuleGroup("RoleAnalysis", _has_hints, frozenset(("IF408",))),
    RuleGroup("RoleAnalysis", _has_trust_policy, frozenset(("EF416",))),
    RuleGroup("RoleAnalysis", _has_late_policies, frozenset(("WF417",))),
    RuleGroup("Subject", _assumes_roles, frozenset(("EF423", "WF424", "EF425"))),
)  # fmt: skip
