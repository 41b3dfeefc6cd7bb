"""Statements of resource policies that apply to a role, compared with a reference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import PLACE

from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.iam.policy import PlacedPattern, Policy, Statement
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.iam.principals import PrincipalRole, grants_beyond_boundary, named_by, principal_fault
from sfnlint.iam.relation import Relation
from sfnlint.iam.resource_policies import key_policy_for_role, policy_for_role
from sfnlint.symbol import Symbol, Symbols

ACCOUNTS = ("111111111111", "222222222222")
NAMES = ("a", "b")
ACCOUNT, NAME = Symbol("Account"), Symbol("Name")
ROLE = PrincipalRole(Pattern.literal("arn:aws:iam::111111111111:role/path/a"))
COVERED, UNKNOWN, DISJOINT = Relation.COVERED, Relation.UNKNOWN, Relation.DISJOINT

accounts: st.SearchStrategy[PatternPart] = st.sampled_from([*ACCOUNTS, ACCOUNT])
names: st.SearchStrategy[PatternPart] = st.sampled_from([*NAMES, NAME])


def arn(account: PatternPart, name: PatternPart) -> Pattern:
    return Pattern.of(["arn:aws:iam::", account, ":role/", name])


principals = st.one_of(
    st.sampled_from(["*", "AWS:*", "Service:sqs.amazonaws.com"]).map(lambda s: Pattern.wild(s)),
    accounts.map(lambda account: Pattern.of(["AWS:", account])),
    accounts.map(lambda account: Pattern.of(["AWS:arn:aws:iam::", account, ":root"])),
    st.tuples(accounts, names).map(lambda pair: Pattern.of(["AWS:", *arn(*pair).parts])),
    st.tuples(accounts, names).map(
        lambda pair: Pattern.of(["AWS:arn:aws:iam::", pair[0], ":user/", pair[1]])
    ),
)


def includes(principal: str, account: str, name: str) -> tuple[bool, bool]:
    """Whether a principal includes a role itself, and whether it includes the role's account."""
    itself = principal in ("*", "AWS:*", f"AWS:arn:aws:iam::{account}:role/{name}")
    return itself, principal in (f"AWS:{account}", f"AWS:arn:aws:iam::{account}:root")


@given(st.lists(principals, max_size=3), st.tuples(accounts, names))
def test_principals_in_every_case(
    written: Sequence[Pattern], role: tuple[PatternPart, PatternPart]
) -> None:
    named = named_by([PlacedPattern(item, PLACE) for item in written], arn(*role))
    results: list[tuple[bool, bool]] = []
    for account, name in product(ACCOUNTS, NAMES):
        values: dict[Symbol, PatternPart] = {ACCOUNT: account, NAME: name}
        of_role = [str(Pattern.of([part]).substitute(values)) for part in role]
        each = [includes(str(item.substitute(values)), *of_role) for item in written]
        results.append((any(pair[0] for pair in each), any(pair[1] for pair in each)))
    for relation, possible in zip(named, zip(*results, strict=True), strict=True):
        if relation is not UNKNOWN:
            assert set(possible) == {relation is COVERED}
    parts = [*role, *(part for item in written for part in item.parts)]
    if not any(isinstance(part, Symbol) for part in parts):
        assert UNKNOWN not in named


def statement(effect: str = "Allow", **more: object) -> dict[str, object]:
    return {"Effect": effect, "Action": "s3:*", "Resource": "*", **more}


def policy(*statements: object) -> Policy:
    return parse_policy(PLACE, Symbols(), {"Statement": list(statements)}, kind="resource")


def applying(data: dict[str, object], role: PrincipalRole = ROLE) -> Relation:
    """How a statement applies to a role in the account of the resource."""
    statements = policy_for_role(policy(data), role, COVERED).statements
    if not statements:
        return DISJOINT
    return COVERED if statements[0].certain and statements[0].whole else UNKNOWN


