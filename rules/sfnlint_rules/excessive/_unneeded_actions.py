"""Actions of Allow statements that nothing needs."""

from __future__ import annotations

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.relation import Relation, relate

_SERVICES_OF_THE_MACHINE = ("logs:", "xray:", "kms:", "cloudwatch:")
"""Services that a machine may use for logging, tracing, encryption and metrics."""


def may_be_needed(analysis: RoleAnalysis, statement: Statement, item: PlacedPattern) -> bool:
    """Return whether anything may need what a statement allows by one of its actions."""
    action = item.pattern
    if action.is_any or str(action).lower().startswith(_SERVICES_OF_THE_MACHINE):
        return True
    grant = action.lower()
    resources = [analysis.substitute(resource.pattern) for resource in statement.resources]
    for needed, checks in analysis.checks_by_action.items():
        if relate(Pattern.literal(needed).lower(), [grant]) is Relation.DISJOINT:
            continue
        if (statement.place, needed) in analysis.used_statements:
            return True
        if any(relate(check.resource, resources) is not Relation.DISJOINT for check in checks):
            return True
    return False
