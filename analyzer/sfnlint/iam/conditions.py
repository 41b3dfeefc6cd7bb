"""Conditions of statements, as far as the call is known.

Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition
from sfnlint.iam.relation import Relation, relate

RequestContext = Mapping[str, Pattern | None]


class ConditionResult(Enum):
    """Whether a condition is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


_TEXT = {
    "stringequals": (False, False),
    "stringnotequals": (True, False),
    "stringequalsignorecase": (False, True),
    "stringnotequalsignorecase": (True, True),
    "stringlike": (False, False),
    "stringnotlike": (True, False),
    "arnequals": (False, False),
    "arnlike": (False, False),
    "arnnotequals": (True, False),
    "arnnotlike": (True, False),
    "bool": (False, True),
}
"""Operators that compare text: whether they negate, whether they ignore case."""


_OTHER = {
    **dict.fromkeys(
        (
            *(
                f"{kind}{comparison}"
                for kind in ("numeric", "date")
                for comparison in (
                    "equals",
                    "lessthan",
                    "lessthanequals",
                    "greaterthan",
                    "greaterthanequals",
                )
            ),
            "binaryequals",
            "ipaddress",
        ),
        False,
    ),
    **dict.fromkeys(("numericnotequals", "datenotequals", "notipaddress"), True),
}
"""Operators that compare what is never known here: whether they negate."""


_QUANTIFIERS = ("", "forallvalues", "foranyvalue")


def conditions_met(conditions: Iterable[Condition], context: RequestContext) -> ConditionResult:
    """Whether all conditions of a statement are met.

    Args:
        conditions: the conditions.
        context: keys in lower case with what the call has there; None, the call certainly lacks
            the key; a key that is not in it is not known.

    """
    answers = [_met(condition, context) for condition in conditions]
    if ConditionResult.NOT_MET in answers:
        return ConditionResult.NOT_MET
    return ConditionResult.UNKNOWN if ConditionResult.UNKNOWN in answers else ConditionResult.MET


def unmet_condition(conditions: Iterable[Condition], context: RequestContext) -> Condition | None:
    """The first condition that is certainly not met."""
    for condition in conditions:
        if _met(condition, context) is ConditionResult.NOT_MET:
            return condition
    return None


def _met(condition: Condition, context: RequestContext) -> ConditionResult:
    operator = condition.operator.lower()
    key = condition.key.lower()
    if key not in context:
        return ConditionResult.UNKNOWN
    value = context[key]
    if operator == "null":
        return _null(condition, value is None)
    quantifier, _, bare = operator.rpartition(":")
    exists = bare.endswith("ifexists")
    bare = bare.removesuffix("ifexists")
    known = bare in _TEXT or bare in _OTHER
    if not known or quantifier not in _QUANTIFIERS or not condition.values:
        return ConditionResult.UNKNOWN
    negated, fold = _TEXT[bare] if bare in _TEXT else (_OTHER[bare], False)
    if value is not None:
        if bare in _OTHER:
            return ConditionResult.UNKNOWN
        return _compared(value, [item.pattern for item in condition.values], negated, fold)
    if quantifier == "foranyvalue":
        return ConditionResult.UNKNOWN if exists else ConditionResult.NOT_MET
    # Without the key there is nothing to be equal to, so a negated operator is met.
    return ConditionResult.MET if negated or exists or quantifier else ConditionResult.NOT_MET


def _compared(
    value: Pattern, wanted: Sequence[Pattern], negated: bool, fold: bool
) -> ConditionResult:
    if fold:
        value, wanted = value.lower(), [pattern.lower() for pattern in wanted]
    relation = relate(value, wanted)
    if relation is Relation.UNKNOWN:
        return ConditionResult.UNKNOWN
    return (
        ConditionResult.MET
        if (relation is Relation.COVERED) is not negated
        else ConditionResult.NOT_MET
    )


def _null(condition: Condition, absent: bool) -> ConditionResult:
    wanted = {str(item.pattern).lower() for item in condition.values}
    if wanted == {"true"}:
        return ConditionResult.MET if absent else ConditionResult.NOT_MET
    if wanted == {"false"}:
        return ConditionResult.NOT_MET if absent else ConditionResult.MET
    return ConditionResult.UNKNOWN
