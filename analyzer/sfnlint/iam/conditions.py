"""Evaluation of a statement's conditions against what is known of a call.

Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition
from sfnlint.iam.relation import Relation, relate

RequestContext = Mapping[str, Pattern | None]
"""Condition keys in lower case with their values in the call.

None: the call certainly lacks the key. A key that is not in the mapping is unknown.
"""


class ConditionResult(Enum):
    """Whether a condition is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


_STRING_OPERATORS = {
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
"""Operators that compare strings: whether they negate, whether they ignore case."""

_OTHER_OPERATORS = {
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
"""Operators that compare numbers, dates, addresses or binary values: whether they negate."""

_QUANTIFIERS = ("", "forallvalues", "foranyvalue")


def conditions_met(conditions: Iterable[Condition], context: RequestContext) -> ConditionResult:
    """Return whether all conditions of a statement are met; MET if there are none."""
    results = [_evaluate(condition, context) for condition in conditions]
    if ConditionResult.NOT_MET in results:
        return ConditionResult.NOT_MET
    return ConditionResult.UNKNOWN if ConditionResult.UNKNOWN in results else ConditionResult.MET


def unmet_condition(conditions: Iterable[Condition], context: RequestContext) -> Condition | None:
    """Return the first condition that is certainly not met; None if there is none."""
    for condition in conditions:
        if _evaluate(condition, context) is ConditionResult.NOT_MET:
            return condition
    return None


def unknown_condition(conditions: Iterable[Condition], context: RequestContext) -> Condition | None:
    """Return the first condition whose result is unknown; None if there is none."""
    for condition in conditions:
        if _evaluate(condition, context) is ConditionResult.UNKNOWN:
            return condition
    return None


def _evaluate(condition: Condition, context: RequestContext) -> ConditionResult:
    operator = condition.operator.lower()
    key = condition.key.lower()
    if key not in context:
        return ConditionResult.UNKNOWN
    value = context[key]
    if operator == "null":
        return _evaluate_null(condition, value is None)
    quantifier, _, base = operator.rpartition(":")
    if_exists = base.endswith("ifexists")
    base = base.removesuffix("ifexists")
    is_string = base in _STRING_OPERATORS
    if not (is_string or base in _OTHER_OPERATORS):
        return ConditionResult.UNKNOWN
    if quantifier not in _QUANTIFIERS or not condition.values:
        return ConditionResult.UNKNOWN
    negated, fold = _STRING_OPERATORS[base] if is_string else (_OTHER_OPERATORS[base], False)
    if value is not None:
        if not is_string:
            return ConditionResult.UNKNOWN
        return _compare(value, [item.pattern for item in condition.values], negated, fold)
    if quantifier == "foranyvalue":
        return ConditionResult.UNKNOWN if if_exists else ConditionResult.NOT_MET
    # An absent key equals no value, so a negated operator is met.
    met = negated or if_exists or quantifier == "forallvalues"
    return ConditionResult.MET if met else ConditionResult.NOT_MET


def _compare(
    value: Pattern, wanted: Sequence[Pattern], negated: bool, fold: bool
) -> ConditionResult:
    if fold:
        value, wanted = value.lower(), [pattern.lower() for pattern in wanted]
    relation = relate(value, wanted)
    if relation is Relation.UNKNOWN:
        return ConditionResult.UNKNOWN
    met = (relation is Relation.COVERED) is not negated
    return ConditionResult.MET if met else ConditionResult.NOT_MET


def _evaluate_null(condition: Condition, absent: bool) -> ConditionResult:
    wanted = {str(item.pattern).lower() for item in condition.values}
    if wanted not in ({"true"}, {"false"}):
        return ConditionResult.UNKNOWN
    met = absent is (wanted == {"true"})
    return ConditionResult.MET if met else ConditionResult.NOT_MET
