"""parse_policy: violations of the policy grammar, and values that contain symbols."""

from __future__ import annotations

from typing import Any

import pytest
from reference import PLACE

from sfnlint.iam.policy import Policy, PolicyKind
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.symbol import Symbol, Symbols

STATEMENT = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
SYMBOLS = Symbols()
OPEN = SYMBOLS.mark(Symbol("Parameter"))

Data = dict[str, Any]


def parse(data: object, kind: PolicyKind = "identity") -> Policy:
    return parse_policy(PLACE, SYMBOLS, data, kind=kind)


def problems(policy: Policy) -> list[tuple[str, str]]:
    return [(message, "/".join(map(str, place.path))) for message, place in policy.problems]


@pytest.mark.parametrize(
    ("data", "message", "path"),
    [
        ([], "the policy document must be an object", ""),
        ({}, "the policy document has no Statement element", ""),
        ({"Statement": [5]}, "the statement must be an object", "Statement/0"),
    ],
)
def test_a_malformed_document(data: object, message: str, path: str) -> None:
    policy = parse(data)
    assert problems(policy) == [(message, path)]
    assert not policy.statements


@pytest.mark.parametrize(
    ("elements", "message", "path"),
    [
        ({"Name": 1}, "unknown element 'Name' in the policy document", "Name"),
        ({"Version": "2012-10-7"}, "Version must be '2012-10-17' or '2008-10-17'", "Version"),
        ({"Version": 2012}, "Version must be '2012-10-17' or '2008-10-17'", "Version"),
    ],
)
def test_a_malformed_element_of_a_document(elements: Data, message: str, path: str) -> None:
    policy = parse({"Statement": STATEMENT, **elements})
    assert problems(policy) == [(message, path)]
    assert policy.statements[0].whole


@pytest.mark.parametrize(
    ("changes", "kind", "message", "path"),
    [
        ({"Action": []}, "identity", "Action is empty", "Action"),
        ({"NotResource": [], "Resource": None}, "identity", "NotResource is empty", "NotResource"),
        ({"Principal": "*"}, "trust", "trust policies do not support Resource", "Resource"),
        (
            {"Condition": {"StringEqual": {"aws:PrincipalAccount": "123456789012"}}},
            "identity",
            "unknown condition operator 'StringEqual'",
            "Condition/StringEqual",
        ),
    ],
)
def test_a_malformed_statement_with_a_clear_meaning(
    changes: Data, kind: PolicyKind, message: str, path: str
) -> None:
    data = {key: value for key, value in {**STATEMENT, **changes}.items() if value is not None}
    policy = parse({"Statement": data}, kind)
    assert problems(policy) == [(message, f"Statement/{path}")]
    assert policy.statements[0].whole


@pytest.mark.parametrize(
    "operator",
    ["Null", "StringEqualsIfExists", "ForAllValues:ArnLikeIfExists", "foranyvalue:bool"],
)
def test_operators_that_iam_knows(operator: str) -> None:
    condition = {operator: {"aws:PrincipalArn": "a"}, "Unknown": {}}
    assert not parse({"Statement": {**STATEMENT, "Condition": condition}}).problems


@pytest.mark.parametrize(
    ("changes", "message", "path"),
    [
        ({"Conditions": {}}, "unknown element 'Conditions' in the statement", "Conditions"),
        ({"NotAction": "a:*"}, "the statement has both Action and NotAction", ""),
        ({"Action": None}, "the statement has neither Action nor NotAction", ""),
        ({"Resource": None}, "the statement has neither Resource nor NotResource", ""),
        ({"Action": [5]}, "Action must be a string or a list of strings", "Action/0"),
        ({"Resource": {}}, "Resource must be a string or a list of strings", "Resource"),
        ({"Principal": "*"}, "identity policies do not support Principal", "Principal"),
        ({"NotPrincipal": "*"}, "identity policies do not support NotPrincipal", "NotPrincipal"),
        ({"Condition": 5}, "Condition must be an object", "Condition"),
        (
            {"Condition": {"Bool": "true"}},
            "condition operator 'Bool' must hold an object of condition keys",
            "Condition/Bool",
        ),
    ],
)
def test_a_malformed_statement(changes: Data, message: str, path: str) -> None:
    data = {key: value for key, value in {**STATEMENT, **changes}.items() if value is not None}
    policy = parse({"Statement": data})
    assert problems(policy) == [(message, f"Statement/{path}".rstrip("/"))]
    assert policy.complete
    assert not policy.statements[0].whole


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"Effect": "allow"}, "Statement/0/Effect"), ({"Effect": None}, "Statement/0")],
)
def test_a_statement_without_a_valid_effect_is_dropped(changes: Data, path: str) -> None:
    data = {key: value for key, value in {**STATEMENT, **changes}.items() if value is not None}
    policy = parse({"Statement": [data, STATEMENT]})
    assert problems(policy) == [("Effect must be 'Allow' or 'Deny'", path)]
    assert not policy.complete
    assert [statement.place.path for statement in policy.statements] == [("Statement", 1)]
    assert policy.statements[0].whole


