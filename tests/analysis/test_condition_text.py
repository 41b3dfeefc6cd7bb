"""Conditions in words."""

from __future__ import annotations

import pytest

from sfnlint.analysis.condition_text import condition_text
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.place import Place
from sfnlint.source import parse
from sfnlint.symbol import Symbols


def text(operator: str, *values: str) -> str:
    block = {operator: {"aws:Key": list(values)}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block}
    place = Place(parse("{}", "policy.json", "json"))
    policy = parse_policy(place, Symbols(), {"Version": "2012-10-17", "Statement": statement})
    [condition] = policy.statements[0].conditions
    return condition_text(condition)


@pytest.mark.parametrize(
    ("operator", "one", "two", "three"),
    [
        ("StringEquals", "is 'a'", "is 'a' or 'b'", "is 'a', 'b' or 'c'"),
        ("stringequalsignorecase", "is 'a'", "is 'a' or 'b'", "is 'a', 'b' or 'c'"),
        ("StringLike", "matches 'a'", "matches 'a' or 'b'", "matches 'a', 'b' or 'c'"),
        ("ArnLike", "matches 'a'", "matches 'a' or 'b'", "matches 'a', 'b' or 'c'"),
        ("StringNotEquals", "is not 'a'", "is neither 'a' nor 'b'", "is neither 'a', 'b' nor 'c'"),
        (
            "ArnNotLike",
            "does not match 'a'",
            "matches neither 'a' nor 'b'",
            "matches neither 'a', 'b' nor 'c'",
        ),
        (
            "NotIpAddress",
            "is not in 'a'",
            "is in neither 'a' nor 'b'",
            "is in neither 'a', 'b' nor 'c'",
        ),
        (
            "NumericLessThanEquals",
            "is at most 'a'",
            "is at most 'a' or 'b'",
            "is at most 'a', 'b' or 'c'",
        ),
    ],
)
def test_any_value_suffices_and_of_a_negated_operator_none(
    operator: str, one: str, two: str, three: str
) -> None:
    assert text(operator, "a") == f"aws:Key {one}"
    assert text(operator, "a", "b") == f"aws:Key {two}"
    assert text(operator, "a", "b", "c") == f"aws:Key {three}"


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], "every value of aws:Key is 'a' or 'b'"),
        ("ForAllValues:StringNotEquals", ["a"], "every value of aws:Key is not 'a'"),
        ("ForAnyValue:StringLike", ["a*", "b"], "a value of aws:Key matches 'a*' or 'b'"),
        ("StringEqualsIfExists", ["a", "b"], "aws:Key is 'a' or 'b' or is absent"),
        ("Null", ["true"], "aws:Key is absent"),
        ("Null", ["false"], "aws:Key is present"),
        ("Null", ["true", "false"], "aws:Key meets Null 'true' or 'false'"),
        ("StringSounds", ["a", "b"], "aws:Key meets StringSounds 'a' or 'b'"),
        ("Bool", ["true"], "aws:Key is 'true'"),
    ],
)
def test_quantifiers_and_existence(operator: str, values: list[str], expected: str) -> None:
    assert text(operator, *values) == expected


def test_many_values_are_counted() -> None:
    assert text("StringEquals", *"abcdef") == "aws:Key is 'a', 'b', 'c' or 3 more"