@pytest.mark.parametrize(
    ("principal", "allow", "deny"),
    [
        ({"AWS": "arn:aws:iam::111111111111:role/path/a"}, COVERED, COVERED),
        ({"AWS": "arn:aws-cn:iam::111111111111:role/path/a"}, COVERED, COVERED),
        ({"AWS": "arn:aws:iam::111111111111:role/a"}, DISJOINT, DISJOINT),
        ({"AWS": "arn:aws:iam::111111111111:role/*"}, UNKNOWN, UNKNOWN),
        ({"AWS": "arn:aws:sts::111111111111:assumed-role/a/now"}, UNKNOWN, UNKNOWN),
        ({"AWS": "arn:aws:sts::222222222222:assumed-role/a/now"}, DISJOINT, DISJOINT),
        ({"AWS": "arn:aws:sts::111111111111:federated-user/a"}, DISJOINT, DISJOINT),
        ({"AWS": "111111111111"}, DISJOINT, COVERED),
        ({"AWS": "222222222222"}, DISJOINT, DISJOINT),
        ({"AWS": "arn:aws:iam::111111111111:root"}, DISJOINT, COVERED),
        ({"AWS": "AROAEXAMPLEEXAMPLEEXA"}, UNKNOWN, UNKNOWN),
        ({"AWS": "AIDAEXAMPLEEXAMPLEEXA"}, DISJOINT, DISJOINT),
        ({"CanonicalUser": "0123456789abcdef"}, DISJOINT, UNKNOWN),
        ({"Federated": "cognito-identity.amazonaws.com"}, DISJOINT, DISJOINT),
        ({}, DISJOINT, DISJOINT),
        ("somebody", DISJOINT, DISJOINT),
        (["a"], UNKNOWN, UNKNOWN),
    ],
)
def test_principals(principal: object, allow: Relation, deny: Relation) -> None:
    assert applying(statement(Principal=principal)) is allow
    assert applying(statement("Deny", Principal=principal)) is deny


def test_not_principal() -> None:
    other = {"AWS": "arn:aws:iam::111111111111:role/b"}
    assert applying(statement("Deny", NotPrincipal=other)) is COVERED
    assert applying(statement("Allow", NotPrincipal=other)) is UNKNOWN
    account = {"AWS": "111111111111"}
    assert applying(statement("Deny", NotPrincipal=account)) is UNKNOWN
    assert applying(statement("Deny", NotPrincipal=account), ROLE._replace(has_boundary=True)) is (
        COVERED
    )


def test_a_statement_without_principal_may_apply() -> None:
    assert applying(statement()) is UNKNOWN
    assert applying(statement("Deny")) is UNKNOWN


def test_a_role_of_another_account_needs_a_policy_of_its_own() -> None:
    allowing = policy(statement(Principal="*"))
    [of_other] = policy_for_role(allowing, ROLE, DISJOINT).statements
    assert not of_other.certain
    denying = policy(statement("Deny", Principal="*"))
    [of_other] = policy_for_role(denying, ROLE, DISJOINT).statements
    assert of_other.certain


def test_an_unread_statement_can_allow_and_deny() -> None:
    read = policy_for_role(policy("text"), ROLE, COVERED)
    assert read.complete
    assert [(one.effect, one.whole) for one in read.statements] == [
        ("Allow", False),
        ("Deny", False),
    ]


def test_key_policies_delegate_to_the_account() -> None:
    root = {"AWS": "arn:aws:iam::111111111111:root"}
    of_key = policy(
        statement(Principal=root),
        statement("Deny", Principal="*"),
        statement(Principal={"AWS": "222222222222"}),
    )
    [delegating] = key_policy_for_role(of_key, ROLE).statements
    assert delegating.certain


@pytest.mark.parametrize(
    ("principal", "beyond"),
    [
        ({"AWS": "arn:aws:iam::111111111111:role/path/a"}, False),
        ({"AWS": ["arn:aws:iam::111111111111:role/path/a", "111111111111"]}, True),
        ("*", True),
    ],
)
def test_grants_beyond_a_boundary(principal: object, beyond: bool) -> None:
    [read] = policy(statement(Principal=principal)).statements
    assert grants_beyond_boundary(read) is beyond
    assert not grants_beyond_boundary(Statement(PLACE, "Allow"))


@pytest.mark.parametrize(
    ("principal", "fault"),
    [
        ("states.amazonaws.com", "is a service, which has the type Service"),
        ("12345", "has an account ID that does not have 12 digits"),
        ("arn:aws:iam::12345678901:root", "has an account ID that does not have 12 digits"),
        ("arn:aws:iam::123456789012:group/a", "is a group, which cannot be a principal"),
        ("arn:aws:iam::123456789012:role/*", "has a wildcard, which a principal cannot have"),
        (
            "arn:aws:states:us-east-1:123456789012:stateMachine:a",
            "is neither an ARN of IAM nor of AWS STS",
        ),
        ("*", None),
        ("123456789012", None),
        ("AROAEXAMPLEID", None),
        ("${account}", None),
        ("arn:aws:iam::123456789012:role/a", None),
        ("arn:aws:iam::123456789012:root", None),
        ("arn:aws:sts::123456789012:assumed-role/a/b", None),
        ("arn:aws:iam::${account}:role/a", None),
    ],
)
def test_principals_that_iam_refuses(principal: str, fault: str | None) -> None:
    pattern = Pattern.wild(principal)
    assert principal_fault(pattern, "trust") == fault
    is_for_all = fault is not None and ("digits" in fault or "group" in fault)
    assert principal_fault(pattern, "resource") == (fault if is_for_all else None)
