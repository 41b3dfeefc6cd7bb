"""Rules about permissions that a role does not need (5xx)."""

from __future__ import annotations

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.rule import RuleGroup


def _allows_something(analysis: RoleAnalysis) -> bool:
    return bool(analysis.own_allow_statements)


GROUPS = (
    RuleGroup(
        "RoleAnalysis",
        _allows_something,
        frozenset(("WF501", "WF502", "WF503", "WF504", "WF505", "IF506", "WF507")),
    ),
    # AWS managed policies and SAM policy templates also grant what no state needs.
    RuleGroup("RoleAnalysis", None, frozenset(("IF508",))),
)
