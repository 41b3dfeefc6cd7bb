"""Conditions: each kind of operator with a key that is present, absent or unknown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import PLACE, condition_met

from sfnlint.iam.conditions import (
    Alternatives,
    ConditionResult,
    ContextValue,
    MultiValue,
    conditions_met,
    unmet_condition,
)
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.symbol import Symbol, Symbols

MET, NOT_MET, UNKNOWN = ConditionResult.MET, ConditionResult.NOT_MET, ConditionResult.UNKNOWN
ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"
ROLE = Pattern(("arn:aws:iam::", Symbol("AWS::AccountId"), ":role/a", Symbol("P")))
EMPTY = Pattern(())
SEVERAL = MultiValue((Pattern.literal("a"), Pattern.literal("b")))


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


def met(operator: str, values: object, value: str | ContextValue) -> ConditionResult:
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
        # Wildcards stay within their field.
        ("ArnLike", "arn:*:states:*:stateMachine:orders", ARN, NOT_MET),
        ("ArnNotLike", "arn:*:states:*:stateMachine:orders", ARN, MET),
        # AWS does not document that it completes ARNs of conditions.
        ("ArnLike", "arn:aws:states:*", ARN, UNKNOWN),
        ("ArnLike", "arn:aws:states", ARN, UNKNOWN),
        ("ArnLike", "*", ARN, UNKNOWN),
        ("ArnLike", "arn:aws:states:*:orders", ARN, NOT_MET),
        ("ArnLike", "*:sqs", ARN, NOT_MET),
        # An ARN operator is not met by a value that is not an ARN.
        ("ArnEquals", "sagemaker.amazonaws.com", "sagemaker.amazonaws.com", NOT_MET),
        ("ArnLike", "*", "sagemaker.amazonaws.com", NOT_MET),
        ("ArnLike", "arn:aws:sqs", "arn:aws:sqs", NOT_MET),
        ("ArnNotEquals", "ec2.amazonaws.com", "sagemaker.amazonaws.com", NOT_MET),
        ("ArnNotLike", "arn:aws:sqs:*:*:*", "", NOT_MET),
        ("ArnEquals", "123456789012", ARN, NOT_MET),
        ("ArnNotLike", "arn:aws:states:*:*:stateMachine:*", ARN, NOT_MET),
        ("ArnNotEquals", "arn:aws:sqs:*:*:*", ARN, MET),
        # Only the IgnoreCase operators and Bool ignore case.
        ("StringNotEquals", "a", "A", MET),
        ("StringLike", "a*", "Ab", NOT_MET),
        ("StringNotLike", "a*", "Ab", MET),
        ("ArnEquals", ARN.replace("orders", "ORDERS"), ARN, NOT_MET),
        ("ArnLike", ARN.replace("orders", "ORDERS"), ARN, NOT_MET),
        ("ArnNotEquals", ARN.replace("orders", "ORDERS"), ARN, MET),
        ("ArnNotLike", ARN.replace("orders", "ORDERS"), ARN, MET),
        ("Bool", "true", "true", MET),
        ("Bool", True, "true", MET),
        ("Bool", "True", "true", MET),
        ("Bool", False, "true", NOT_MET),
        ("NumericLessThan", 5, "4", MET),
        ("NumericLessThan", "5", "5.0", NOT_MET),
        ("NumericEquals", ["4", "10"], "10.0", MET),
        ("NumericNotEquals", 5, "5", NOT_MET),
        ("NumericNotEquals", 5, "-5", MET),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", MET),
        ("DateLessThan", "2026-01-01T00:00:00+02:00", "2025-12-31T22:30:00Z", NOT_MET),
        ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", MET),
        ("DateLessThanEquals", "1767225600", "2026-01-01T00:00:00Z", MET),
        ("IpAddress", "10.0.0.0/8", "10.0.0.1", MET),
        ("IpAddress", ["192.0.2.7", "2001:db8::/32"], "192.0.2.8", NOT_MET),
        ("NotIpAddress", "10.0.0.0/8", "10.0.0.1", NOT_MET),
        ("NotIpAddress", "10.0.0.0/8", "2001:db8::1", MET),
        ("BinaryEquals", "QQ==", "QQ==", MET),
        ("BinaryEquals", "QUE=", "QQ==", NOT_MET),
        # The result of a malformed value is unknown unless another value decides.
        ("NumericEquals", "five", "5", UNKNOWN),
        ("NumericNotEquals", ["five", "5"], "5", NOT_MET),
        ("NumericLessThan", "5", "many", UNKNOWN),
        ("DateLessThan", "tomorrow", "2026-01-01", UNKNOWN),
        ("DateLessThan", "2026-02-30", "2026-01-01", UNKNOWN),
        ("DateLessThan", "2026", "2026-01-01", UNKNOWN),
        ("IpAddress", "10.0.0.1/8", "10.0.0.1", UNKNOWN),
        ("BinaryEquals", "Q", "QQ==", UNKNOWN),
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
        ("NumericLessThan", 5, Pattern((Symbol("P"),)), UNKNOWN),
        ("ArnLike", "arn:*:iam::*:role/*", ROLE, MET),
        ("ArnLike", "arn:*:iam::*:role/ab", ROLE, UNKNOWN),
        ("ArnLike", "arn:*:iam::*:role/b", ROLE, NOT_MET),
        ("ArnLike", "arn:aws:sqs:*:*:*", ROLE, NOT_MET),
        ("ArnNotLike", "arn:aws:sqs:*:*:*", ROLE, MET),
        ("ArnLike", "arn:*:iam::*:role/*", Pattern((Symbol("Role"),)), UNKNOWN),
        ("ArnLike", "${Role}", Pattern((Symbol("Role"),)), MET),
        ("ArnLike", "${Other}", Pattern((Symbol("Role"),)), UNKNOWN),
        ("ArnNotLike", "b*", ROLE, UNKNOWN),
        ("ArnNotLike", "arn:aws:sqs:*:*:*", Pattern((Symbol("Role"),)), UNKNOWN),
        ("ArnLike", "b*", Pattern((Symbol("Role"),)), NOT_MET),
        ("ArnLike", "arn:aws:sqs:${Rest}", Pattern((Symbol("Role"),)), UNKNOWN),
        ("ArnLike", "arn:*:iam::*:role/*", Pattern(("a", Symbol("P"))), UNKNOWN),
        ("ArnNotLike", "*", Pattern(("b", Symbol("P"))), NOT_MET),
        # Values that are possible.
        ("StringEquals", "a", Alternatives((None, EMPTY)), NOT_MET),
        ("StringLike", "*", Alternatives((None, EMPTY)), UNKNOWN),
        ("StringNotLike", "a*", Alternatives((None, EMPTY)), MET),
        ("Null", "true", Alternatives((None, EMPTY)), UNKNOWN),
        # Keys with several values.
        ("ForAnyValue:StringEquals", "a", SEVERAL, MET),
        ("ForAnyValue:StringEquals", "c", SEVERAL, NOT_MET),
        ("ForAnyValue:StringNotEquals", "a", SEVERAL, MET),
        ("ForAllValues:StringEquals", ["a", "b", "c"], SEVERAL, MET),
        ("ForAllValues:StringEquals", "a", SEVERAL, NOT_MET),
        ("ForAllValues:StringEquals", "a", MultiValue((Pattern((Symbol("P"),)),)), UNKNOWN),
        ("StringEquals", "a", SEVERAL, UNKNOWN),
        ("StringEquals", "a", MultiValue((Pattern.literal("a"),)), MET),
        ("Null", "false", SEVERAL, MET),
        ("ForAllValues:StringEquals", "a", MultiValue(()), MET),
        ("ForAnyValue:StringEquals", "a", MultiValue(()), NOT_MET),
        ("Null", "false", MultiValue(()), UNKNOWN),
    ],
)
def test_one_condition(
    operator: str, values: object, value: str | ContextValue, answer: ConditionResult
) -> None:
    assert met(operator, values, value) is answer


KINDS = {
    "String": (["a", "A", "ab", "", "a*"], ["Equals", "EqualsIgnoreCase", "Like"]),
    "Arn": (
        ["arn:p:s:r:1:x", "arn:p:s:r:1:x:y", "arn:p:s:*:1:x", "arn:?:*:r:1:*", "arn:p:*:1:x:y"],
        ["Equals", "Like"],
    ),
    "Numeric": (
        ["5", "5.0", "-1", "10"],
        ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"],
    ),
    "Date": (
        ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "1767225600", "2025-12-31T23:59Z"],
        ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"],
    ),
    "Bool": (["true", "False", "TRUE"], [""]),
    "Binary": (["QQ==", "QUI="], ["Equals"]),
    "Ip": (["10.0.0.0/8", "10.0.0.1", "2001:db8::/32", "2001:db8::1"], ["Address"]),
}
NON_ARNS = ["x", "sagemaker.amazonaws.com", "arn:p:s"]
"""Values of a key that ARN operators are never met by."""


@st.composite
def evaluations(draw: st.DrawFn) -> tuple[str, list[str], list[str] | None]:
    """An operator with its quantifier and `IfExists`, its values, and the values of the key."""
    kind = draw(st.sampled_from([*KINDS]))
    texts, comparisons = KINDS[kind]
    comparison = draw(st.sampled_from(comparisons))
    wanted = draw(st.lists(st.sampled_from(texts), min_size=1, max_size=3))
    own = [text for text in texts if "/" not in text] + (NON_ARNS if kind == "Arn" else [])
    values = draw(st.none() | st.lists(st.sampled_from(own), min_size=1, max_size=2))
    single = values is None or len(values) == 1
    quantifier = draw(st.sampled_from(["ForAllValues:", "ForAnyValue:", ""][: 3 if single else 2]))
    if_exists = "" if quantifier == "ForAnyValue:" else draw(st.sampled_from(["", "IfExists"]))
    negated = draw(st.booleans()) and comparison in (
        "Equals",
        "EqualsIgnoreCase",
        "Like",
        "Address",
    )
    if kind == "Ip":
        name = "NotIpAddress" if negated else "IpAddress"
    else:
        name = f"{kind}{'Not' if negated and kind != 'Binary' else ''}{comparison}"
    return f"{quantifier}{name}{if_exists}", wanted, values


@settings(max_examples=500, deadline=None)
@given(evaluations())
def test_conditions_on_known_values(case: tuple[str, list[str], list[str] | None]) -> None:
    name, wanted, values = case
    expected = MET if condition_met(name, wanted, values) else NOT_MET
    context = None if values is None else MultiValue(tuple(map(Pattern.literal, values)))
    assert met(name, wanted, context) is expected


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
