"""Rules about policy documents: 6xx."""

from __future__ import annotations

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.rule import RuleGroup


def _has_sids(document: PolicyDocument) -> bool:
    return any("Sid" in statement for _, statement in document.raw_statements)


def _has_conditions(document: PolicyDocument) -> bool:
    return any(statement.conditions for statement in document.statements)


GROUPS = (
    RuleGroup("PolicyDocument", _has_sids, frozenset(("EF620", "EF621"))),
    RuleGroup(
        "PolicyDocument",
        _has_conditions,
        frozenset(("WF605", "WF606", "WF607", "WF608", "WF609", "IF610")),
    ),
    RuleGroup(
        "PolicyDocument",
        None,
        frozenset((
            *("WF600", "WF601", "WF602", "WF603", "WF604", "IF611", "EF612", "EF622", "EF623"),
            *("WF624", "WF625", "EF628", "WF629", "IF631", "WF632"),
        )),
    ),
    RuleGroup("RoleAnalysis", None, frozenset(("EF627", "IF630"))),
)  # fmt: skip
