"""Whom a trust policy lets assume its role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from reference import PLACE

from sfnlint.iam.decision import Verdict
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.iam.trust import trusts
from sfnlint.symbol import Symbol, Symbols

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
SERVICE = "states.amazonaws.com"

Data = dict[str, Any]


def trust(principal: object = SERVICE, **more: object) -> Data:
    return {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sts:AssumeRole",
        **more,
    }


def without(statement: Data, name: str, **more: object) -> Data:
    return {**{key: value for key, value in statement.items() if key != name}, **more}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([], DENIED),
        ([trust()], ALLOWED),
        ([trust(["lambda.amazonaws.com", SERVICE])], ALLOWED),
        ([trust("states.eu-west-1.amazonaws.com")], ALLOWED),
        ([trust("states.cn-north-1.amazonaws.com.cn")], ALLOWED),
        ([trust("lambda.amazonaws.com")], DENIED),
        ([trust(Action="sts:*")], ALLOWED),
        ([trust(Action="sts:TagSession")], DENIED),
        ([without(trust(), "Action", NotAction="sts:TagSession")], ALLOWED),
        ([without(trust(), "Action", NotAction="sts:*")], DENIED),
        ([trust(Principal="*")], UNKNOWN),
        ([trust(Principal={"AWS": "*"})], UNKNOWN),
        ([trust(Principal={"AWS": "123456789012"})], DENIED),
        ([without(trust(), "Principal", NotPrincipal={"AWS": "123456789012"})], UNKNOWN),
        ([trust(Condition={"StringEquals": {"aws:SourceAccount": "1"}})], UNKNOWN),
        ([trust(), trust(Condition={"StringEquals": {"aws:SourceAccount": "1"}})], ALLOWED),
        ([trust(), trust(Effect="Deny")], UNKNOWN),
        ([trust(), trust("lambda.amazonaws.com", Effect="Deny")], ALLOWED),
        ([trust(Conditions={})], UNKNOWN),
        ([trust(5)], UNKNOWN),
    ],
)
def test_a_service(statements: Sequence[object], verdict: Verdict) -> None:
    document = parse_policy(PLACE, Symbols(), {"Statement": list(statements)}, kind="trust")
    assert trusts(document, SERVICE) is verdict


def test_a_service_where_something_is_open() -> None:
    symbols = Symbols()
    for field in ("Action", "Principal"):
        mark = symbols.mark(Symbol("Parameter"))
        statement = trust(mark) if field == "Principal" else trust(Action=mark)
        document = parse_policy(PLACE, symbols, {"Statement": statement}, kind="trust")
        assert trusts(document, SERVICE) is UNKNOWN
        negated = without(statement, field, **{f"Not{field}": statement[field]})
        document = parse_policy(PLACE, symbols, {"Statement": negated}, kind="trust")
        assert trusts(document, SERVICE) is UNKNOWN
