"""Needs because of resources in the same files, in every way of writing a state machine.

For each entry of the catalog's linked.json and each of its actions, a file of each format is built:
a task that makes a call, the resource, and a role or a key that a property of the resource names.
With the permission, nothing is reported; without it, just this permission.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sfnlint import catalog
from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.inputs.terraform.resource_types import resource_types
from sfnlint.options import Options

LINKED: dict[str, Any] = json.loads(
    (Path(catalog.__file__).parent / "linked.json").read_text(encoding="utf-8")
)
ACCOUNT = "us-east-1:123456789012"


class Sample(NamedTuple):
    """A resource of a type, and how calls and policies name it.

    Attributes:
        properties: its properties in CloudFormation.
        reference: the value of `parameter` in CloudFormation.
        terraform: type and name argument in Terraform.
        attribute: the value of `parameter` in Terraform.
        literal: the value of `parameter` if the resource exists.
        arn: its ARN.

    """

    properties: Mapping[str, Any]
    reference: Mapping[str, Any]
    terraform: tuple[str, str]
    attribute: str
    literal: str
    arn: str


REF = {"Ref": "It"}
SAMPLES = {
    "AWS::ECS::TaskDefinition": Sample(
        {"Family": "it"},
        REF,
        ("aws_ecs_task_definition", "family"),
        "arn",
        f"arn:aws:ecs:{ACCOUNT}:task-definition/it:7",
        f"arn:aws:ecs:{ACCOUNT}:task-definition/it:7",
    ),
    "AWS::Events::Connection": Sample(
        {"Name": "it"},
        {"Fn::GetAtt": ["It", "Arn"]},
        ("aws_cloudwatch_event_connection", "name"),
        "arn",
        f"arn:aws:events:{ACCOUNT}:connection/it/7",
        f"arn:aws:events:{ACCOUNT}:connection/it/7",
    ),
    "AWS::S3::Bucket": Sample(
        {"BucketName": "it"}, REF, ("aws_s3_bucket", "bucket"), "id", "it", "arn:aws:s3:::it"
    ),
    "AWS::SQS::Queue": Sample(
        {"QueueName": "it"},
        REF,
        ("aws_sqs_queue", "name"),
        "url",
        "https://sqs.us-east-1.amazonaws.com/123456789012/it",
        f"arn:aws:sqs:{ACCOUNT}:it",
    ),
    "AWS::SNS::Topic": Sample(
        {"TopicName": "it"},
        REF,
        ("aws_sns_topic", "name"),
        "arn",
        f"arn:aws:sns:{ACCOUNT}:it",
        f"arn:aws:sns:{ACCOUNT}:it",
    ),
    "AWS::DynamoDB::Table": Sample(
        {"TableName": "it"},
        REF,
        ("aws_dynamodb_table", "name"),
        "name",
        "it",
        f"arn:aws:dynamodb:{ACCOUNT}:table/it",
    ),
    "AWS::Kinesis::Stream": Sample(
        {"Name": "it"},
        REF,
        ("aws_kinesis_stream", "name"),
        "name",
        "it",
        f"arn:aws:kinesis:{ACCOUNT}:stream/it",
    ),
    "AWS::SecretsManager::Secret": Sample(
        {"Name": "it"},
        REF,
        ("aws_secretsmanager_secret", "name"),
        "arn",
        f"arn:aws:secretsmanager:{ACCOUNT}:secret:it-AbCdEf",
        f"arn:aws:secretsmanager:{ACCOUNT}:secret:it-AbCdEf",
    ),
}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "ecs:RunTask": ("ecs:runTask", {"Cluster": "c", "TaskDefinition": "@"}),
    "events:RetrieveConnectionCredentials": (
        "http:invoke",
        {
            "InvocationConfig": {"ConnectionArn": "@"},
            "ApiEndpoint": "https://a.example",
            "Method": "GET",
        },
    ),
    "s3:GetObject": ("aws-sdk:s3:getObject", {"Bucket": "@", "Key": "k"}),
    "s3:PutObject": ("aws-sdk:s3:putObject", {"Bucket": "@", "Key": "k", "Body": "b"}),
    "sqs:SendMessage": ("sqs:sendMessage", {"QueueUrl": "@", "MessageBody": "m"}),
    "sqs:ReceiveMessage": ("aws-sdk:sqs:receiveMessage", {"QueueUrl": "@"}),
    "sns:Publish": ("sns:publish", {"TopicArn": "@", "Message": "m"}),
    "dynamodb:GetItem": ("dynamodb:getItem", {"TableName": "@", "Key": {"id": {"S": "1"}}}),
    "dynamodb:PutItem": ("dynamodb:putItem", {"TableName": "@", "Item": {"id": {"S": "1"}}}),
    "kinesis:PutRecord": (
        "aws-sdk:kinesis:putRecord",
        {"StreamName": "@", "Data": "d", "PartitionKey": "p"},
    ),
    "secretsmanager:GetSecretValue": (
        "aws-sdk:secretsmanager:getSecretValue",
        {"SecretId": "@"},
    ),
    "secretsmanager:PutSecretValue": (
        "aws-sdk:secretsmanager:putSecretValue",
        {"SecretId": "@", "SecretString": "s"},
    ),
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["states.amazonaws.com", "ecs-tasks.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
OTHER_ARNS = {
    "role": "arn:aws:iam::123456789012:role/other",
    "key": f"arn:aws:kms:{ACCOUNT}:key/0a1b2c3d-1111-2222-3333-444455556666",
}


class Case(NamedTuple):
    """A need because of a resource.

    Attributes:
        type: the type of the resource.
        call: the action that is called.
        route: the property.
        form: "role" or "key".
        actions: the actions that the property makes necessary.
        context: the condition keys with constant values.

    """

    type: str
    call: str
    route: tuple[str, ...]
    form: str
    actions: tuple[str, ...]
    context: Mapping[str, str]

    @property
    def sample(self) -> Sample:
        return SAMPLES[self.type]


def cases() -> Iterator[Case]:
    for resource_type, entries in LINKED["resources"].items():
        for entry in entries:
            calls = [action for action in entry["callers"] if action in CALLS]
            for need in entry["needs"]:
                if need.get("necessity") == "possible":
                    continue
                if set(need["actions"]) & set(entry["callers"]):
                    # The same action on another resource: testdata/EF410 has the cases.
                    continue
                assert calls, f"{entry['callers']} needs a call"
                [template] = need["resources"]
                name, _, form = template[3:-1].partition("|")
                route = tuple(name.split("."))
                for call in calls:
                    actions = tuple(need["actions"])
                    yield Case(resource_type, call, route, form, actions, need.get("context", {}))


CASES = list(cases())


def definition(case: Case, value: object) -> dict[str, Any]:
    resource, parameters = CALLS[case.call]
    passed = json.loads(json.dumps(parameters).replace('"@"', json.dumps(value)))
    resource = f"arn:aws:states:::{resource}"
    state = {"Type": "Task", "Resource": resource, "Parameters": passed, "End": True}
    return {"StartAt": "Run", "States": {"Run": state}}


def statements(case: Case, allowed: tuple[str, ...], arn: object) -> list[dict[str, Any]]:
    start = {"Effect": "Allow", "Action": case.call, "Resource": "*"}
    linked = {"Effect": "Allow", "Action": list(allowed), "Resource": arn}
    if case.form == "role":
        linked["Condition"] = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    return [start, linked] if allowed else [start]


def policy(case: Case, allowed: tuple[str, ...], arn: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements(case, allowed, arn)}


def nested(route: tuple[str, ...], value: object) -> Any:
    for name in reversed(route):
        value = [value] if name == "*" else {name: value}
    return value


def template(case: Case, allowed: tuple[str, ...], machine: Mapping[str, Any]) -> dict[str, Any]:
    other = {"Fn::GetAtt": ["Other", "Arn"]}
    others = {
        "role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "key": {"Type": "AWS::KMS::Key", "Properties": {}},
    }
    role = {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "p", "PolicyDocument": policy(case, allowed, other)}],
    }
    return {
        "Resources": {
            "Machine": machine,
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "It": {
                "Type": case.type,
                "Properties": {**case.sample.properties, **nested(case.route, other)},
            },
            "Other": others[case.form],
        }
    }


Write = Callable[[Case, tuple[str, ...]], dict[str, str]]
FORMATS: dict[str, Write] = {}


def written(write: Write) -> Write:
    FORMATS[write.__name__] = write
    return write


@written
def cloudformation(case: Case, allowed: tuple[str, ...]) -> dict[str, str]:
    properties = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": definition(case, case.sample.reference),
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    return {"template.json": json.dumps(template(case, allowed, machine))}


@written
def sam(case: Case, allowed: tuple[str, ...]) -> dict[str, str]:
    properties = {
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": definition(case, "${it}"),
        "DefinitionSubstitutions": {"it": case.sample.reference},
    }
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    data = {"Transform": "AWS::Serverless-2016-10-31", **template(case, allowed, machine)}
    return {"template.json": json.dumps(data)}


@written
def cdk(case: Case, allowed: tuple[str, ...]) -> dict[str, str]:
    before, after = json.dumps(definition(case, "@it")).split("@it")
    properties = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "DefinitionString": {"Fn::Join": ["", [before, case.sample.reference, after]]},
    }
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": properties,
        "Metadata": {"aws:cdk:path": "Stack/Machine/Resource"},
    }
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://unknown/unknown"}
    manifest = {
        "version": "36.0.0",
        "artifacts": {"Stack": {**stack, "properties": {"templateFile": "Stack.template.json"}}},
    }
    return {
        "cdk.out/manifest.json": json.dumps(manifest),
        "cdk.out/Stack.template.json": json.dumps(template(case, allowed, machine)),
    }


def terraform_arguments(case: Case, value: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of the resource, and the resources that set more of its properties."""
    kind, name = case.sample.terraform
    known = resource_types()[kind]
    wanted = ".".join(step for step in case.route if step != "*")
    for part_type, part in known.parts.items():
        for argument, route in part.linked.items():
            if route == wanted:
                arguments = {part.of: f"${{{kind}.it.id}}"}
                arguments |= nested(tuple(argument.split(".")), value)
                return {name: "it"}, {part_type: {"part": arguments}}
    [argument] = [argument for argument, route in known.linked.items() if route == wanted]
    return {name: "it", **nested(tuple(argument.split(".")), value)}, {}


