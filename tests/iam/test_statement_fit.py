"""Actions, resources and condition keys of statements, judged by the facts about services.

Statements made from the facts alone are silent; each kind of mistake in them is found.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import build_managed_policies
from sfnlint.iam.action_names import Known, named_actions
from sfnlint.iam.condition_faults import impossible_values, met_without_key, wrong_type
from sfnlint.iam.condition_fit import foreign_conditions
from sfnlint.iam.condition_keys import GLOBAL_KEYS, has_key, key_facts
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Statement
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.iam.resource_fit import fits
from sfnlint.iam.service_facts import ActionFacts, service_facts, service_prefixes
from sfnlint.iam.statement_fit import elements, useless_pairs
from sfnlint.place import Place
from sfnlint.symbol import Symbol, Symbols

NAMES = st.text("abcXYZ019-", min_size=1, max_size=6)
PATHS = st.text("abcXYZ019-/", min_size=1, max_size=8)
MANAGED = Path(__file__).parent.parent / "data" / "managed_policy_faults.json"
NEEDS = MANAGED.with_name("needs.json")
ORGANIZATION = "o-a1b2c3d4e5"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders"


class NoDocument:
    file = ""
    data = None


PLACE = Place(NoDocument())  # type: ignore[arg-type]


def statement(data: dict[str, Any], symbols: Symbols | None = None) -> Statement:
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*"} | data}
    policy = parse_policy(PLACE, symbols or Symbols(), document)
    assert not policy.problems
    return policy.statements[0]


def faults(data: dict[str, Any], symbols: Symbols | None = None) -> set[str]:
    """Return the kinds of mistakes in a statement."""
    parsed = statement(data, symbols)
    kinds = {item.named.known.value for item in elements(parsed)} - {"yes", "undecided"}
    useless = useless_pairs(parsed)
    kinds |= {"resource"} if useless.resources else set()
    kinds |= {"action"} if useless.elements else set()
    kinds |= {"foreign key" for _ in foreign_conditions(parsed)}
    kinds |= {"optional key" for _ in met_without_key(parsed)}
    for condition in parsed.conditions:
        kinds |= {"unknown key"} if key_facts(condition.key).exists is False else set()
        kinds |= {"type"} if wrong_type(condition) else set()
        kinds |= {"value" for _ in impossible_values(condition)}
    return kinds


def actions_of(prefix: str) -> Sequence[ActionFacts]:
    service = service_facts(prefix)
    assert service is not None
    return list(service.actions.values())


class Part(NamedTuple):
    """An action with a resource and condition keys that it supports."""

    prefix: str
    action: ActionFacts
    resource: str
    keys: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.prefix}:{self.action.name}"


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """Draw an action of any service with a resource that it supports."""
    prefix = draw(st.sampled_from([each for each in service_prefixes() if actions_of(each)]))
    action = draw(st.sampled_from(actions_of(prefix)))
    resource = "*"
    if action.forms:
        form = draw(st.sampled_from(action.forms))
        resource = "".join(
            draw(NAMES if letter == "+" else PATHS) if letter in "+*" else letter for letter in form
        )
    keys = [key.replace("*", "team") for key in action.keys or ()]
    return Part(prefix, action, resource, keys)


def condition(key: str) -> dict[str, Any]:
    """Return a condition that fits a key."""
    types = [name.removeprefix("ArrayOf") for name in key_facts(key).types]
    operator, value = {
        "ARN": ("ArnLike", MACHINE),
        "Bool": ("Bool", "true"),
        "IPAddress": ("IpAddress", "10.0.0.0/8"),
        "Numeric": ("NumericLessThan", "10"),
        "Date": ("DateLessThan", "2030-01-01T00:00:00Z"),
    }.get(types[0] if types else "String", ("StringLike", "a*"))
    return {operator: {key: value}}


@given(st.lists(parts(), min_size=1, max_size=4), st.data())
def test_statements_made_from_the_facts_are_silent(chosen: list[Part], data: st.DataObject) -> None:
    names = [part.name for part in chosen]
    statement: dict[str, Any] = {
        "Action": names,
        "Resource": [part.resource for part in chosen],
    }
    keys = [key for part in chosen for key in part.keys]
    if keys:
        statement["Condition"] = condition(data.draw(st.sampled_from(sorted(keys))))
    assert faults(statement) == set()
    statement["Action"] = [name.swapcase() for name in names]
    assert faults(statement) == set()


@given(parts(), st.integers(0, 60))
def test_a_missing_letter_is_found(part: Part, index: int) -> None:
    name = part.action.name
    index %= len(name)
    wrong = name[:index] + name[index + 1 :]
    assume(wrong and wrong.lower() not in {each.name.lower() for each in actions_of(part.prefix)})
    assert faults({"Action": f"{part.prefix}:{wrong}"}) == {"no action"}


@given(parts(), st.sampled_from(["x", "-service", "2"]))
def test_a_wrong_prefix_is_found(part: Part, suffix: str) -> None:
    prefix = part.prefix + suffix
    assume(prefix not in service_prefixes())
    assert faults({"Action": f"{prefix}:{part.action.name}"}) == {"no service"}
    assert faults({"Action": f"{prefix}:*"}) == {"no service"}


@given(parts())
def test_a_wildcard_without_action_is_found(part: Part) -> None:
    assert faults({"Action": f"{part.prefix}:Frobnicate*"}) == {"no match"}
    assert faults({"Action": f"{part.prefix}:{part.action.name[0]}*"}) == set()
    assert faults({"Action": f"{part.prefix}:?{part.action.name[1:]}"}) == set()


@given(parts(), NAMES)
def test_a_resource_of_another_service_is_found(part: Part, name: str) -> None:
    assume(part.action.forms is not None)
    arn = f"arn:aws:nosuchservice:us-east-1:123456789012:thing/{name}x"
    assert faults({"Action": part.name, "Resource": arn}) == {"resource", "action"}
    if part.action.forms:
        assert faults({"Action": part.name, "Resource": [arn, part.resource]}) == {"resource"}


@given(parts(), parts())
def test_an_action_without_a_resource_is_found(part: Part, other: Part) -> None:
    assume(part.action.forms and other.action.forms is not None)
    assume(not fits(Pattern.wild(part.resource), other.action))
    found = faults({"Action": [part.name, other.name], "Resource": part.resource})
    assert found == {"action"}


def own_keys(prefix: str) -> set[str]:
    """Return the keys of the actions of a service that begin with its prefix, without tags."""
    return {
        key
        for action in actions_of(prefix)
        for key in action.keys or ()
        if key.startswith(f"{prefix}:") and "*" not in key and "tag/" not in key
    }


services_with_keys = st.deferred(
    lambda: st.sampled_from([prefix for prefix in service_prefixes() if own_keys(prefix)])
)


@given(services_with_keys, st.data())
def test_a_misspelled_key_of_a_service_is_found(prefix: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(own_keys(prefix)))) + "x"
    assume(not key_facts(key).exists)
    action = data.draw(st.sampled_from(actions_of(prefix)))
    use = {"Action": f"{prefix}:{action.name}", "Condition": {"StringLike": {key: "a"}}}
    assert faults(use) == {"unknown key"}


@given(services_with_keys, st.data())
def test_a_key_of_other_actions_is_found(prefix: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(own_keys(prefix))))
    assert key_facts(key).exists
    for action in actions_of(prefix):
        use = {"Action": f"{prefix}:{action.name}", "Condition": condition(key)}
        assert faults(use) == (set() if has_key(action, key) else {"foreign key"})


@pytest.mark.parametrize(
    ("actions", "resources", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::orders", {"resource", "action"}),
        ("s3:GetObject", "arn:aws:s3:::orders/*", set()),
        ("s3:GetObject", "arn:aws:s3:::orders*", set()),
        ("s3:GetObject", ["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"], {"resource"}),
        ("s3:ListBucket", "arn:aws:s3:::orders/*", {"resource", "action"}),
        (["s3:ListBucket", "s3:GetObject"], "arn:aws:s3:::orders/*", {"action"}),
        ("s3:List*", "arn:aws:s3:::orders", set()),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::orders", set()),
        ("states:DescribeExecution", MACHINE, {"resource", "action"}),
        ("states:DescribeExecution", MACHINE.replace("stateMachine", "execution") + ":*", set()),
        ("states:SendTaskSuccess", MACHINE, set()),
        ("states:InvokeHTTPEndpoint", MACHINE, set()),
        ("logs:CreateLogStream", "arn:aws:logs:*:*:log-group:/aws/x", {"resource", "action"}),
        ("logs:CreateLogStream", "arn:aws:logs:*:*:log-group:/aws/x:*", set()),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:/aws/x*", set()),
        ("logs:TagResource", "arn:aws:logs:*:*:log-group:/aws/x", set()),
        ("ecs:RunTask", "arn:aws:ecs:*:123456789012:task-definition/f", {"resource", "action"}),
        ("ecs:RunTask", "arn:aws:ecs:*:123456789012:task-definition/f:*", set()),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/t/index/*", {"resource", "action"}),
        ("dynamodb:Query", "arn:aws:dynamodb:*:*:table/t/index/*", set()),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:*:*:repository/r", {"resource", "action"}),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:*:*:repository/*", set()),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:us-east-1:123456789012:*", set()),
        ("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/i-1", {"resource", "action"}),
        # Nothing is known about these.
        ("execute-api:Invoke", "execute-api:/*", set()),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/apis/x", set()),
        ("*", "arn:aws:s3:::orders", set()),
        ("s3 :GetObject", "arn:aws:s3:::orders", set()),
        (["s3:GetObject", "*"], "arn:aws:s3:::orders", {"action"}),
        ("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:f:live", set()),
        ("iam:ListRoles", "arn:aws:iam::123456789012:role/", set()),
        ("s3:GetObject", "arn:aws:s3:::or?ers", set()),
        ("s3:GetObject", "arn:aws:s3:::orders?x", set()),
        ("s3:GetObject", "arn:aws:s3:::" + "x" * 10_000, set()),
    ],
)
def test_resources(actions: Any, resources: Any, expected: set[str]) -> None:
    assert faults({"Action": actions, "Resource": resources}) == expected
    if isinstance(actions, str) and expected:
        deny = {"Effect": "Deny", "Action": actions, "Resource": resources}
        assert faults(deny) == expected


@pytest.mark.parametrize(
    ("symbol", "resource", "expected"),
    [
        (Symbol("Name"), "arn:aws:s3:::{}", set()),
        (Symbol("Bucket", "generated"), "arn:aws:s3:::{}", {"resource", "action"}),
        (Symbol("Bucket", "generated"), "arn:aws:s3:::{}/*", set()),
        (Symbol("AWS::Partition"), "arn:{}:s3:::orders", {"resource", "action"}),
        (Symbol("AWS::Partition"), "arn:{}:s3:::orders/x", set()),
        (Symbol("Arn"), "{}", set()),
    ],
)
def test_symbols_in_resources(symbol: Symbol, resource: str, expected: set[str]) -> None:
    symbols = Symbols()
    arn = resource.format(symbols.mark(symbol))
    assert faults({"Action": "s3:GetObject", "Resource": arn}, symbols) == expected


def test_unknown_parts_of_statements() -> None:
    symbols = Symbols()
    mark = symbols.mark(Symbol("Action"))
    for action in (mark, f"s3:{mark}", f"{mark}:GetObject", "*", "*:GetObject", ":x", "s3", "s3:"):
        assert named_actions(Pattern.wild(action, symbols)).known is Known.UNDECIDED
    assert named_actions(Pattern(())).known is Known.UNDECIDED
    assert named_actions(Pattern.wild("zocalo:Get*")).known is Known.YES
    assert named_actions(Pattern.wild("s3:[a]*")).known is Known.NO_MATCH
    assert faults({"Action": [mark, "s3:GetObject"], "Resource": "arn:aws:s3:::b"}, symbols) == {
        "action"
    }
    not_action = {"NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::b"}
    policy = parse_policy(
        PLACE, symbols, {"Statement": {"Effect": "Allow", **not_action, "Condition": {}}}
    )
    assert useless_pairs(policy.statements[0]).resources == ()
    assert list(foreign_conditions(policy.statements[0])) == []


def test_very_long_lists_are_not_judged() -> None:
    arns = [f"arn:aws:s3:::bucket{number}" for number in range(200)]
    assert faults({"Action": "s3:*Object*", "Resource": arns}) == set()
    assert faults({"Action": "s3:GetObject", "Resource": arns}) == {"resource", "action"}


@pytest.mark.parametrize(
    ("operator", "key", "value", "expected"),
    [
        ("NumericLessThan", "aws:SourceIp", "1", {"type"}),
        ("NumericEquals", "aws:PrincipalArn", "1", {"type"}),
        ("DateLessThan", "aws:SecureTransport", "2030-01-01", {"type"}),
        ("IpAddress", "aws:SourceArn", "10.0.0.1", {"type"}),
        ("Bool", "aws:SourceIp", "true", {"type"}),
        ("ArnLike", "aws:SourceIp", MACHINE, {"type"}),
        ("ArnEquals", "aws:SourceArn", "123456789012", {"value"}),
        ("ArnLike", "aws:SourceArn", "states*", {"value"}),
        ("ArnLike", "aws:SourceArn", "arn:aws:states:*", set()),
        ("ArnLike", "aws:PrincipalTag/role", MACHINE, set()),
        ("Bool", "aws:SecureTransport", "yes", {"value"}),
        ("Bool", "aws:SecureTransport", "TRUE", set()),
        ("StringEquals", "aws:SecureTransport", "true", set()),
        ("IpAddress", "aws:SourceIp", "localhost", {"value"}),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32", set()),
        ("StringEquals", "aws:SourceIp", "10.0.0.0/8", {"value"}),
        ("StringNotEquals", "aws:SourceIp", "10.0.0.0/8", {"value"}),
        ("StringEquals", "aws:SourceAccount", "12345", {"value"}),
        ("StringEquals", "aws:SourceAccount", "12345678901*", {"value"}),
        ("StringLike", "aws:SourceAccount", "12345678901*", set()),
        ("StringEquals", "aws:SourceAccount", "123456789012", set()),
        ("StringEquals", "aws:PrincipalOrgID", "r-abcd", {"value"}),
        ("StringEquals", "aws:PrincipalOrgID", ORGANIZATION, set()),
        ("StringEquals", "aws:SourceArn", MACHINE[:-3] + "*", {"value"}),
        ("StringLike", "aws:SourceArn", MACHINE[:-3] + "*", set()),
        ("StringNotEquals", "aws:SourceArn", MACHINE[:-3] + "*", {"value"}),
        ("StringEquals", "aws:PrincipalTag/team", "a*", set()),
        ("StringEquals", "aws:SourceAccount", "${aws:PrincipalAccount}", set()),
        ("StringLike", "s3:prefix", "a/*", set()),
        ("StringLike", "S3:Prefix", "a/*", set()),
        ("StringLike", "s3:x-amz-acl", "private", {"foreign key"}),
        ("StringLike", "s3:prefixes", "a/*", {"unknown key"}),
        ("StringLike", "s3:ExistingObjectTag/team", "a", set()),
        ("StringLike", "ec2:SourceInstanceARN", "a", set()),
        ("StringLike", "token.actions.githubusercontent.com:sub", "a", set()),
        ("StringLike", "aws:NewGlobalKey", "a", set()),
        ("StringLike", "nocolon", "a", set()),
        ("Null", "s3:prefix", "false", set()),
        ("ForAllValues:StringLike", "aws:CalledVia", "x.amazonaws.com", {"optional key"}),
        ("ForAnyValue:StringLike", "aws:CalledVia", "x.amazonaws.com", set()),
    ],
)
def test_conditions(operator: str, key: str, value: str, expected: set[str]) -> None:
    data = {"Action": "s3:ListBucket", "Condition": {operator: {key: value}}}
    assert faults(data) == expected


def test_the_service_of_a_passed_role() -> None:
    def found(operator: str, value: str) -> set[str]:
        condition = {operator: {"iam:PassedToService": value}}
        return faults({"Action": "iam:PassRole", "Condition": condition})

    assert found("StringEquals", "lambda") == {"value"}
    assert found("StringEquals", "*.amazonaws.com") == {"value"}
    assert found("StringEquals", "lambda.amazonaws.com") == set()
    assert found("StringLike", "*.amazonaws.com") == set()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"Null": {"aws:CalledVia": "false"}}, set()),
        ({"Null": {"aws:CalledVia": "true"}}, {"optional key"}),
        ({"Null": {"aws:TagKeys": "false"}}, {"optional key"}),
        ({"ForAnyValue:StringLike": {"aws:CalledVia": "x*"}}, set()),
        ({"StringLikeIfExists": {"aws:CalledVia": "x*"}}, {"optional key"}),
    ],
)
def test_for_all_values_with_another_condition(other: dict[str, Any], expected: set[str]) -> None:
    conditions = {"ForAllValues:StringEquals": {"aws:CalledVia": "x.amazonaws.com"}, **other}
    assert faults({"Action": "s3:ListBucket", "Condition": conditions}) == expected
    deny = {"Effect": "Deny", "Action": "s3:ListBucket", "Condition": conditions}
    assert "optional key" not in faults(deny)


def test_types_of_global_keys_are_those_of_the_facts() -> None:
    for key, kind in GLOBAL_KEYS.items():
        for prefix in ("s3", "ec2", "sts", "states"):
            service = service_facts(prefix)
            assert service is not None
            assert kind in service.keys.get(key, [kind]), key


def test_aws_managed_policies() -> None:
    """The mistakes in AWS managed policies are those that the data file lists, all true.

    Actions on objects beside the ARN of a bucket, iam:PassRole on instance profiles, long lists of
    actions beside the ARNs of one of their resource types, listing actions on narrow ARNs.
    """
    policies = build_managed_policies.unpacked(build_managed_policies.RESULT.read_bytes())
    found: dict[str, list[str]] = {}
    for name, (_, document) in sorted(policies.items()):
        parsed = parse_policy(PLACE, Symbols(), document, name)
        for each in parsed.statements:
            useless = useless_pairs(each)
            shown = [item.shown for item in useless.resources]
            shown += [item.written.shown for item in useless.elements]
            unknown = {item.named.known for item in elements(each)} - {Known.YES, Known.UNDECIDED}
            assert not unknown, name
            assert not list(foreign_conditions(each)), name
            for condition in each.conditions:
                assert key_facts(condition.key).exists is not False, name
                assert not wrong_type(condition), name
                assert not list(impossible_values(condition)), name
            if shown:
                found[name] = sorted({*found.get(name, []), *shown})
    assert found == json.loads(MANAGED.read_text(encoding="utf-8"))


def test_the_documented_permissions_of_integrations() -> None:
    """The permissions that the documentation of an integration lists have no mistake."""
    records = json.loads(NEEDS.read_text(encoding="utf-8"))
    found = set()
    for record in records:
        for need in record["statements"]:
            arns = [arn for arn in need["resources"] if isinstance(arn, str)]
            kinds = faults({"Action": need["actions"], "Resource": arns or "*"})
            found |= {(kind, *need["actions"], *arns) for kind in kinds}
    assert found == set()
