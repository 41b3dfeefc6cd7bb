"""Condition operators: each compares a value of a request with the values of a condition.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

`base64`, `datetime` and `ipaddress` are imported by the functions that need them because few
policies use their operators (tests/test_layers.py, start-up).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any

from sfnlint.iam.pattern import Pattern, arn_fields, completed_arn, may_be_arn
from sfnlint.iam.relation import Relation, relate
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

Comparison = Callable[[Pattern, Sequence[Pattern]], Relation]
"""Compares a value of the request with the values of a condition.

COVERED: the value certainly matches one of them; DISJOINT: it certainly matches none.
"""


class Operator(NamedTuple):
    """A condition operator without quantifier and `IfExists`.

    Attributes:
        compare: the comparison; of a negated operator, that of its positive counterpart.
        negated: whether the operator is met if no value matches.
        needs_arn: whether a value that is not an ARN never meets the operator, negated or not.

    """

    compare: Comparison
    negated: bool = False
    needs_arn: bool = False


def _any_of(matches: Callable[[Pattern, Pattern], bool | None]) -> Comparison:
    """Create a comparison from a comparison with one value, which returns None if unknown."""

    def compare(value: Pattern, wanted: Sequence[Pattern]) -> Relation:
        results = [matches(value, pattern) for pattern in wanted]
        if True in results:
            return Relation.COVERED
        return Relation.UNKNOWN if None in results else Relation.DISJOINT

    return compare


def _ignoring_case(value: Pattern, wanted: Sequence[Pattern]) -> Relation:
    return relate(value.lower(), [pattern.lower() for pattern in wanted])


def _arn_matches(value: Pattern, wanted: Pattern) -> bool | None:
    """Compare two ARNs field by field, as a wildcard of an ARN operator matches no other field."""
    if value == wanted and value.is_single_string:
        return True
    completed = completed_arn(wanted)
    if completed is None and not may_be_arn(wanted):
        return False
    fields, wanted_fields = arn_fields(value), arn_fields(completed or wanted)
    if fields is None or wanted_fields is None:
        return False if relate(value, [completed or wanted]) is Relation.DISJOINT else None
    relations = [
        relate(field, [wanted_field])
        for field, wanted_field in zip(fields, wanted_fields, strict=True)
    ]
    if Relation.DISJOINT in relations:
        return False
    # AWS does not document whether it completes the ARNs of conditions, too.
    is_certain = completed is None and Relation.UNKNOWN not in relations
    return True if is_certain else None


_Parse = Callable[[str], Any]
"""Parses a string; returns None or raises ValueError if it is malformed."""


def _parsed(parse: _Parse, compare: Callable[[Any, Any], bool]) -> Comparison:
    """Create a comparison of parsed values, which is unknown for a malformed value."""

    def matches(value: Pattern, wanted: Pattern) -> bool | None:
        if value.string is None or wanted.string is None:
            return None
        try:
            left, right = parse(value.string), parse(wanted.string)
        except ValueError:
            return None
        return None if left is None or right is None else compare(left, right)

    return _any_of(matches)


_NUMBER = lazy_pattern(r"[+-]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_EPOCH = lazy_pattern(r"\d{5,11}", re.ASCII)
_DATE = lazy_pattern(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))?", re.ASCII
)


def _number(string: str) -> float | None:
    return float(string) if _NUMBER.fullmatch(string) else None


def _date(string: str) -> float | None:
    """Return the seconds since 1970; None for a string that is neither a date nor a number.

    https://www.w3.org/TR/NOTE-datetime. Years and months without a day are not supported.
    """
    from datetime import UTC, datetime

    if _EPOCH.fullmatch(string):
        return float(string)
    if not _DATE.fullmatch(string):
        return None
    date = datetime.fromisoformat(string)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _network(string: str) -> Any:
    from ipaddress import ip_network

    return ip_network(string)


def _is_within(network: Any, other: Any) -> bool:
    return bool(network.version == other.version and network.subnet_of(other))


def _binary(string: str) -> bytes:
    from base64 import b64decode

    return b64decode(string, validate=True)


def _operators() -> Mapping[str, Operator]:
    arn = _any_of(_arn_matches)
    operators = {
        "stringequals": Operator(relate),
        "stringnotequals": Operator(relate, negated=True),
        "stringequalsignorecase": Operator(_ignoring_case),
        "stringnotequalsignorecase": Operator(_ignoring_case, negated=True),
        "stringlike": Operator(relate),
        "stringnotlike": Operator(relate, negated=True),
        "arnequals": Operator(arn, needs_arn=True),
        "arnlike": Operator(arn, needs_arn=True),
        "arnnotequals": Operator(arn, negated=True, needs_arn=True),
        "arnnotlike": Operator(arn, negated=True, needs_arn=True),
        "bool": Operator(_ignoring_case),
        "binaryequals": Operator(_parsed(_binary, eq)),
        "ipaddress": Operator(_parsed(_network, _is_within)),
        "notipaddress": Operator(_parsed(_network, _is_within), negated=True),
    }
    comparisons = {
        "equals": eq,
        "lessthan": lt,
        "lessthanequals": le,
        "greaterthan": gt,
        "greaterthanequals": ge,
    }
    for kind, parse in (("numeric", _number), ("date", _date)):
        for name, compare in comparisons.items():
            operators[kind + name] = Operator(_parsed(parse, compare))
        operators[kind + "notequals"] = Operator(_parsed(parse, eq), negated=True)
    return operators


OPERATORS = _operators()
"""The operators by their names in lower case, all but `Null`."""


def is_operator(name: str) -> bool:
    """Return whether a name, as it is written in a policy, is that of a condition operator."""
    base = name.lower().removeprefix("forallvalues:").removeprefix("foranyvalue:")
    return base == "null" or base.removesuffix("ifexists") in OPERATORS


def is_met(operator: Operator, value: Pattern, wanted: Sequence[Pattern]) -> bool | None:
    """Return whether a value of the request meets an operator; None if that is unknown."""
    if operator.needs_arn and not may_be_arn(value):
        return False
    relation = operator.compare(value, wanted)
    if relation is Relation.UNKNOWN:
        return None
    met = (relation is Relation.COVERED) is not operator.negated
    if met and operator.negated and operator.needs_arn:
        # AWS does not document whether a string that is not an ARN differs from every ARN.
        return True if all(arn_fields(pattern) for pattern in (value, *wanted)) else None
    return met
