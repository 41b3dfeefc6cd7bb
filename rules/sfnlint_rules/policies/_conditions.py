"""What the mistakes in conditions mean for their statements."""

from __future__ import annotations

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.iam.condition_faults import OperatorParts
from sfnlint.iam.policy import Condition, Statement
from sfnlint.iam.statement_fit import elements
from sfnlint_rules.policies._service_facts import near_misses, never_met

_OPTIONAL_KEYS = ("aws:tagkeys", "aws:requesttag/")


def result(statement: Statement, condition: Condition) -> str:
    """Return what a condition whose key no request has means for its statement."""
    if OperatorParts.of(condition.operator).met_without_key:
        return "the condition is always met"
    if condition.operator.lower() == "null":
        return "the condition has no effect"
    return never_met(statement)


def negated_result(statement: Statement, condition: Condition) -> str:
    """Return what a condition whose value no request has means for its statement."""
    parts = OperatorParts.of(condition.operator)
    if parts.is_negated:
        return "the condition is always met"
    if parts.met_without_key:
        return "only requests without this key meet the condition"
    return never_met(statement)


def is_often_optional(key: str, statement: Statement) -> bool:
    """Return whether a statement usually means requests without a key, too.

    Keys of services are those of resources or parameters, which most requests have.
    """
    lower = key.lower()
    if lower == "dynamodb:leadingkeys":
        # A Scan has no leading key: it reads the whole table.
        return not any(
            action.name == "Scan"
            for element in elements(statement)
            for action in element.named.actions
        )
    return lower.startswith(_OPTIONAL_KEYS) or not lower.startswith("aws:")


def is_explained(document: PolicyDocument, statement: Statement, condition: Condition) -> bool:
    """Return whether another finding explains that a state does not meet a condition."""
    return any(
        gap.near_miss is not None
        and gap.near_miss.condition is not None
        and gap.near_miss.condition.place == condition.place
        for gap in near_misses(document, statement)
    )
