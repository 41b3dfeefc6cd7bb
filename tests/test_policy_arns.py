"""ARNs in policies: which IAM refuses, which match nothing, and which are silent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfnlint.engine import run_text
from sfnlint.iam.partitions import PARTITIONS
from sfnlint.iam.pattern import Pattern, known_arn_fields
from sfnlint.options import Options
from sfnlint.symbol import Symbol
from sfnlint_rules.policies._arn_faults import arn_fault, resource_fault

REFUSED = {
    "arn::s3:::bucket": "has no partition",
    "arn:AWS:s3:::bucket": "has the partition 'AWS', which does not exist",
    "arn:amazon:sqs:us-east-1:123456789012:q": ("has the partition 'amazon', which does not exist"),
    "arn:aws:s3:us-east-1::bucket/*": ("has a Region, but ARNs of buckets and objects have none"),
    "arn:aws:s3:*:*:bucket/*": "has a Region, but ARNs of buckets and objects have none",
    "arn:aws:iam:us-east-1:123456789012:role/x": "has a Region, but ARNs of IAM have none",
    "arn:aws:iam::123456789012:roles/x": ("has the resource type 'roles', which IAM does not have"),
    "arn:aws:iam::123456789012:Role/x": "has the resource type 'Role', which IAM does not have",
    "my-queue": "is neither an ARN nor '*'",
    "https://sqs.us-east-1.amazonaws.com/123456789012/q": "is neither an ARN nor '*'",
    " arn:aws:s3:::bucket": "is neither an ARN nor '*'",
}
UNMATCHED = {
    "arn:aws:sqs:us-east1:123456789012:q": "has the Region 'us-east1', which does not exist",
    "arn:aws:sqs:us-east-1a:123456789012:q": "has the Region 'us-east-1a', which does not exist",
    "arn:aws:sqs:EU-WEST-1:123456789012:q": "has the Region 'EU-WEST-1', which does not exist",
    "arn:aws:sqs:us-gov-west:123456789012:q": (
        "has the Region 'us-gov-west', which does not exist"
    ),
    "arn:aws:sqs:cn-north-1:123456789012:q": (
        "has the partition 'aws', but 'cn-north-1' is a Region of 'aws-cn'"
    ),
    "arn:aws:sqs:*:12345678901:q": (
        "has the account '12345678901', but account IDs have 12 digits"
    ),
    "arn:aws:sqs:*:1234-5678-9012:q": (
        "has the account '1234-5678-9012', but account IDs have 12 digits"
    ),
    "arn:aws:s3::my-bucket": "has 'my-bucket' in place of an account",
}
SILENT = [
    "*",
    "**",
    "",
    "arn:*",
    "arn:aws",
    "arn:aws:s3",
    "arn:aws:s3:::",
    "arn:*:s3:::bucket/*",
    "arn:aws-new:s3:::bucket",
    "arn:test-partition:s3:::bucket",
    "arn:aws:s3:us-east-1:123456789012:accesspoint/x",
    "arn:aws:s3:*:*:*",
    "arn:aws:s3::123456789012:accesspoint/x.mrap",
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::123456789012:root",
    "arn:aws:iam::123456789012:r*/x",
    "arn:aws:iam::*:*",
    "arn:aws:iam::aws:role-template/x.amazonaws.com/y:1",
    "arn:aws:sqs:us-*:1234*:q",
    "arn:aws:sqs:us-east-?:123456789012:q",
    "arn:aws:sqs:mx-central-1:123456789012:q",
    "arn:aws:sqs:us-new-1:123456789012:q",
    "arn:aws:sqs:region:account:q",
    "arn:aws:logs:*:log-group:/aws/x",
    "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q",
    "${aws:PrincipalTag/arn}",
    "QUEUE_ARN",
]


def fault(string: str) -> tuple[str, str] | None:
    result = resource_fault(Pattern.wild(string))
    return None if result is None else (result.effect, result.problem)


@pytest.mark.parametrize("string", REFUSED)
def test_refused(string: str) -> None:
    assert fault(string) == ("refused", REFUSED[string])


@pytest.mark.parametrize("string", UNMATCHED)
def test_unmatched(string: str) -> None:
    assert fault(string) == ("unmatched", UNMATCHED[string])


@pytest.mark.parametrize("string", SILENT)
def test_silent(string: str) -> None:
    assert fault(string) is None


def test_fix_of_a_region() -> None:
    for string, fix in (("useast1", "us-east-1"), ("us_gov_west_1", "us-gov-west-1")):
        result = arn_fault(Pattern.literal(f"arn:aws:sqs:{string}:123456789012:q"))
        assert result is not None
        assert result.fix == f"write '{fix}'"


def test_values_that_are_no_arns() -> None:
    assert arn_fault(Pattern.literal("sqs:us-east1:1:q")) is None
    assert arn_fault(Pattern.of([Symbol("Queue.Arn")])) is None


REGION, UNKNOWN = Symbol("AWS::Region"), Symbol("Unknown")


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        (["arn:aws:sqs:", REGION, ":12:q"], ["arn", "aws", "sqs", None, "12", "q"]),
        (["arn:aws:sqs:us-", REGION, ":12:q:r"], ["arn", "aws", "sqs", None, "12", "q:r"]),
        (["arn:aws:sqs:", UNKNOWN, ":12:q"], ["arn", "aws", "sqs"]),
        (["arn:aws:s3:::a/", UNKNOWN, "/b"], ["arn", "aws", "s3", "", "", "a/"]),
        ([UNKNOWN, ":x"], []),
    ],
)
def test_fields_up_to_an_unknown_one(parts: list[str | Symbol], fields: list[str | None]) -> None:
    assert known_arn_fields(Pattern.of(parts)) == fields


REGIONS = {"aws": "eu-central-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-east-1"}
WORD = st.text("abcxyz0189-_/.:*", min_size=1, max_size=20)


@given(
    st.sampled_from(sorted(REGIONS)),
    st.sampled_from(["sqs", "lambda", "dynamodb", "states", "logs", "ec2"]),
    st.sampled_from(["", "*", "123456789012", "000000000000"]),
    WORD,
)
def test_arns_of_real_regions_are_silent(
    partition: str, service: str, account: str, resource: str
) -> None:
    for region in (REGIONS[partition], "*", ""):
        assert fault(f"arn:{partition}:{service}:{region}:{account}:{resource}") is None


@given(st.sampled_from(PARTITIONS), WORD)
def test_arns_of_buckets_are_silent(partition: str, resource: str) -> None:
    assert fault(f"arn:{partition}:s3:::{resource}") is None


@given(
    st.sampled_from(["us-east-1", "eu-west-3", "ap-southeast-2", "us-gov-west-1"]),
    st.sampled_from(["remove", "upper", "zone", "underscore"]),
)
def test_miswritten_regions_are_found(region: str, mutation: str) -> None:
    written = {
        "remove": region.replace("-", "", 1) if "gov" not in region else region[:-2],
        "upper": region.upper(),
        "zone": f"{region}b",
        "underscore": region.replace("-", "_"),
    }[mutation]
    result = fault(f"arn:aws:sqs:{written}:123456789012:q")
    assert result is not None
    assert result[0] == "unmatched"


def findings(document: dict[str, Any], **resources: object) -> list[str]:
    """Return the rules and messages of findings about the policy of a role."""
    role = {
        "AssumeRolePolicyDocument": {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        },
        "Policies": [{"PolicyName": "own", "PolicyDocument": document}],
    }
    states = {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {
                "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q",
                "MessageBody": "m",
            },
            "End": True,
        }
    }
    machine = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": {"StartAt": "Send", "States": states},
    }
    template = {
        "Resources": {
            "Flow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            **resources,
        }
    }
    rules = frozenset({"EF401", "EF410", "EF622", "WF624"})
    result = run_text(json.dumps(template), "template.json", Options(rules=rules))
    assert not result.failures
    return [finding.rule for finding in result.findings]


def allow(resource: object, action: str = "sqs:SendMessage", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


QUEUE = allow("arn:aws:sqs:us-east-1:123456789012:q")


def test_one_finding_for_a_resource_that_a_state_needs() -> None:
    assert findings({"Statement": [allow("arn:aws:sqs:us-east1:123456789012:q")]}) == ["EF410"]


def test_resource_that_no_state_needs() -> None:
    wrong = allow("arn:aws:sqs:us-east1:123456789012:q", "sqs:PurgeQueue")
    assert findings({"Statement": [QUEUE, wrong]}) == ["WF624"]


def test_value_of_a_condition() -> None:
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::12345:role/x"}}
    statement = allow("*", "sqs:PurgeQueue", Condition=condition)
    assert findings({"Statement": [QUEUE, statement]}) == ["WF624"]


def test_placeholders_are_silent() -> None:
    resources = ["<queue>", "arn:aws:sqs:us-east1:{{ account }}:q", "arn:aws:sqs:x:ACCOUNT_ID:q"]
    statement = allow(resources, "sqs:PurgeQueue")
    assert findings({"Statement": [QUEUE, statement]}) == []


def test_resources_that_a_template_builds() -> None:
    built = [
        {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:x"},
        {"Fn::Sub": "arn:${AWS::Partition}:sqs:us-east1:${AWS::AccountId}:x"},
        {"Fn::Sub": "arn:aws:s3:${AWS::Region}:${AWS::AccountId}:bucket/*"},
    ]
    statements = [allow(resource, "sqs:PurgeQueue") for resource in built]
    assert sorted(findings({"Statement": [QUEUE, *statements]})) == ["EF622", "WF624"]


def test_resources_of_resource_policies_are_left_to_the_services() -> None:
    statement = {**allow("q"), "Principal": "*"}
    wrong = {**allow("arn:aws:sqs:us-east1:123456789012:q"), "Principal": "*"}
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": ["q"], "PolicyDocument": {"Statement": [statement, wrong]}},
    }
    assert findings({"Statement": [QUEUE]}, Policy=policy) == ["WF624"]
