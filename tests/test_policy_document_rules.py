"""Rules about policy documents: valid documents are silent, and each kind of fault is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.asl.machine import Machine
from sfnlint.iam.policy import PolicyStorage
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.place import Place
from sfnlint.rule import all_rules
from sfnlint.source import parse
from sfnlint.subject import Role, Subject
from sfnlint.symbol import Symbols
from sfnlint_rules.policies._policy_size import policy_size

Data = dict[str, Any]
OWN = [rule for rule in all_rules().values() if 620 <= int(rule.id[2:]) < 640]
ACTIONS = ["sqs:SendMessage", "s3:GetObject", "dynamodb:GetItem", "lambda:InvokeFunction"]
RESOURCES = [
    "arn:aws:sqs:us-east-1:123456789012:orders",
    "arn:aws:s3:::records/*",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    "arn:*:lambda:*:123456789012:function:f:*",
    "arn:aws:s3:::records/${aws:PrincipalTag/team}/*",
]
CONDITIONS: list[Data] = [
    {},
    {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:states:us-east-1:123456789012:stateMachine:*"}},
    {"Bool": {"aws:SecureTransport": True}},
]


def problems(data: object, storage: PolicyStorage = "inline", kind: str = "identity") -> list[str]:
    """Return the rules that report a document, EF006 for violations of the grammar."""
    source = parse(json.dumps(data), "policy.json", "json")
    place = Place(source)
    policy = parse_policy(
        place, Symbols(), source.data, "own", "trust" if kind == "trust" else "identity"
    )
    [written] = policy.stored(storage).written
    document = PolicyDocument("trust" if kind == "trust" else "identity", written, Role("Role"))
    machine = Machine.__new__(Machine)
    document.subjects = [Subject(machine, None, Symbols(), place)]
    rules = [rule for rule in OWN if rule.about == "PolicyDocument"]
    found = ["EF006" for _ in policy.problems]
    for rule in rules:
        for finding in rule.run(document):
            located = finding.place.locate()
            assert located.span.start < located.span.end
            found.append(finding.rule)
    return found


@st.composite
def documents(draw: st.DrawFn) -> Data:
    """A document whose statements have different Sids and different pairs of actions."""
    count = draw(st.integers(1, 4))
    statements = []
    for number in range(count):
        statement: Data = {
            "Effect": draw(st.sampled_from(["Allow", "Deny"])),
            # Of one statement, so that no other one covers it.
            "Action": [f"{ACTIONS[number]}", f"{ACTIONS[number]}{draw(st.sampled_from('AB'))}"],
            "Resource": draw(st.lists(st.sampled_from(RESOURCES), min_size=1, unique=True)),
        }
        if draw(st.booleans()):
            statement["Sid"] = draw(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True)) + str(
                number
            )
        condition = draw(st.sampled_from(CONDITIONS))
        if condition:
            statement["Condition"] = condition
        statements.append(statement)
    return {"Version": "2012-10-17", "Statement": statements}


@given(documents())
def test_valid_documents_are_silent(document: Data) -> None:
    assert problems(document) == []


Mutation = Callable[[Data, Data], None]


def without_version(document: Data, statement: Data) -> None:
    document["Version"] = "2008-10-17"
    statement["Resource"] = "arn:aws:s3:::records/${aws:userid}/*"


def repeated(document: Data, statement: Data) -> None:
    statement["Effect"] = "Allow"
    document["Statement"].append({**statement, "Sid": "Other99"})


MUTATIONS: dict[str, tuple[str, Mutation]] = {
    "a character in a Sid": ("EF620", lambda _, s: s.update(Sid="a b")),
    "a repeated Sid": (
        "EF621",
        lambda d, s: d["Statement"].append({**s, "Sid": s.setdefault("Sid", "Same")}),
    ),
    "no ARN": ("EF622", lambda _, s: s.update(Resource="orders")),
    "no partition": ("EF622", lambda _, s: s.update(Resource=["arn::s3:::records"])),
    "a Region of a bucket": ("EF622", lambda _, s: s.update(Resource="arn:aws:s3:us-east-1::b")),
    "no statements": ("EF623", lambda d, _: d.update(Statement=[])),
    "a Region": ("WF624", lambda _, s: s.update(Resource="arn:aws:sqs:useast1:123456789012:q")),
    "an account": ("WF624", lambda _, s: s.update(Resource="arn:aws:sqs:us-east-1:12345:q")),
    "a variable": ("WF625", without_version),
    "a repeated statement": ("IF631", repeated),
    "a repeated action": ("IF631", lambda _, s: s.update(Action=["sqs:A", "sqs:a"])),
    "a Deny": (
        "WF632",
        lambda d, s: d["Statement"].append(
            {"Effect": s.update(Effect="Allow") or "Deny", "Action": "*", "Resource": "*"}
        ),
    ),
    "no Effect": ("EF006", lambda _, s: s.pop("Effect") and None),
    "no Action": ("EF006", lambda _, s: s.pop("Action") and None),
    "no actions": ("EF006", lambda _, s: s.update(Action=[])),
    "both actions": ("EF006", lambda _, s: s.update(NotAction="s3:*")),
    "no Resource": ("EF006", lambda _, s: s.pop("Resource") and None),
    "a principal": ("EF006", lambda _, s: s.update(Principal="*")),
    "an unknown element": ("EF006", lambda _, s: s.update(Actions="s3:*")),
    "a wrong Effect": ("EF006", lambda _, s: s.update(Effect="Permit")),
    "a wrong Version": ("EF006", lambda d, _: d.update(Version="2012-10-18")),
    "an operator": ("EF006", lambda _, s: s.update(Condition={"StringEqual": {"a:b": "c"}})),
}


@pytest.mark.parametrize("name", MUTATIONS)
@given(document=documents(), index=st.integers(0, 3))
def test_each_fault_is_found(name: str, document: Data, index: int) -> None:
    rule, mutate = MUTATIONS[name]
    statements = document["Statement"]
    mutate(document, statements[index % len(statements)])
    assert rule in problems(document)


def statements(number: int) -> list[Data]:
    resources = [f"arn:aws:s3:::records-{index:04}/*" for index in range(number)]
    return [{"Effect": "Deny", "Action": "s3:GetObject", "Resource": [name]} for name in resources]


@pytest.mark.parametrize(
    ("storage", "number", "rules"),
    [("managed", 70, []), ("managed", 95, ["EF628"]), ("inline", 95, []), ("", 95, [])],
)
def test_size_of_a_managed_policy(storage: PolicyStorage, number: int, rules: list[str]) -> None:
    assert problems({"Version": "2012-10-17", "Statement": statements(number)}, storage) == rules


@pytest.mark.parametrize(
    ("number", "rules"), [(20, []), (45, ["WF629"]), (70, ["WF629"]), (95, ["EF628"])]
)
def test_size_of_a_trust_policy(number: int, rules: list[str]) -> None:
    roles = [f"arn:aws:iam::123456789012:role/scheduler-{index:05}" for index in range(number)]
    statement = {"Effect": "Allow", "Principal": {"AWS": roles}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    assert problems(document, "", "trust") == rules


def test_characters_of_a_document() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "a b"}, {"Effect": "Allow"}]}
    written = json.dumps(document, separators=(",", ":"))
    assert policy_size(document) == len(written) - 1
    assert policy_size({"a": ["x"]}) == len('{"a":"x"}')
    assert policy_size([]) == 0
    assert policy_size(True) == 1
    assert policy_size({"Fn::GetAtt": ["A", "B"]}) == 0
    assert policy_size("a\U000f0000b") == 4


def test_statements_that_are_not_compared() -> None:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    for other in (
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::a"},
        {**allow, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {**allow, "Resource": "arn:aws:s3:::a/*"},
    ):
        assert problems({"Statement": [other, {**allow, "Resource": "arn:aws:s3:::b/*"}]}) == []
    assert problems({"Statement": {**allow, "Principal": "*"}}, "", "trust") == ["EF006"]


def test_documents_that_are_too_large_are_not_compared() -> None:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a"}
    assert problems({"Statement": [allow] * 101}) == []
    actions = [f"s3:Get{number}" for number in range(150)]
    large = {**allow, "Action": [*actions, "s3:Get1"]}
    assert problems({"Statement": [large, large]}) == []
    assert problems({"Statement": [{**large, "Action": actions[:9]}] * 2}) == ["IF631"]
