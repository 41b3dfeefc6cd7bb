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
from sfnlint.inputs.cloudformation.resource_policy_types import resource_policy_types, service_of
from sfnlint.inputs.cloudformation.template import Template
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
    text = resource
    if not resource.startswith("arn:"):
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


def sts(who: str) -> dict[str, str]:
    return {"Fn::Sub": "arn:aws:sts::${AWS::AccountId}:" + who}


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
        ("*", {}, ALLOWED),
        ({"AWS": "*"}, {}, ALLOWED),
        ({"AWS": {"Ref": "AWS::AccountId"}}, {}, DENIED),
        ({"AWS": sts("assumed-role/runner/now")}, {"RoleName": "runner", "Path": "/a/"}, UNKNOWN),
        ({"AWS": sts("assumed-role/walker/now")}, {"RoleName": "runner", "Path": "/a/"}, DENIED),
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


def test_the_star_in_a_policy_is_its_own_resource() -> None:
    one = use({"Guard": queue_policy({"AWS": ARN}, Resource="*")})
    assert verdict(one, "sqs:SendMessage", "${Queue.QueueName}") is ALLOWED
    assert verdict(one, "sqs:SendMessage", "another") is DENIED
    unknown = queue_policy({"AWS": ARN}, Resource="*")
    unknown["Properties"]["Queues"] = [{"Ref": "AnyQueue"}]
    assert verdict(use({"Guard": unknown}), "sqs:SendMessage", "another") is UNKNOWN


BOUNDARY = {
    "Type": "AWS::IAM::ManagedPolicy",
    "Properties": {
        "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    },
}


@pytest.mark.parametrize(
    ("principal", "expected"),
    [({"AWS": ARN}, DENIED), ("*", UNKNOWN), ({"AWS": [ARN, "*"]}, UNKNOWN)],
)
def test_a_boundary_limits_what_the_role_is_allowed(principal: object, expected: Verdict) -> None:
    others = {"Guard": queue_policy(principal), "Limit": BOUNDARY}
    one = use(others, PermissionsBoundary={"Ref": "Limit"})
    assert verdict(one, "sqs:SendMessage", "${Queue.QueueName}") is expected


def test_a_condition_decides_whether_a_policy_exists() -> None:
    guard = {**queue_policy("*", "Deny"), "Condition": "IsProd"}
    assert verdict(use({"Guard": guard}, Policies=EVERYTHING), "sqs:SendMessage", QUEUE) is UNKNOWN
    key = {**key_of("arn:aws:iam::111122223333:role/admin"), "Condition": "IsProd"}
    assert verdict(use({"Key": key}, Policies=EVERYTHING), "kms:Decrypt", "key/${Key}") is UNKNOWN


QUEUE = "${Queue.QueueName}"
EVERYTHING = [
    {
        "PolicyName": "p",
        "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    }
]


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": ARN}, DENIED),
        ({"AWS": NAMED}, ALLOWED),
        ("*", DENIED),
        ({"AWS": "*"}, DENIED),
        ({"AWS": sub("root")}, DENIED),
        ({"AWS": {"Ref": "AWS::AccountId"}}, DENIED),
        ({"AWS": "111122223333"}, UNKNOWN),
        (
            {"CanonicalUser": "79a59df900b949e55d96a1e698fb"},
            UNKNOWN,
        ),
        ({"AWS": "AROAEXAMPLEEXAMPLEEXA"}, UNKNOWN),
        ({"AWS": {"Ref": "Somebody"}}, UNKNOWN),
        ({"Service": "states.amazonaws.com"}, ALLOWED),
    ],
)
def test_a_denial_of_the_role(principal: object, expected: Verdict) -> None:
    one = use({"Guard": queue_policy(principal, "Deny")}, Policies=EVERYTHING)
    assert verdict(one, "sqs:SendMessage", QUEUE) is expected
    assert verdict(one, "sqs:SendMessage", "another") is ALLOWED


