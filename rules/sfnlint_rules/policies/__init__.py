"""Rules about policy documents: 6xx."""

from __future__ import annotations

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.rule import RuleGroup


def _has_sids(document: PolicyDocument) -> bool:
    return any("Sid" in statement for _, statement in document.raw_statements)


def _is_empty(document: PolicyDocument) -> bool:
    return document.data.get("Statement") == []


def _is_trust_policy(document: PolicyDocument) -> bool:
    return document.kind == "trust"


def _has_quota(document: PolicyDocument) -> bool:
    return document.kind == "trust" or document.storage == "managed"


def _has_old_version(document: PolicyDocument) -> bool:
    return document.version == "2008-10-17"


def _names_unknown_actions(document: PolicyDocument) -> bool:
    # Imported here because the package is imported for machines without policies, too.
    from sfnlint.iam.action_names import Known
    from sfnlint.iam.statement_fit import elements

    return any(
        element.named.known in (Known.NO_SERVICE, Known.NO_ACTION, Known.NO_MATCH)
        for statement in document.statements
        for element in elements(statement)
    )


def _has_conditions(document: PolicyDocument) -> bool:
    return any(statement.conditions for statement in document.statements)


GROUPS = (
    RuleGroup("PolicyDocument", _names_unknown_actions, frozenset(("WF600", "WF601", "WF602"))),
    RuleGroup(
        "PolicyDocument",
        _has_conditions,
        frozenset(("WF605", "WF606", "WF607", "WF608", "WF609", "IF610")),
    ),
    RuleGroup("PolicyDocument", _has_sids, frozenset(("EF620", "EF621"))),
    RuleGroup("PolicyDocument", _is_empty, frozenset(("EF623",))),
    RuleGroup("PolicyDocument", _has_old_version, frozenset(("WF625",))),
    RuleGroup("PolicyDocument", _has_quota, frozenset(("EF628",))),
    RuleGroup("PolicyDocument", _is_trust_policy, frozenset(("WF629",))),
    RuleGroup(
        "PolicyDocument",
        None,
        frozenset(("WF603", "WF604", "IF611", "EF612", "EF622", "WF624", "IF631", "WF632")),
    ),
    RuleGroup("RoleAnalysis", None, frozenset(("EF627", "IF630"))),
)
