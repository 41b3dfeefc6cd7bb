"""Evaluation of a statement's conditions against what is known of a call.

Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from sfnlint.iam.operators import OPERATORS, is_met
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.iam.policy import Condition
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol


class MultiValue(NamedTuple):
    """The values of a multivalued condition key.

    Attributes:
        patterns: the values.

    """

    patterns: tuple[Pattern, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.patterns))


class Alternatives(NamedTuple):
    """The possible values of a condition key, one of which the call has.

    Attributes:
        values: the possible values; None if the call may lack the key.

    """

    values: tuple[Pattern | MultiValue | None, ...]


ContextValue = Pattern | MultiValue | Alternatives | None
"""The value of a condition key; None if the call certainly lacks the key."""

RequestContext = Mapping[str, ContextValue]
"""Condition keys in lower case with their values in the call.

A key that is not in the mapping is unknown. A key that ends in `/` has the value of all other keys
that begin with it: `aws:principaltag/`.
"""

UNKNOWN_VALUE = Alternatives((None, Pattern((Symbol("…", "free"),))))
"""The value of a condition key that the call may or may not have."""


class Missing(Enum):
    """The result for a key that a request context does not contain."""

    KEY = "missing"


def value_of(key: str, context: RequestContext) -> ContextValue | Missing:
    """Return the value of a condition key, in lower case, in a request context."""
    value = context.get(key, Missing.KEY)
    if value is Missing.KEY and "/" in key:
        value = context.get(key.partition("/")[0] + "/", Missing.KEY)
    return value


def substitute(value: ContextValue, values: Mapping[Symbol, PatternPart]) -> ContextValue:
    """Return the value of a condition key with the known values of symbols filled in."""
    if isinstance(value, Alternatives):
        return Alternatives(tuple([_substituted_value(each, values) for each in value.values]))
    return _substituted_value(value, values)


def _substituted_value(
    value: Pattern | MultiValue | None, values: Mapping[Symbol, PatternPart]
) -> Pattern | MultiValue | None:
    if isinstance(value, MultiValue):
        return MultiValue(tuple([pattern.substitute(values) for pattern in value.patterns]))
    return None if value is None else value.substitute(values)


class ConditionResult(Enum):
    """Whether a condition is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


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


def compares_arns(condition: Condition) -> bool:
    """Return whether a condition has an ARN operator, which no other string meets."""
    operator = OPERATORS.get(condition.operator.lower().rpartition(":")[2].removesuffix("ifexists"))
    return operator is not None and operator.needs_arn


def unknown_condition(conditions: Iterable[Condition], context: RequestContext) -> Condition | None:
    """Return the first condition whose result is unknown; None if there is none."""
    for condition in conditions:
        if _evaluate(condition, context) is ConditionResult.UNKNOWN:
            return condition
    return None


def _evaluate(condition: Condition, context: RequestContext) -> ConditionResult:
    value = value_of(condition.key.lower(), context)
    if isinstance(value, Missing):
        value = UNKNOWN_VALUE
    if not isinstance(value, Alternatives):
        return _evaluate_value(condition, value)
    results = {_evaluate_value(condition, alternative) for alternative in value.values}
    return results.pop() if len(results) == 1 else ConditionResult.UNKNOWN


def _evaluate_value(condition: Condition, value: Pattern | MultiValue | None) -> ConditionResult:
    name = condition.operator.lower()
    if name == "null":
        return _evaluate_null(condition, value)
    quantifier, _, base = name.rpartition(":")
    if_exists = base.endswith("ifexists")
    operator = OPERATORS.get(base.removesuffix("ifexists"))
    if operator is None or quantifier not in _QUANTIFIERS or not condition.values:
        return ConditionResult.UNKNOWN
    if value is None:
        if quantifier == "foranyvalue":
            return ConditionResult.UNKNOWN if if_exists else ConditionResult.NOT_MET
        # An absent key equals no value, so a negated operator is met.
        met = operator.negated or if_exists or quantifier == "forallvalues"
        return ConditionResult.MET if met else ConditionResult.NOT_MET
    patterns = value.patterns if isinstance(value, MultiValue) else (value,)
    wanted = [item.pattern for item in condition.values]
    each = [is_met(operator, pattern, wanted) for pattern in patterns]
    if not quantifier and len(each) != 1:
        return ConditionResult.UNKNOWN  # a multivalued key requires a quantifier
    # The result of some value decides: "any" is met by a value, "all" is not met by a value.
    decisive = quantifier == "foranyvalue"
    if decisive in each:
        return _result(decisive)
    return ConditionResult.UNKNOWN if None in each else _result(not decisive)


def _evaluate_null(condition: Condition, value: Pattern | MultiValue | None) -> ConditionResult:
    wanted = {str(item.pattern).lower() for item in condition.values}
    is_empty = isinstance(value, MultiValue) and not value.patterns
    if wanted not in ({"true"}, {"false"}) or is_empty:
        return ConditionResult.UNKNOWN
    return _result((value is None) is (wanted == {"true"}))


def _result(met: bool) -> ConditionResult:
    return ConditionResult.MET if met else ConditionResult.NOT_MET