@written
def terraform(case: Case, allowed: tuple[str, ...]) -> dict[str, str]:
    kind, _ = case.sample.terraform
    others: dict[str, tuple[str, dict[str, Any]]] = {
        "role": ("aws_iam_role", {"assume_role_policy": json.dumps(TRUST)}),
        "key": ("aws_kms_key", {}),
    }
    other, other_arguments = others[case.form]
    arn = f"${{{other}.other.arn}}"
    arguments, parts = terraform_arguments(case, arn)
    resources: dict[str, dict[str, Any]] = {
        "aws_sfn_state_machine": {
            "machine": {
                "name": "machine",
                "role_arn": "${aws_iam_role.role.arn}",
                "definition": json.dumps(
                    definition(case, f"${{{kind}.it.{case.sample.attribute}}}")
                ),
            }
        },
        "aws_iam_role": {"role": {"assume_role_policy": json.dumps(TRUST)}},
        "aws_iam_role_policy": {
            "policy": {
                "role": "${aws_iam_role.role.id}",
                "policy": json.dumps(policy(case, allowed, arn)),
            }
        },
        kind: {"it": arguments},
        **parts,
    }
    resources.setdefault(other, {})["other"] = other_arguments
    return {"main.tf": "".join(hcl(resources))}


def hcl(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for kind, named in resources.items():
        for name, arguments in named.items():
            yield f'resource "{kind}" "{name}" {{\n{"".join(body(arguments))}}}\n'


def body(arguments: Mapping[str, Any]) -> Iterator[str]:
    for name, value in arguments.items():
        if isinstance(value, dict):
            yield f"{name} {{\n{''.join(body(value))}}}\n"
        else:
            yield f"{name} = {json.dumps(value)}\n"


@written
def plan(case: Case, allowed: tuple[str, ...]) -> dict[str, str]:
    """All resources exist."""
    kind, _ = case.sample.terraform
    arn = OTHER_ARNS[case.form]
    arguments, parts = terraform_arguments(case, arn)
    values = {
        name: [value] if isinstance(value, dict) else value for name, value in arguments.items()
    }
    rows: list[tuple[str, str, dict[str, Any]]] = [
        (
            "aws_sfn_state_machine",
            "machine",
            {
                "name": "machine",
                "role_arn": "arn:aws:iam::123456789012:role/role",
                "definition": json.dumps(definition(case, case.sample.literal)),
            },
        ),
        (
            "aws_iam_role",
            "role",
            {
                "name": "role",
                "arn": "arn:aws:iam::123456789012:role/role",
                "assume_role_policy": json.dumps(TRUST),
            },
        ),
        (
            "aws_iam_role_policy",
            "policy",
            {"role": "role", "policy": json.dumps(policy(case, allowed, arn))},
        ),
        (kind, "it", {"arn": case.sample.arn, **values}),
        *((part, "part", listed(each["part"], "it")) for part, each in parts.items()),
        ({"role": "aws_iam_role", "key": "aws_kms_key"}[case.form], "other", {"arn": arn}),
    ]
    data = {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": f"{kind}.{name}",
                        "mode": "managed",
                        "type": kind,
                        "name": name,
                        "values": values,
                    }
                    for kind, name, values in rows
                ]
            }
        },
        "configuration": {
            "root_module": {
                "resources": [
                    {"address": f"{kind}.{name}", "type": kind, "name": name, "expressions": {}}
                    for kind, name, _ in rows
                ]
            }
        },
    }
    return {"plan.json": json.dumps(data)}


def listed(arguments: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return arguments as a plan shows them: nested blocks in lists, references as values."""
    shown: dict[str, Any] = {}
    for argument, value in arguments.items():
        if isinstance(value, dict):
            shown[argument] = [listed(value, name)]
        else:
            shown[argument] = name if value.startswith("${") else value
    return shown


def reported(folder: Path, files: Mapping[str, str], case: Case) -> list[str]:
    """Return the actions that are reported as missing."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    result = run(discover([folder]), Options())
    assert not result.failures
    return sorted(
        action
        for finding in result.findings
        if finding.rule in ("EF402", "WF422")
        for action in finding.actions
    )


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.call}-{case.route[-1]}")
def test_permissions_because_of_a_resource(case: Case, write: Write, tmp_path: Path) -> None:
    assert reported(tmp_path, write(case, case.actions), case) == []
    for missing in case.actions:
        others = tuple(action for action in case.actions if action != missing)
        assert reported(tmp_path, write(case, others), case) == [missing]
