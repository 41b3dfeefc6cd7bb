"""Resource policies of queues, topics, buckets, keys and functions that name a role."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.iam.decision import Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.cloudformation.reader import read
from sfnlint.source import parse
from sfnlint.symbol import Symbol

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN

ARN = {"Fn::GetAtt": ["Role", "Arn"]}
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
}


def use(others: dict[str, Any], **role: object) -> RoleAnalysis:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": ARN,
            "Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
        },
    }
    properties = {"AssumeRolePolicyDocument": TRUST, **role}
    resources = {
        "Machine": machine,
        "Role": {"Type": "AWS::IAM::Role", "Properties": properties},
        "Another": {"Type": "AWS::IAM::Role", "Properties": {}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {}},
        "Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionName": {"Ref": "Function"}, "Name": "live"},
        },
        **others,
    }
    text = json.dumps({"Resources": resources})
    [subject] = read(parse(text, "template.json", "json")).subjects
    assert subject.role is not None
    return RoleAnalysis(subject.role, [subject])


def verdict(one: RoleAnalysis, action: str, resource: str) -> Verdict:
    """The ARN of a resource in the stack's own account and region; `${…}` in it are symbols."""
    symbols = one.subjects[0].symbols
    marks = {symbols.show(mark): mark for mark in symbols._symbols}
    service = action.partition(":")[0]
    text = "arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + resource
    text = re.sub(
        r"\$\{([^}]+)\}", lambda name: marks.get(name[0]) or symbols.mark(Symbol(name[1])), text
    )
    grants = one.grants(one.known_values.of_service(service))
    return grants.decide(action, Pattern.literal(text, symbols), {}).verdict


def queue_policy(principal: object, effect: str = "Allow", **more: object) -> dict[str, Any]:
    statement = {
        "Effect": effect,
        "Principal": principal,
        "Action": "sqs:SendMessage",
        "Resource": {"Fn::GetAtt": ["Queue", "Arn"]},
        **more,
    }
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Queue"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


def sub(who: str) -> dict[str, str]:
    return {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:" + who}


NAMED = "arn:aws:iam::111122223333:role/runner"


@pytest.mark.parametrize(
    ("principal", "role", "expected"),
    [
        ({"AWS": ARN}, {}, ALLOWED),
        ({"AWS": [{"Fn::GetAtt": ["Another", "Arn"]}, ARN]}, {}, ALLOWED),
        ({"AWS": sub("role/${Role}")}, {}, ALLOWED),
        ({"AWS": sub("role/runner")}, {"RoleName": "runner"}, ALLOWED),
        ({"AWS": NAMED}, {"RoleName": "runner"}, UNKNOWN),
        ({"AWS": NAMED}, {"RoleName": {"Ref": "Name"}}, UNKNOWN),
        ({"AWS": {"Ref": "Somebody"}}, {}, UNKNOWN),
        ({"Ref": "Somebody"}, {}, UNKNOWN),
        ("*", {}, UNKNOWN),
        ({"AWS": "*"}, {}, UNKNOWN),
        ({"AWS": NAMED}, {}, DENIED),
        ({"AWS": NAMED}, {"RoleName": "walker"}, DENIED),
        ({"AWS": {"Fn::GetAtt": ["Another", "Arn"]}}, {}, DENIED),
        ({"AWS": sub("root")}, {}, DENIED),
        ({"AWS": "111122223333"}, {}, DENIED),
        ({"Service": "states.amazonaws.com"}, {}, DENIED),
    ],
)
def test_principals(principal: object, role: dict[str, object], expected: Verdict) -> None:
    one = use({"Guard": queue_policy(principal)}, **role)
    queue = "${Queue.QueueName}"
    assert verdict(one, "sqs:SendMessage", queue) is expected
    # It allows its own actions only.
    assert verdict(one, "sqs:ReceiveMessage", queue) is DENIED
    assert verdict(one, "sns:Publish", "topic") is DENIED


@pytest.mark.parametrize(
    "guard",
    [
        queue_policy({"AWS": ARN}, Resource="*"),
        queue_policy({"AWS": ARN}, Resource={"Fn::If": ["Nowhere", "x", "y"]}, Action=[{}]),
        queue_policy(["nobody"]),
        {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"PolicyDocument": {"Fn::Transform": {"Name": "Macro"}}},
        },
        {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"PolicyDocument": {"Statement": [{"Ref": "Statement"}]}},
        },
    ],
)
def test_a_partly_unknown_policy_makes_the_answer_unknown(guard: dict[str, Any]) -> None:
    one = use({"Guard": guard})
    assert verdict(one, "sqs:SendMessage", "${Queue.QueueName}") is UNKNOWN
    assert verdict(one, "sns:Publish", "topic") is DENIED


