"""Conditions of statements that no request, or every request, meets.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sfnlint.iam.condition_keys import key_facts
from sfnlint.iam.pattern import Pattern, may_be_arn
from sfnlint.iam.policy import Condition, PlacedPattern, Statement
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

_NEGATED = ("stringnot", "numericnot", "datenot", "arnnot", "notipaddress")
_FITTING: Mapping[str, frozenset[str]] = {
    "numeric": frozenset({"String", "Numeric", "Date"}),
    "date": frozenset({"String", "Date", "Numeric"}),
    "arn": frozenset({"String", "ARN"}),
    "bool": frozenset({"String", "Bool"}),
    "ipaddress": frozenset({"String", "IPAddress"}),
}
"""The types that a kind of operators can compare. A key of type String can have any value."""


class _Form(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    example: str


_FORMS: Sequence[tuple[frozenset[str], _Form]] = (
    (
        frozenset(
            {
                "aws:principalaccount",
                "aws:resourceaccount",
                "aws:sourceaccount",
                "aws:vpceaccount",
                "kms:calleraccount",
                "s3:resourceaccount",
            }
        ),
        _Form("an account ID", lazy_pattern(r"[0-9]{12}"), "123456789012"),
    ),
    (
        frozenset({"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:vpceorgid"}),
        _Form("an organization ID", lazy_pattern(r"o-[a-z0-9]{10,32}"), "o-a1b2c3d4e5"),
    ),
    (
        frozenset({"iam:passedtoservice"}),
        _Form("a service principal", lazy_pattern(r".*\..*", re.DOTALL), "lambda.amazonaws.com"),
    ),
)
"""The keys whose values have a certain form."""

_NETWORK = lazy_pattern(r"[0-9a-fA-F:.]+(?:/[0-9]{1,3})?")


class OperatorParts(NamedTuple):
    """The parts of an operator as it is written.

    Attributes:
        quantifier: `forallvalues`, `foranyvalue` or empty.
        base: the operator in lower case, without quantifier and `IfExists`.
        if_exists: whether it ends in `IfExists`.

    """

    quantifier: str
    base: str
    if_exists: bool

    @classmethod
    def of(cls, operator: str) -> OperatorParts:
        """Split an operator."""
        quantifier, _, base = operator.lower().rpartition(":")
        return cls(quantifier, base.removesuffix("ifexists"), base.endswith("ifexists"))

    @property
    def is_negated(self) -> bool:
        """Whether the operator is met by a value that differs from those of the condition."""
        return self.base.startswith(_NEGATED)

    @property
    def met_without_key(self) -> bool:
        """Whether a request without the key meets the condition."""
        return self.if_exists or self.is_negated or self.quantifier == "forallvalues"

    @property
    def kind(self) -> str:
        """The kind of values that the operator compares: `string`, `arn`, `numeric` …"""
        base = self.base.removeprefix("not")
        return next((kind for kind in (*_FITTING, "string") if base.startswith(kind)), "")


def wrong_type(condition: Condition) -> str | None:
    """Return the type of a condition's key, if the operator can compare no value of this type."""
    fitting = _FITTING.get(OperatorParts.of(condition.operator).kind)
    types = [name.removeprefix("ArrayOf") for name in key_facts(condition.key).types]
    if fitting is None or not types or not fitting.isdisjoint(types):
        return None
    return types[0]


class ImpossibleValue(NamedTuple):
    """A value of a condition that no request has.

    Attributes:
        value: the value.
        reason: why no request has it, a clause after the value: "is not an ARN".
        fix: how to correct it, an imperative.

    """

    value: PlacedPattern
    reason: str
    fix: str


def impossible_values(condition: Condition) -> Iterator[ImpossibleValue]:
    """Yield the values of a condition that no request has."""
    parts = OperatorParts.of(condition.operator)
    for value in condition.values:
        string = value.pattern.string
        fault = None
        if string is not None:
            fault = _fault(parts, condition.key.lower(), string)
        elif parts.kind == "arn" and not may_be_arn(value.pattern):
            fault = _NO_ARN
        if fault is not None:
            yield ImpossibleValue(value, *fault)


_NO_ARN = "is not an ARN", "use an ARN, or a string operator"


def _fault(parts: OperatorParts, key: str, string: str) -> tuple[str, str] | None:
    """Return why a string is no value of a key, and how to correct it; None if it may be."""
    kind = parts.kind
    if kind == "arn" and not may_be_arn(Pattern.literal(string)):
        return _NO_ARN
    if kind == "bool" and string.lower() not in ("true", "false"):
        return "is neither 'true' nor 'false'", "use 'true' or 'false'"
    if kind == "ipaddress" and not _NETWORK.fullmatch(string):
        return "is not an IP address or a range of addresses", "use a range such as '10.0.0.0/8'"
    return _string_fault(parts, key, string) if kind == "string" else None


def _string_fault(parts: OperatorParts, key: str, string: str) -> tuple[str, str] | None:
    types = key_facts(key).types
    equals = parts.base in ("stringequals", "stringnotequals")
    negation = "Not" if parts.is_negated else ""
    is_arn = bool(types) and all(name.endswith("ARN") for name in types)
    form = next((form for keys, form in _FORMS if key in keys), None)
    if equals and "*" in string and (is_arn or form is not None):
        kind = "Arn" if is_arn else "String"
        return "has '*' as a plain character", f"use {kind}{negation}Like, which has wildcards"
    if types == ("IPAddress",) and equals and "/" in string:
        operator = "NotIpAddress" if negation else "IpAddress"
        return "is a range of addresses", f"use {operator}"
    if form is None or form.pattern.fullmatch(string):
        return None
    return f"is not {form.name}", f"use {form.name} such as '{form.example}'"


def met_without_key(statement: Statement) -> Iterator[Condition]:
    """Yield the conditions with `ForAllValues` that an Allow statement meets without their keys.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    if statement.effect == "Deny":
        return
    for condition in statement.conditions:
        if OperatorParts.of(condition.operator).quantifier != "forallvalues":
            continue
        others = [other for other in statement.conditions if other is not condition]
        if not any(_requires(other, condition.key.lower()) for other in others):
            yield condition


def _requires(condition: Condition, key: str) -> bool:
    """Return whether no request without a key meets a condition."""
    if condition.key.lower() != key:
        return False
    parts = OperatorParts.of(condition.operator)
    if parts.base != "null":
        return not parts.met_without_key
    # A value that the files do not show may be "false".
    return all(item.pattern.string in (None, "false") for item in condition.values)