@pytest.mark.parametrize(
    ("principals", "kind", "messages"),
    [
        ({}, "trust", ["the statement has neither Principal nor NotPrincipal"]),
        ({}, "resource", ["the statement has neither Principal nor NotPrincipal"]),
        ({"Principal": 5}, "trust", ["Principal must be '*' or an object"]),
        ({"NotPrincipal": 5}, "trust", ["NotPrincipal must be '*' or an object"]),
        (
            {"Principal": {"AWS": 5}},
            "trust",
            ["Principal must be a string or a list of strings"],
        ),
        (
            {"Principal": "*", "NotPrincipal": "*"},
            "resource",
            ["the statement has both Principal and NotPrincipal"],
        ),
        ({"Principal": {"AWS": ["a", "b"]}}, "resource", []),
        ({"Principal": {"service": "a"}}, "resource", ["unknown principal type 'service'"]),
        (
            {"Principal": {"AWS": "states.amazonaws.com"}},
            "trust",
            ["principal 'states.amazonaws.com' is a service, which has the type Service"],
        ),
    ],
)
def test_principals(principals: Data, kind: PolicyKind, messages: list[str]) -> None:
    statement = {**STATEMENT, **principals}
    if kind == "trust":
        del statement["Resource"]
    policy = parse({"Statement": statement}, kind)
    assert [message for message, _ in policy.problems] == messages
    assert policy.statements[0].whole is not bool(messages)
    if not messages:
        names = [str(principal.pattern) for principal in policy.statements[0].principals or ()]
        assert names == ["AWS:a", "AWS:b"]


@pytest.mark.parametrize(
    ("data", "complete", "certain"),
    [
        (OPEN, False, None),
        ({"Statement": OPEN}, False, None),
        ({"Statement": {**STATEMENT, "Effect": OPEN}}, False, None),
        ({"Statement": {**STATEMENT, "Condition": OPEN}}, True, False),
        ({"Statement": {**STATEMENT, "Condition": {"Bool": OPEN}}}, True, False),
        ({"Statement": {**STATEMENT, "Action": OPEN}}, True, True),
        ({"Statement": {**STATEMENT, "Condition": {"Bool": {"k": OPEN}}}}, True, True),
    ],
)
def test_values_that_are_symbols_are_no_problem(
    data: object, complete: bool, certain: bool | None
) -> None:
    policy = parse(data)
    assert not policy.problems
    assert policy.complete is complete
    assert [statement.certain for statement in policy.statements] == (
        [] if certain is None else [certain]
    )
    assert all(statement.whole for statement in policy.statements)


def test_wildcards_in_conditions_depend_on_the_operator() -> None:
    for operator, wildcards in (("StringLike", 1), ("ArnEquals", 1), ("StringEquals", 0)):
        statement = {**STATEMENT, "Condition": {operator: {"k": "a*"}}}
        [condition] = parse({"Statement": statement}).statements[0].conditions
        assert len(condition.values[0].pattern.parts) == 1 + wildcards


def test_widest_number_of_a_condition() -> None:
    for value, is_valid in ((2**64 - 1, True), (2**64, False)):
        statement = {**STATEMENT, "Condition": {"NumericEquals": {"k": value}}}
        assert parse({"Statement": statement}).statements[0].whole is is_valid


def test_a_principal_that_is_another_string() -> None:
    policy = parse({"Statement": {**STATEMENT, "Principal": "arn:aws:iam::1:root"}}, "resource")
    assert problems(policy) == [("Principal must be '*' or an object", "Statement/Principal")]
