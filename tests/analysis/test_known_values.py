"""The partition, Region and account of calls: what is evidence and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from analyses import TABLE, allow, analysis, put, task

from sfnlint.analysis.known_values import service_of, with_partition
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.iam.decision import Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.symbol import Symbol

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
PUT = "dynamodb:PutItem"
TOPIC = "arn:aws:sns:us-east-1:444455556666:alerts"
ALL = ["111122223333", "aws", "eu-west-1"]


def table(region: str = "eu-west-1", account: str = "111122223333", name: str = "orders") -> str:
    return f"arn:aws:dynamodb:{region}:{account}:table/{name}"


def deny(resources: object, **more: object) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": "dynamodb:*", "Resource": resources, **more}


def allow_others(resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": PUT, "NotResource": resource}


@pytest.mark.parametrize(
    ("statements", "values"),
    [
        ([allow(PUT, TABLE)], ALL),
        ([allow(PUT, [TABLE, table("us-east-1")])], ["111122223333", "aws"]),
        ([allow(PUT, [TABLE, table(account="444455556666")])], ["aws", "eu-west-1"]),
        ([allow(PUT, table("*"))], ["111122223333", "aws"]),
        ([allow(PUT, [TABLE, table("*", "*", "x")])], ALL),
        ([allow(PUT, [TABLE, table("eu-*", name="x")])], ALL),
        ([allow(PUT, [TABLE, table("us-*", name="x")])], ["111122223333", "aws"]),
        ([allow(PUT, [TABLE, table("${AWS::Region}", name="x")])], ["111122223333", "aws"]),
        ([allow(PUT, "*"), allow("sns:*", TOPIC)], []),
        ([allow(PUT, "*"), deny(TABLE)], []),
        ([allow_others(TABLE)], []),
        ([allow(PUT, "arn:aws:*:eu-west-1:111122223333:table/orders")], []),
    ],
)
def test_only_allow_statements_for_the_service_are_evidence(
    statements: Sequence[dict[str, Any]], values: list[str]
) -> None:
    analysed = analysis({"Save": put("orders")}, *statements)
    known = analysed.known_values.of_service("dynamodb")
    assert sorted(map(str, known.values())) == values


def test_statements_that_aws_wrote_are_no_evidence() -> None:
    analysed = analysis({"Save": put("orders")}, allow(PUT, TABLE))
    policy = analysed.role.policies[0]
    [statement] = policy.statements
    analysed.role.policies = [policy._replace(statements=(statement._replace(aws_managed=True),))]
    assert not analysed.known_values.of_service("dynamodb")


def test_the_arns_of_machine_and_role_decide() -> None:
    analysed = analysis({"Save": put("orders")}, allow(PUT, TABLE))
    analysed.role.arn = Pattern.literal("arn:aws-cn:iam::444455556666:role/r")
    known = analysed.known_values.of_service("dynamodb")
    assert known == {PARTITION: "aws-cn", REGION: "eu-west-1", ACCOUNT: "444455556666"}
    assert not analysed.known_values.of_role.keys() & {REGION}
    analysed = analysis({"Save": put("orders")}, allow(PUT, TABLE))
    analysed.subjects[0].arn = "arn:aws-cn:states:cn-north-1:444455556666:stateMachine:m"
    known = analysed.known_values.of_service("sns")
    assert known == {PARTITION: "aws-cn", REGION: "cn-north-1", ACCOUNT: "444455556666"}
    assert analysed.substitute(Pattern(("arn:", PARTITION, ":sns:", REGION))) == Pattern.literal(
        "arn:aws-cn:sns:cn-north-1"
    )


EDGE = allow(PUT, table("us-east-1", name="edge"))
ALERTS = allow("sns:Publish", TOPIC)


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([allow(PUT, TABLE)], ALLOWED),
        ([allow(PUT, table(name="other"))], DENIED),
        ([allow(PUT, TABLE), deny(table("us-east-1"))], ALLOWED),
        ([allow(PUT, TABLE), deny(TABLE)], DENIED),
        ([allow(PUT, "*"), deny("*")], DENIED),
        # A Deny for one Region or account, in whatever form.
        ([allow(PUT, "*"), deny(table("us-east-1", "*"))], UNKNOWN),
        ([allow(PUT, "*"), deny(table("us-east-1", "*", "*"))], UNKNOWN),
        ([allow(PUT, table("*")), deny(table("us-east-1", "*"))], UNKNOWN),
        ([allow(PUT, "*"), deny(table("*", "444455556666"))], UNKNOWN),
        ([allow(PUT, "*"), deny(table("us-?ast-1", "444455556666"))], UNKNOWN),
        ([allow_others(table("us-east-1", "*", "*"))], UNKNOWN),
        ([allow(PUT, "*"), deny(table("us-east-1")), ALERTS], UNKNOWN),
        # An Allow statement that names a pattern of Regions, beside another service's ARN.
        ([allow(PUT, table("eu-*", "*")), ALERTS], UNKNOWN),
        ([allow(PUT, [table("eu-west-?"), table("ap-*")]), ALERTS], UNKNOWN),
        # Evidence of the same service denies nothing that another Region would allow.
        ([allow(PUT, "*"), EDGE, deny(table("us-east-1"))], UNKNOWN),
        ([allow_others(table("us-east-1", "*", "*")), EDGE], UNKNOWN),
        ([allow(PUT, table("us-*", "*")), EDGE, deny(table("us-*", "111122223333"))], UNKNOWN),
    ],
)
def test_verdicts_in_an_unknown_region(
    statements: Sequence[dict[str, Any]], verdict: Verdict
) -> None:
    [check] = analysis({"Save": put("orders")}, *statements).checks
    assert check.verdict is verdict
    reasons = [reason.message for reason in check.decision.uncertainties]
    assert (verdict is UNKNOWN) is bool(reasons)


def test_each_service_has_its_own_region() -> None:
    states = {
        "Save": put("orders"),
        "Warn": task("sqs:sendMessage", QueueUrl="${QueueUrl}", MessageBody="x"),
    }
    queue = "arn:aws:sqs:us-east-1:444455556666:warnings"
    analysed = analysis(states, allow(PUT, TABLE), allow("sqs:SendMessage", queue))
    assert analysed.known_values.of_service("dynamodb")[REGION] == "eu-west-1"
    assert analysed.known_values.of_service("sqs")[REGION] == "us-east-1"


@pytest.mark.parametrize(
    ("parts", "service"),
    [
        (("arn:aws:sqs:eu-west-1:111122223333:q",), "sqs"),
        (("arn:", PARTITION, ":sqs:", REGION, ":", ACCOUNT, ":q"), "sqs"),
        (("arn:aws:sqs:", REGION), "sqs"),
        (("arn:", Symbol("P"), Symbol("Q")), ""),
        (("arn:aws:s", Symbol("P")), ""),
        ((Symbol("Arn"),), ""),
        (("*",), ""),
        ((), ""),
    ],
)
def test_the_service_of_a_resource(parts: tuple[str | Symbol, ...], service: str) -> None:
    assert service_of(Pattern(parts)) == service


def queue(region: str) -> dict[str, Any]:
    url = f"https://sqs.{region}.amazonaws.com/111122223333/orders"
    return task("sqs:sendMessage", QueueUrl=url, MessageBody="x")


def deny_sqs(resource: str) -> list[dict[str, Any]]:
    everything = allow("sqs:*", "*")
    return [everything, {"Effect": "Deny", "Action": "sqs:*", "Resource": resource}]


@pytest.mark.parametrize(
    ("region", "statements", "verdict"),
    [
        ("eu-west-1", deny_sqs("arn:aws:sqs:*:*:*"), DENIED),
        ("eu-west-1", deny_sqs("arn:aws:sqs"), DENIED),
        ("eu-west-1", deny_sqs("arn:aws-cn:sqs:*:*:*"), ALLOWED),
        ("cn-north-1", deny_sqs("arn:aws-cn:sqs:*:*:*"), DENIED),
        ("cn-north-1", deny_sqs("arn:aws:sqs:*:*:*"), ALLOWED),
        ("us-gov-west-1", deny_sqs("arn:aws-us-gov:sqs:*:*:*"), DENIED),
        ("us-gov-west-1", deny_sqs("arn:aws:sqs:*:*:*"), ALLOWED),
        ("mars-north-1", deny_sqs("arn:aws:sqs:*:*:*"), UNKNOWN),
        ("${Region}", deny_sqs("arn:aws:sqs:*:*:*"), UNKNOWN),
        ("${Region}", [{**allow_others("arn:aws:sqs:*:*:*"), "Action": "sqs:*"}], UNKNOWN),
        ("eu-west-1", [{**allow_others("arn:aws:sqs:*:*:*"), "Action": "sqs:*"}], DENIED),
        ("eu-west-1", [{**allow_others("arn:aws-cn:sqs:*:*:*"), "Action": "sqs:*"}], ALLOWED),
        # The policy's own partition stays the call's.
        ("eu-west-1", [allow("sqs:*", "arn:${AWS::Partition}:sqs:*:*:orders")], ALLOWED),
    ],
)
def test_the_region_of_a_call_decides_its_partition(
    region: str, statements: Sequence[dict[str, Any]], verdict: Verdict
) -> None:
    [check] = analysis({"Send": queue(region)}, *statements).checks_of("sqs:SendMessage")
    assert check.verdict is verdict


def test_the_region_known_by_evidence_decides_the_partition() -> None:
    statements = [
        allow("sqs:*", "arn:*:sqs:eu-west-1:111122223333:*"),
        allow("sqs:*", "arn:*:sqs:eu-west-1:111122223333:orders"),
    ]
    send = task("sqs:sendMessage", QueueUrl="${QueueUrl}", MessageBody="x")
    values = analysis({"Send": send}, *statements).known_values.of_service("sqs")
    assert values == {REGION: "eu-west-1", ACCOUNT: "111122223333"}
    resource = Pattern(("arn:", PARTITION, ":sqs:", REGION, ":", ACCOUNT, ":", Symbol("Name")))
    assert with_partition(values, resource) == {PARTITION: "aws", **values}
    assert with_partition({}, resource) == {}
    assert with_partition(values, Pattern(("arn:aws:sqs",))) == values
    assert with_partition({}, Pattern((PARTITION, ":sqs:eu-west-1"))) == {}
    assert with_partition({PARTITION: "aws-cn", **values}, resource)[PARTITION] == "aws-cn"


def test_a_denial_in_a_known_partition_holds_in_all_regions() -> None:
    elsewhere = allow("sqs:*", "arn:*:sqs:us-east-1:444455556666:dead-letters")
    analysed = analysis({"Send": queue("eu-west-1")}, elsewhere, *deny_sqs("arn:aws:sqs"))
    [check] = analysed.checks_of("sqs:SendMessage")
    assert check.verdict is DENIED
