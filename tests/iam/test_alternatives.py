"""Policies of which the files show several versions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import PLACE

from sfnlint.iam.alternatives import one_of, perhaps
from sfnlint.iam.decision import Verdict
from sfnlint.iam.evaluate import Grants
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy, Statement
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.place import Place, Span
from sfnlint.source import parse
from sfnlint.symbol import Symbols

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
DOCUMENT = parse("x" * 40, "p", "json")
Data = dict[str, Any]


def policy(*statements: Data) -> Policy:
    """Return a policy whose statements are at places of their own, by the key `at`."""
    data = {"Statement": [{k: v for k, v in each.items() if k != "at"} for each in statements]}
    parsed = parse_policy(PLACE, Symbols(), data)
    return parsed._replace(
        statements=tuple(
            statement._replace(place=Place(DOCUMENT, (), "text", Span(each.get("at", 0), 40)))
            for statement, each in zip(parsed.statements, statements, strict=True)
        )
    )


def allow(actions: object, resources: object = "*", **more: object) -> Data:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def verdict(policies: list[Policy], action: str, resource: str = "x") -> Verdict:
    return Grants(policies).decide(action, Pattern.literal(resource), {}).verdict


def parts(statements: tuple[Statement, ...]) -> list[tuple[list[str], list[str], bool]]:
    return [
        (
            [str(item.pattern) for item in statement.actions],
            [str(item.pattern) for item in statement.resources],
            statement.certain,
        )
        for statement in statements
    ]


def test_a_single_version_is_the_policy() -> None:
    only = policy(allow("s3:GetObject"))
    assert one_of([only]) is only


def test_statements_of_all_versions_are_certain() -> None:
    both = one_of([policy(allow("a:B", at=1), allow("a:C", at=2)), policy(allow("a:B", at=1))])
    assert parts(both.statements) == [(["a:B"], ["*"], True), (["a:C"], ["*"], False)]
    assert verdict([both], "a:B") is ALLOWED
    assert verdict([both], "a:C") is UNKNOWN
    assert verdict([both], "a:D") is DENIED


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # The common part is certain, the rest may exist.
        (allow(["a:B", "a:C"]), allow("a:B"), [(["a:B"], ["*"], True), (["a:C"], ["*"], False)]),
        (
            allow("a:B", ["x", "y"]),
            allow("a:B", "y"),
            [(["a:B"], ["y"], True), (["a:B"], ["x"], False)],
        ),
        (
            allow(["a:B", "a:C"], ["x", "y"]),
            allow("a:B", "y"),
            [(["a:B"], ["y"], True), (["a:B", "a:C"], ["x", "y"], False)],
        ),
        # There is no common part.
        (allow("a:B"), allow("a:C"), [(["a:B"], ["*"], False), (["a:C"], ["*"], False)]),
        (allow("a:B", "x"), allow("a:B", "y"), [(["a:B"], ["x"], False), (["a:B"], ["y"], False)]),
        (
            allow("a:B", Condition={"Bool": {"k": "true"}}),
            allow("a:B"),
            [(["a:B"], ["*"], False), (["a:B"], ["*"], False)],
        ),
        (
            {"Effect": "Allow", "NotAction": ["a:B", "a:C"], "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["a:B"], "Resource": "*"},
            [(["a:B", "a:C"], ["*"], False), (["a:B"], ["*"], False)],
        ),
        (allow("a:B"), {**allow("a:B"), "Effect": "Deny"}, [(["a:B"], ["*"], False)] * 2),
    ],
)  # fmt: skip
def test_versions_of_a_statement(first: Data, second: Data, expected: object) -> None:
    assert parts(one_of([policy(first), policy(second)]).statements) == expected


def test_several_statements_at_one_place_are_not_compared() -> None:
    loop = policy(allow(["a:B", "a:C"], at=1), allow(["a:B", "a:D"], at=1))
    merged = one_of([loop, policy(allow(["a:B", "a:E"], at=1))])
    assert not any(statement.certain for statement in merged.statements)
    assert len(merged.statements) == 3


def test_problems_of_all_versions_are_reported() -> None:
    bad = {"Effect": "Allow", "Action": "a:B"}
    assert one_of([policy(bad), policy(bad)]).problems
    assert not one_of([policy(bad), policy(allow("a:B"))]).problems
    assert not one_of([policy(), policy(bad)]).problems


def test_a_version_that_cannot_be_read_makes_the_policy_incomplete() -> None:
    unread = parse_policy(PLACE, Symbols(), None)._replace(problems=())
    merged = one_of([policy(allow("a:B")), unread])
    assert not merged.complete
    assert verdict([merged], "a:C") is UNKNOWN


def test_a_policy_that_may_exist() -> None:
    own = perhaps(policy(allow("a:B")))
    assert verdict([own], "a:B") is UNKNOWN
    assert verdict([own], "a:C") is DENIED


NAMES = st.lists(st.sampled_from(["a:B", "a:C", "a:*", "b:D"]), min_size=1, max_size=3, unique=True)
RESOURCES = st.lists(st.sampled_from(["x", "y", "*"]), min_size=1, max_size=2, unique=True)
STATEMENTS = st.builds(
    lambda effect, action, resource, names, resources, at: {
        "Effect": effect,
        action: names,
        resource: resources,
        "at": at,
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["Action", "Action", "NotAction"]),
    st.sampled_from(["Resource", "Resource", "NotResource"]),
    NAMES,
    RESOURCES,
    st.integers(0, 2),
)
VERSIONS = st.lists(
    st.lists(STATEMENTS, max_size=3).map(lambda written: policy(*written)), min_size=1, max_size=4
)


@given(VERSIONS, st.sampled_from(["a:B", "a:C", "b:D"]), st.sampled_from(["x", "y", "z"]))
def test_a_verdict_is_that_of_every_version(
    versions: list[Policy], action: str, resource: str
) -> None:
    merged = verdict([one_of(versions)], action, resource)
    each = {verdict([version], action, resource) for version in versions}
    assert merged is UNKNOWN or each == {merged}
