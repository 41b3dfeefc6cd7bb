"""Conditions: each kind of operator with a key that is present, absent or unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import PLACE

from sfnlint.iam.conditions import ConditionResult, conditions_met, unmet_condition
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition, parse_policy
from sfnlint.symbol import Symbol, Symbols

MET, NOT_MET, UNKNOWN = ConditionResult.MET, ConditionResult.NOT_MET, ConditionResult.UNKNOWN
ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"


def conditions(operator: object, values: object, key: object = "k") -> tuple[Condition, ...]:
    data = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {operator: {key: values}},
        },
    }
    return parse_policy(PLACE, Symbols(), data).statements[0].conditions


def met(operator: str, values: object, value: str | Pattern | None) -> ConditionResult:
    pattern = Pattern.literal(value) if isinstance(value, str) else value
    return conditions_met(conditions(operator, values, "K"), {"k": pattern})


@pytest.mark.parametrize(
    ("operator", "values", "value", "answer"),
    [
        ("StringEquals", "a", "a", MET),
        ("stringequals", ["b", "a"], "a", MET),
        ("StringEquals", "a", "A", NOT_MET),
        ("StringEquals", "*", "a", NOT_MET),
        ("StringEquals", "${*}", "*", MET),
        ("StringEquals", "${aws:userid}", "a", UNKNOWN),
        ("StringNotEquals", ["a", "b"], "b", NOT_MET),
        ("StringNotEquals", ["a", "b"], "c", MET),
        ("StringEqualsIgnoreCase", "aB", "Ab", MET),
        ("StringNotEqualsIgnoreCase", "aB", "Ab", NOT_MET),
        ("StringLike", "a*c?", "abbcd", MET),
        ("StringLike", "a*c?", "abbc", NOT_MET),
        ("StringLike", "*.amazonaws.com", "sagemaker.amazonaws.com", MET),
        ("StringNotLike", "a*", "ab", NOT_MET),
        ("StringNotLike", "a*", "b", MET),
        ("ArnLike", "arn:aws:states:*:*:stateMachine:*", ARN, MET),
        ("ArnEquals", "arn:aws:states:*:*:stateMachine:orders", ARN, MET),
        ("ArnLike", "arn:aws:states:*:orders", ARN, UNKNOWN),
        ("ArnNotLike", "arn:aws:states:*:*:stateMachine:*", ARN, NOT_MET),
        ("ArnNotEquals", "arn:aws:sqs:*:*:*", ARN, MET),
        # Only the IgnoreCase operators and Bool ignore case.
        ("StringNotEquals", "a", "A", MET),
        ("StringLike", "a*", "Ab", NOT_MET),
        ("StringNotLike", "a*", "Ab", MET),
        ("ArnEquals", ARN.upper(), ARN, NOT_MET),
        ("ArnLike", ARN.upper(), ARN, NOT_MET),
        ("ArnNotEquals", ARN.upper(), ARN, MET),
        ("ArnNotLike", ARN.upper(), ARN, MET),
        ("Bool", "true", "true", MET),
        ("Bool", True, "true", MET),
        ("Bool", "True", "true", MET),
        ("Bool", False, "true", NOT_MET),
        ("NumericLessThan", 5, "4", UNKNOWN),
        ("NumericNotEquals", 5, "5", UNKNOWN),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", UNKNOWN),
        ("IpAddress", "10.0.0.0/8", "10.0.0.1", UNKNOWN),
        ("NotIpAddress", "10.0.0.0/8", "10.0.0.1", UNKNOWN),
        ("BinaryEquals", "QQ==", "QQ==", UNKNOWN),
        ("Null", "true", "a", NOT_MET),
        ("Null", "false", "a", MET),
        ("Null", False, "a", MET),
        ("ForAllValues:StringEquals", "a", "a", MET),
        ("ForAllValues:StringEquals", "a", "b", NOT_MET),
        ("ForAnyValue:StringLike", ["a*", "b"], "ac", MET),
        ("ForAnyValue:StringNotEquals", "a", "b", MET),
        ("StringEqualsIfExists", "a", "b", NOT_MET),
        ("StringNotEqualsIfExists", "a", "a", NOT_MET),
        # Without the key.
        ("StringEquals", "a", None, NOT_MET),
        ("StringNotEquals", "a", None, MET),
        ("StringLike", "*", None, NOT_MET),
        ("StringNotLike", "*", None, MET),
        ("ArnLike", "*", None, NOT_MET),
        ("ArnNotLike", "*", None, MET),
        ("Bool", "false", None, NOT_MET),
        ("NumericEquals", 5, None, NOT_MET),
        ("NumericNotEquals", 5, None, MET),
        ("DateNotEquals", "2026-01-01", None, MET),
        ("DateLessThanEquals", "2026-01-01", None, NOT_MET),
        ("NotIpAddress", "10.0.0.0/8", None, MET),
        ("IpAddress", "10.0.0.0/8", None, NOT_MET),
        ("StringEqualsIfExists", "a", None, MET),
        ("NumericLessThanIfExists", 5, None, MET),
        ("BoolIfExists", "true", None, MET),
        ("Null", "true", None, MET),
        ("Null", "false", None, NOT_MET),
        ("ForAllValues:StringEquals", "a", None, MET),
        ("ForAllValues:StringNotEquals", "a", None, MET),
        ("ForAnyValue:StringEquals", "a", None, NOT_MET),
        ("ForAnyValue:StringNotEquals", "a", None, NOT_MET),
        ("ForAnyValue:StringEqualsIfExists", "a", None, UNKNOWN),
        # The result of an invalid operator or of an empty list of values is unknown.
        ("StringEqual", "a", None, UNKNOWN),
        ("StringEqual", "a", "a", UNKNOWN),
        ("ForSomeValues:StringEquals", "a", None, UNKNOWN),
        ("ForAllValues:Null", "true", None, UNKNOWN),
        ("NullIfExists", "true", None, UNKNOWN),
        ("IfExists", "a", None, UNKNOWN),
        ("StringEquals", [], "a", UNKNOWN),
        ("StringNotEquals", [], "a", UNKNOWN),
        ("Null", ["true", "false"], "a", UNKNOWN),
        # Values with symbols.
        ("StringEquals", "a", Pattern((Symbol("P"),)), UNKNOWN),
        ("StringLike", "a*", Pattern(("a", Symbol("P"))), MET),
        ("StringNotLike", "a*", Pattern(("a", Symbol("P"))), NOT_MET),
        ("StringLike", "b*", Pattern(("a", Symbol("P"))), NOT_MET),
    ],
)
def test_one_condition(
    operator: str, values: object, value: str | Pattern | None, answer: ConditionResult
) -> None:
    assert met(operator, values, value) is answer


@given(st.sampled_from(["StringEquals", "ArnNotLike", "Null", "ForAllValues:StringLike", "Bool"]))
def test_of_a_key_that_is_not_known_nothing_is(operator: str) -> None:
    assert conditions_met(conditions(operator, "true"), {"other": None}) is UNKNOWN


def test_all_conditions_have_to_be_met() -> None:
    yes, no = conditions("StringEquals", "a"), conditions("StringEquals", "b")
    unknown = conditions("StringEquals", "a", "other")
    context = {"k": Pattern.literal("a")}
    assert conditions_met((), context) is MET
    assert conditions_met((*yes, *yes), context) is MET
    assert conditions_met((*yes, *unknown), context) is UNKNOWN
    assert conditions_met((*unknown, *no, *yes), context) is NOT_MET
    assert unmet_condition((*unknown, *yes, *no), context) == no[0]
    assert unmet_condition((*unknown, *yes), context) is None


@pytest.mark.parametrize("value", [None, {}, [[]], 1 << 20_000], ids=["null", "{}", "[]", "wide"])
def test_a_value_that_is_no_text_is_a_problem(value: object) -> None:
    data = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"k": value}}}
    policy = parse_policy(PLACE, Symbols(), {"Statement": data})
    assert [message for message, _ in policy.problems] == [
        "a condition value must be a string, a number or a boolean"
    ]
    assert not policy.statements[0].whole