@pytest.mark.parametrize(
    ("exempt", "expected"),
    [
        ({"AWS": NAMED}, DENIED),
        ({"AWS": [NAMED, sub("root")]}, DENIED),
        ({"Service": "lambda.amazonaws.com"}, DENIED),
        ({"AWS": {"Fn::GetAtt": ["Another", "Arn"]}}, DENIED),
        ({"AWS": sub("root")}, UNKNOWN),
        ({"AWS": ARN}, UNKNOWN),
        ({"AWS": {"Ref": "Somebody"}}, UNKNOWN),
        ("*", UNKNOWN),
    ],
)
def test_a_denial_of_everybody_else(exempt: object, expected: Verdict) -> None:
    guard = queue_policy("*", "Deny", NotPrincipal=exempt)
    del guard["Properties"]["PolicyDocument"]["Statement"][0]["Principal"]
    assert verdict(use({"Guard": guard}, Policies=EVERYTHING), "sqs:SendMessage", QUEUE) is expected
    # AWS documents that it denies every role with a permissions boundary.
    limited = use({"Guard": guard}, Policies=EVERYTHING, PermissionsBoundary={"Ref": "Unread"})
    assert verdict(limited, "sqs:SendMessage", QUEUE) is DENIED


def allowing(action: str, resource: object = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": ARN}, "Action": action, "Resource": resource}


def document(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [allowing(action)]}


def without_resource(action: str) -> dict[str, Any]:
    statement = allowing(action)
    del statement["Resource"]
    return {"Version": "2012-10-17", "Statement": statement}


# Another resource of the same service, and the resource that the policy belongs to.
TYPES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    (
        "AWS::SNS::TopicPolicy",
        {"Topics": [{"Ref": "Topic"}], "PolicyDocument": document("sns:Publish")},
        {"Topic": {"Type": "AWS::SNS::Topic"}},
        "sns:Publish",
        "${Topic.TopicName}",
    ),
    (
        "AWS::SNS::TopicInlinePolicy",
        {"TopicArn": {"Ref": "Topic"}, "PolicyDocument": document("sns:Publish")},
        {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}},
        "sns:Publish",
        "t",
    ),
    (
        "AWS::SQS::QueueInlinePolicy",
        {"Queue": {"Ref": "Queue"}, "PolicyDocument": document("sqs:SendMessage")},
        {},
        "sqs:SendMessage",
        "${Queue.QueueName}",
    ),
    (
        "AWS::SQS::QueuePolicy",
        {
            "Queues": ["https://sqs.eu-west-1.amazonaws.com/111122223333/orders"],
            "PolicyDocument": document("sqs:SendMessage"),
        },
        {},
        "sqs:SendMessage",
        "arn:${AWS::Partition}:sqs:eu-west-1:111122223333:orders",
    ),
    (
        "AWS::SecretsManager::ResourcePolicy",
        {
            "SecretId": {"Ref": "Secret"},
            "ResourcePolicy": document("secretsmanager:PutSecretValue"),
        },
        {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "s"}}},
        "secretsmanager:PutSecretValue",
        "secret:s-${Secret.Suffix}",
    ),
    (
        "AWS::KMS::Key",
        {
            "KeyPolicy": json.dumps(document("kms:Decrypt")).replace(
                '{"Fn::GetAtt": ["Role", "Arn"]}', '"*"'
            )
        },
        {},
        "kms:Decrypt",
        "key/${Guard}",
    ),
    (
        "AWS::Events::EventBus",
        {"Name": "bus", "Policy": document("events:PutEvents")},
        {},
        "events:PutEvents",
        "event-bus/bus",
    ),
    (
        "AWS::Events::EventBusPolicy",
        {"StatementId": "s", "EventBusName": "bus", "Statement": allowing("events:PutEvents")},
        {},
        "events:PutEvents",
        "event-bus/bus",
    ),
    (
        "AWS::Events::EventBusPolicy",
        {"StatementId": "s", "Action": "events:PutEvents", "Principal": "*"},
        {},
        "events:PutEvents",
        "event-bus/default",
    ),
    (
        "AWS::DynamoDB::Table",
        {"TableName": "t", "ResourcePolicy": {"PolicyDocument": document("dynamodb:Query")}},
        {},
        "dynamodb:Query",
        "table/t/index/by-date",
    ),
    (
        "AWS::DynamoDB::Table",
        {
            "TableName": "t",
            "StreamSpecification": {
                "ResourcePolicy": {"PolicyDocument": document("dynamodb:GetRecords")}
            },
        },
        {},
        "dynamodb:GetRecords",
        "table/t/stream/2026-01-01T00:00:00.000",
    ),
    (
        "AWS::DynamoDB::GlobalTable",
        {
            "TableName": "t",
            "Replicas": [
                {"Region": "eu-west-1"},
                {
                    "Region": {"Ref": "AWS::Region"},
                    "ResourcePolicy": {"PolicyDocument": document("dynamodb:PutItem")},
                },
            ],
        },
        {},
        "dynamodb:PutItem",
        "table/t",
    ),
    (
        "AWS::Kinesis::ResourcePolicy",
        {
            "ResourceArn": {"Fn::GetAtt": ["Stream", "Arn"]},
            "ResourcePolicy": document("kinesis:PutRecord"),
        },
        {"Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "s"}}},
        "kinesis:PutRecord",
        "stream/s",
    ),
    (
        "AWS::ECR::Repository",
        {"RepositoryName": "r", "RepositoryPolicyText": without_resource("ecr:ListImages")},
        {},
        "ecr:ListImages",
        "repository/r",
    ),
    (
        "AWS::ApiGateway::RestApi",
        {"Policy": document("execute-api:Invoke")},
        {},
        "execute-api:Invoke",
        "${Guard}/prod/GET/orders",
    ),
    (
        "AWS::OpenSearchService::Domain",
        {"DomainName": "d", "AccessPolicies": document("es:ESHttpGet")},
        {},
        "es:ESHttpGet",
        "domain/d/index",
    ),
]


