"""Who may assume a role, as its trust policy says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from sfnlint.iam.evaluate import Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy, Statement
from sfnlint.iam.relation import Relation, relate

_ASSUME = Pattern.literal("sts:assumerole")
_STEP_FUNCTIONS = re.compile(r"Service:states\..*", re.DOTALL)
_EVERYBODY = frozenset(
    read(text) for text in ("*", "AWS:*") for read in (Pattern.wild, Pattern.literal)
)


def trusts(policy: Policy, service: str) -> Verdict:
    """Whether a trust policy lets a service assume the role.

    Args:
        policy: the trust policy.
        service: `states.amazonaws.com`; its regional forms count as well:
            https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html

    """
    return lets_assume(policy, lambda statement: _names_service(statement, service))


def lets_assume(policy: Policy, names: Callable[[Statement], Relation]) -> Verdict:
    """Whether a trust policy lets somebody assume the role.

    Args:
        policy: the trust policy.
        names: whether it is this somebody that a statement is about: COVERED when certainly,
            DISJOINT when certainly not. It need not look at the statement's conditions.

    """
    verdict = Verdict.DENIED if policy.complete else Verdict.UNKNOWN
    for statement in policy.statements:
        about = relate(_ASSUME, [item.pattern.lower() for item in statement.actions])
        out = Relation.COVERED if statement.not_action else Relation.DISJOINT
        named = names(statement)
        if statement.whole and (about is out or named is Relation.DISJOINT):
            continue
        if statement.effect == "Deny":
            return Verdict.UNKNOWN
        sure = statement.whole and about is not Relation.UNKNOWN and not statement.conditions
        if sure and named is Relation.COVERED:
            verdict = Verdict.ALLOWED
        elif verdict is Verdict.DENIED:
            verdict = Verdict.UNKNOWN
    return verdict


def other_principal(policy: Policy | None) -> str:
    """Return a principal besides Step Functions that a trust policy names; empty for none."""
    for statement in policy.statements if policy else ():
        for item in statement.principals or ():
            if not _STEP_FUNCTIONS.fullmatch(str(item.pattern)):
                return str(item.pattern).partition(":")[2]
    return ""


def _names_service(statement: Statement, service: str) -> Relation:
    principals = [item.pattern for item in statement.principals or ()]
    # Whether "everybody" means services too is not written anywhere.
    if statement.not_principal or not _EVERYBODY.isdisjoint(principals):
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
