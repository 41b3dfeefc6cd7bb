"""Evaluation of trust policies: which principals can assume a role."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from sfnlint.iam.decision import Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.lazy_pattern import lazy_pattern

_ASSUME = Pattern.literal("sts:assumerole")
_STEP_FUNCTIONS = lazy_pattern(r"Service:states\..*", re.DOTALL)
_ANY_PRINCIPAL = frozenset(
    parse(string) for string in ("*", "AWS:*") for parse in (Pattern.wild, Pattern.literal)
)


def trusts(policy: Policy, service: str) -> Verdict:
    """Return whether a trust policy lets a service assume the role.

    Args:
        policy: the trust policy.
        service: `states.amazonaws.com`. Its regional names count as the service, too:
            https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html

    """
    return lets_assume(policy, lambda statement: _names_service(statement, service))


def lets_assume(policy: Policy, names: Callable[[Statement], Relation]) -> Verdict:
    """Return whether a trust policy lets a principal assume the role.

    Args:
        policy: the trust policy.
        names: returns whether a statement's principals include this principal: COVERED if
            certainly, DISJOINT if certainly not. It can ignore the statement's conditions.

    """
    verdict = Verdict.DENIED if policy.complete else Verdict.UNKNOWN
    for statement in policy.statements:
        actions = relate(_ASSUME, [item.pattern.lower() for item in statement.actions])
        excluded = Relation.COVERED if statement.not_action else Relation.DISJOINT
        named = names(statement)
        if statement.whole and (actions is excluded or named is Relation.DISJOINT):
            continue
        if statement.effect == "Deny":
            return Verdict.UNKNOWN
        certain = (
            statement.whole
            and statement.certain
            and actions is not Relation.UNKNOWN
            and not statement.conditions
        )
        if certain and named is Relation.COVERED:
            verdict = Verdict.ALLOWED
        elif verdict is Verdict.DENIED:
            verdict = Verdict.UNKNOWN
    return verdict


def other_principal(policy: Policy | None) -> str:
    """Return the first principal other than Step Functions in a trust policy; "" if none."""
    for statement in policy.statements if policy else ():
        for item in statement.principals or ():
            if not _STEP_FUNCTIONS.fullmatch(str(item.pattern)):
                return str(item.pattern).partition(":")[2]
    return ""


def _names_service(statement: Statement, service: str) -> Relation:
    principals = [item.pattern for item in statement.principals or ()]
    # AWS does not document whether the principal "*" includes services.
    if statement.not_principal or not _ANY_PRINCIPAL.isdisjoint(principals):
        return Relation.UNKNOWN
    named = {relate(principal, _forms(service)) for principal in principals}
    if Relation.COVERED in named:
        return Relation.COVERED
    return Relation.UNKNOWN if Relation.UNKNOWN in named else Relation.DISJOINT


@cache
def _forms(service: str) -> Sequence[Pattern]:
    name, _, rest = service.partition(".")
    return [
        Pattern.wild(f"Service:{form}{ending}")
        for form in (service, f"{name}.*.{rest}")
        for ending in ("", ".cn")
    ]