def test_not_principal() -> None:
    guard = queue_policy("*")
    [statement] = guard["Properties"]["PolicyDocument"]["Statement"]
    del statement["Principal"]
    statement["NotPrincipal"] = {"AWS": ARN}
    assert verdict(use({"Guard": guard}), "sqs:SendMessage", "${Queue.QueueName}") is UNKNOWN


@pytest.mark.parametrize(
    ("principal", "expected"), [({"AWS": ARN}, DENIED), ({"AWS": NAMED}, ALLOWED), ("*", ALLOWED)]
)
def test_a_denial_of_the_role(principal: object, expected: Verdict) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    one = use(
        {"Guard": queue_policy(principal, "Deny")},
        Policies=[{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}],
    )
    assert verdict(one, "sqs:SendMessage", "${Queue.QueueName}") is expected


@pytest.mark.parametrize(
    ("kind", "field", "action"),
    [
        ("AWS::SQS::QueuePolicy", "PolicyDocument", "sqs:SendMessage"),
        ("AWS::SNS::TopicPolicy", "PolicyDocument", "sns:Publish"),
        ("AWS::S3::BucketPolicy", "PolicyDocument", "s3:GetObject"),
        ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", "secretsmanager:GetSecretValue"),
        ("AWS::KMS::Key", "KeyPolicy", "kms:Decrypt"),
    ],
)
def test_types_of_resource_policies(kind: str, field: str, action: str) -> None:
    service, own = action.partition(":")[0], "${AWS::Region}:${AWS::AccountId}"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ARN},
        "Action": action,
        "Resource": {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:{own}:thing"},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    one = use({"Guard": {"Type": kind, "Properties": {field: document}}})
    expected = UNKNOWN if kind == "AWS::KMS::Key" else ALLOWED
    assert verdict(one, action, "thing") is expected
    assert verdict(one, action, "another") is (UNKNOWN if expected is UNKNOWN else DENIED)


def test_a_key_policy_for_the_account_allows_nothing() -> None:
    root = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    statement = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [statement]}}}
    assert verdict(use({"Key": key}), "kms:Decrypt", "key/${Key}") is DENIED


@pytest.mark.parametrize(
    ("properties", "function", "alias"),
    [
        ({"Principal": ARN}, ALLOWED, DENIED),
        ({"Principal": ARN, "FunctionName": {"Fn::GetAtt": ["Function", "Arn"]}}, ALLOWED, DENIED),
        ({"Principal": ARN, "FunctionName": {"Ref": "Live"}}, DENIED, ALLOWED),
        ({"Principal": ARN, "FunctionName": "another"}, DENIED, DENIED),
        ({"Principal": ARN, "FunctionName": {"Ref": "Which"}}, UNKNOWN, UNKNOWN),
        ({"Principal": ARN, "SourceAccount": "111122223333"}, UNKNOWN, UNKNOWN),
        ({"Principal": ARN, "Action": "lambda:GetFunction"}, DENIED, DENIED),
        ({"Principal": "*"}, UNKNOWN, UNKNOWN),
        ({"Principal": {"Ref": "Somebody"}}, UNKNOWN, UNKNOWN),
        ({"Principal": NAMED}, DENIED, DENIED),
        ({"Principal": "states.amazonaws.com"}, DENIED, DENIED),
        ({"Principal": {"Ref": "AWS::AccountId"}}, UNKNOWN, UNKNOWN),
    ],
)
def test_lambda_permissions(
    properties: dict[str, object], function: Verdict, alias: Verdict
) -> None:
    permission = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "Function"},
            **properties,
        },
    }
    one = use({"Permission": permission})
    assert verdict(one, "lambda:InvokeFunction", "function:${Function}") is function
    assert verdict(one, "lambda:InvokeFunction", "function:${Function}:live") is alias