@pytest.mark.parametrize(
    ("kind", "properties", "others", "action", "resource"), TYPES, ids=[one[0] for one in TYPES]
)
def test_types_of_resource_policies(
    kind: str, properties: dict[str, Any], others: dict[str, Any], action: str, resource: str
) -> None:
    one = use({"Guard": {"Type": kind, "Properties": properties}, **others})
    assert verdict(one, action, resource) is ALLOWED
    assert verdict(one, action, "another") is DENIED
    text = json.dumps(properties).replace('"Allow"', '"Deny"').replace('\\"Allow\\"', '\\"Deny\\"')
    if "Deny" in text:
        denied = {"Guard": {"Type": kind, "Properties": json.loads(text)}, **others}
        assert verdict(use(denied, Policies=EVERYTHING), action, resource) is DENIED


def test_the_policy_of_a_bucket() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}
    policy = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document("s3:GetObject")}
    one = use({"Bucket": bucket, "Guard": {"Type": "AWS::S3::BucketPolicy", "Properties": policy}})

    def read(name: str) -> Verdict:
        arn = Pattern.of(["arn:", Symbol("AWS::Partition"), f":s3:::{name}"])
        return one.grants({}).decide("s3:GetObject", arn, {}).verdict

    assert read("b/key") is ALLOWED
    assert read("bb/key") is DENIED


@pytest.mark.parametrize("kind", sorted(resource_policy_types()))
def test_every_type_of_resource_policy_names_its_documents(kind: str) -> None:
    known = resource_policy_types()[kind]
    service = service_of(kind)
    action = f"{service}:Do"
    properties: dict[str, Any] = {}
    if known.permission is not None:
        properties = {known.permission.action: action, known.permission.principal: ARN}
    else:
        [first, *_] = known.properties
        value: Any = allowing(action) if first.is_statement else document(action)
        for key in reversed(first.document):
            value = [value] if key == "*" else {key: value}
        properties = value
    one = use({"Guard": {"Type": kind, "Properties": properties}})
    assert [str(item.statements[0].actions[0].pattern) for item in one.role.resource_policies] == [
        action
    ]
    # Unknown parts of one policy have no effect on other services.
    assert verdict(one, "sns:Publish", "topic") is DENIED


def test_a_type_that_is_not_known_to_have_a_policy() -> None:
    thing = {"Inner": [{"Access": {"Statement": [allowing("new:Call")]}}], "Other": [1, {"a": {}}]}
    one = use({"Guard": {"Type": "AWS::New::Thing", "Properties": thing}})
    assert verdict(one, "new:Call", "thing/a") is UNKNOWN
    assert verdict(one, "new:Else", "thing/a") is DENIED
    # Nothing of these grants a role anything.
    for kind in ("AWS::EC2::VPCEndpoint", "AWS::IoT::Policy", "AWS::SSO::PermissionSet"):
        other = use({"Guard": {"Type": kind, "Properties": thing}})
        assert verdict(other, "new:Call", "thing/a") is DENIED


def test_a_policy_with_many_aliases_is_searched_once() -> None:
    value: object = {"Statement": [allowing("new:Call")]}
    for _ in range(40):
        value = [value, value]
    template = Template(parse('{"Resources": {}}', "t.json", "json"))
    template.resources["Guard"] = {"Type": "AWS::New::Thing", "Properties": {"Deep": value}}
    assert len(template.unlisted_policies["Guard"]) == 1


def key_of(*principals: object) -> dict[str, Any]:
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}
        for principal in principals
    ]
    return {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": statements}}}


@pytest.mark.parametrize(
    ("principals", "with_policy", "alone"),
    [
        ([sub("root")], ALLOWED, DENIED),
        ([ARN], ALLOWED, ALLOWED),
        (["*"], ALLOWED, ALLOWED),
        ([NAMED], DENIED, DENIED),
        ([NAMED, sub("root")], ALLOWED, DENIED),
        ([{"Ref": "Somebody"}], UNKNOWN, UNKNOWN),
        (["111122223333"], UNKNOWN, DENIED),
    ],
)
def test_key_policies(principals: list[object], with_policy: Verdict, alone: Verdict) -> None:
    key = {"Key": key_of(*principals)}
    assert verdict(use(key, Policies=EVERYTHING), "kms:Decrypt", "key/${Key}") is with_policy
    assert verdict(use(key), "kms:Decrypt", "key/${Key}") is alone
    # It says nothing about other keys.
    assert verdict(use(key, Policies=EVERYTHING), "kms:Decrypt", "key/other") is ALLOWED


def test_a_key_policy_that_cannot_be_read_leaves_the_verdict_open() -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Ref": "Policy"}}}
    one = use({"Key": key}, Policies=EVERYTHING)
    assert verdict(one, "kms:Decrypt", "key/${Key}") is UNKNOWN
    assert verdict(one, "sqs:SendMessage", QUEUE) is ALLOWED


@pytest.mark.parametrize(
    ("properties", "function", "alias"),
    [
        ({"Principal": ARN}, ALLOWED, DENIED),
        ({"Principal": ARN, "FunctionName": {"Fn::GetAtt": ["Function", "Arn"]}}, ALLOWED, DENIED),
        ({"Principal": ARN, "FunctionName": {"Ref": "Live"}}, DENIED, ALLOWED),
        ({"Principal": ARN, "FunctionName": "another"}, DENIED, DENIED),
        ({"Principal": ARN, "FunctionName": {"Ref": "Which"}}, UNKNOWN, UNKNOWN),
        ({"Principal": ARN, "SourceAccount": "111122223333"}, DENIED, DENIED),
        ({"Principal": ARN, "PrincipalOrgID": "o-1"}, UNKNOWN, DENIED),
        ({"Principal": ARN, "Action": "lambda:GetFunction"}, DENIED, DENIED),
        ({"Principal": "*"}, ALLOWED, DENIED),
        ({"Principal": {"Ref": "Somebody"}}, UNKNOWN, DENIED),
        ({"Principal": NAMED}, DENIED, DENIED),
        ({"Principal": "states.amazonaws.com"}, DENIED, DENIED),
        ({"Principal": {"Ref": "AWS::AccountId"}}, DENIED, DENIED),
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
