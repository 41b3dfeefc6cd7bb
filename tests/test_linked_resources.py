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
    "AWS::Athena::WorkGroup": Sample(
        {"Name": "it"},
        REF,
        ("aws_athena_workgroup", "name"),
        "name",
        "it",
        f"arn:aws:athena:{ACCOUNT}:workgroup/it",
    ),
    "AWS::Events::Connection": Sample(
        {"Name": "it"},
        {"Fn::GetAtt": ["It", "Arn"]},
        ("aws_cloudwatch_event_connection", "name"),
        "arn",
        f"arn:aws:events:{ACCOUNT}:connection/it/0a1b2c3d-1111-2222-3333-444455556666",
        f"arn:aws:events:{ACCOUNT}:connection/it/0a1b2c3d-1111-2222-3333-444455556666",
    ),
    "AWS::StepFunctions::Activity": Sample(
        {"Name": "it"},
        REF,
        ("aws_sfn_activity", "name"),
        "arn",
        f"arn:aws:states:{ACCOUNT}:activity:it",
        f"arn:aws:states:{ACCOUNT}:activity:it",
    ),
    "AWS::Bedrock::ApplicationInferenceProfile": Sample(
        {},
        {"Fn::GetAtt": ["It", "InferenceProfileArn"]},
        ("aws_bedrock_inference_profile", "name"),
        "arn",
        f"arn:aws:bedrock:{ACCOUNT}:application-inference-profile/0a1b2c3d4e5f",
        f"arn:aws:bedrock:{ACCOUNT}:application-inference-profile/0a1b2c3d4e5f",
    ),
}
MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"
LITERALS = {
    "objects": ("s3://results/queries/", "arn:aws:s3:::results/queries/*"),
    "location": ("s3://results/queries/", "arn:aws:s3:::results"),
    "copied": (MODEL, MODEL),
}
"""For forms of values that name nothing in the files, a value and the resource that it gives."""
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "ecs:RunTask": ("ecs:runTask", {"Cluster": "c", "TaskDefinition": "@"}),
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
    "athena:StartQueryExecution": (
        "athena:startQueryExecution",
        {"QueryString": "SELECT 1", "WorkGroup": "@"},
    ),
    "events:RetrieveConnectionCredentials": (
        "http:invoke",
        {
            "ApiEndpoint": "https://example.com",
            "Method": "GET",
            "Authentication": {"ConnectionArn": "@"},
        },
    ),
    "states:GetActivityTask": ("@", {}),
    "bedrock:InvokeModel": ("bedrock:invokeModel", {"ModelId": "@", "Body": {}}),
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
    """A property of a resource, and what callers of an action need because of it.

    Attributes:
        type: the type of the resource.
        call: the action that is called.
        route: the property.
        needs: the actions that the property makes necessary, each with the form of its resource.

    """

    type: str
    call: str
    route: tuple[str, ...]
    needs: tuple[tuple[str, str], ...]

    @property
    def sample(self) -> Sample:
        return SAMPLES[self.type]

    @property
    def other(self) -> str:
        """The kind of resource that the property names: "role", "key"; empty for a string."""
        form = self.needs[0][1]
        return "" if form in LITERALS else form


def cases() -> Iterator[Case]:
    for resource_type, entries in LINKED["resources"].items():
        for entry in entries:
            by_route: dict[str, list[tuple[str, str]]] = {}
            for need in entry["needs"]:
                if need.get("necessity") in (None, "expected"):
                    [template] = need["resources"]
                    route, _, form = template[3:-1].partition("|")
                    needed = by_route.setdefault(route, [])
                    needed += [(action, form) for action in need["actions"]]
            calls = [action for action in entry["callers"] if action in CALLS]
            assert calls or not by_route, f"{entry['callers']} needs a call"
            for route, needs in by_route.items():
                for call in calls:
                    yield Case(resource_type, call, tuple(route.split(".")), tuple(needs))


CASES = list(cases())


def definition(case: Case, value: str | Mapping[str, Any]) -> dict[str, Any]:
    resource, parameters = CALLS[case.call]
    passed = {
        name: definition_value(given, value) if given != "@" else value
        for name, given in parameters.items()
    }
    written: object = value if resource == "@" else f"arn:aws:states:::{resource}"
    state = {"Type": "Task", "Resource": written, "End": True}
    if passed:
        state["Parameters"] = passed
    return {"StartAt": "Run", "States": {"Run": state}}


def definition_value(given: object, value: object) -> object:
    if isinstance(given, dict):
        return {name: value if inner == "@" else inner for name, inner in given.items()}
    return given


def policy(case: Case, needs: Needs, arn: object) -> dict[str, Any]:
    """Return a policy with the call, and with what the property makes necessary."""
    actions = [case.call, "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    actions += ["states:InvokeHTTPEndpoint"]
    statements: list[dict[str, Any]] = [{"Effect": "Allow", "Action": actions, "Resource": "*"}]
    if case.call.startswith("bedrock:"):
        statements[0]["Resource"] = "arn:aws:bedrock:*:*:application-inference-profile/*"
    for action, form in needs:
        resource = LITERALS[form][1] if form in LITERALS else arn
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        if form == "role":
            service = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
            statement["Condition"] = {"StringEquals": service}
        statements.append(statement)
    return {"Version": "2012-10-17", "Statement": statements}


def property_value(case: Case, reference: object) -> object:
    form = case.needs[0][1] if case.needs else ""
    return LITERALS[form][0] if form in LITERALS else reference


def nested(route: tuple[str, ...], value: object) -> Any:
    for name in reversed(route):
        value = [value] if name == "*" else {name: value}
    return value


def template(case: Case, needs: Needs, machine: Mapping[str, Any]) -> dict[str, Any]:
    other = {"Fn::GetAtt": ["Other", "Arn"]}
    others = {
        "role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "key": {"Type": "AWS::KMS::Key", "Properties": {}},
    }
    role = {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "p", "PolicyDocument": policy(case, needs, other)}],
    }
    return {
        "Resources": {
            "Machine": machine,
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "It": {
                "Type": case.type,
                "Properties": {
                    **case.sample.properties,
                    **nested(case.route, property_value(case, other)),
                },
            },
            **({"Other": others[case.other]} if case.other else {}),
        }
    }


Needs = tuple[tuple[str, str], ...]
Write = Callable[[Case, Needs], dict[str, str]]
FORMATS: dict[str, Write] = {}


def written(write: Write) -> Write:
    FORMATS[write.__name__] = write
    return write


@written
def cloudformation(case: Case, needs: Needs) -> dict[str, str]:
    properties = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": definition(case, case.sample.reference),
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    return {"template.json": json.dumps(template(case, needs, machine))}


@written
def sam(case: Case, needs: Needs) -> dict[str, str]:
    properties = {
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": definition(case, "${it}"),
        "DefinitionSubstitutions": {"it": case.sample.reference},
    }
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    data = {"Transform": "AWS::Serverless-2016-10-31", **template(case, needs, machine)}
    return {"template.json": json.dumps(data)}


@written
def cdk(case: Case, needs: Needs) -> dict[str, str]:
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
        "cdk.out/Stack.template.json": json.dumps(template(case, needs, machine)),
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
def terraform(case: Case, needs: Needs) -> dict[str, str]:
    kind, _ = case.sample.terraform
    others: dict[str, tuple[str, dict[str, Any]]] = {
        "role": ("aws_iam_role", {"assume_role_policy": json.dumps(TRUST)}),
        "key": ("aws_kms_key", {}),
    }
    other, other_arguments = others.get(case.other, ("", {}))
    arn = f"${{{other}.other.arn}}"
    arguments, parts = terraform_arguments(case, property_value(case, arn))
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
                "policy": json.dumps(policy(case, needs, arn)),
            }
        },
        kind: {"it": arguments},
        **parts,
    }
    if other:
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
def plan(case: Case, needs: Needs) -> dict[str, str]:
    """All resources exist."""
    kind, _ = case.sample.terraform
    arn = OTHER_ARNS.get(case.other, "")
    arguments, parts = terraform_arguments(case, property_value(case, arn))
    values = listed(arguments, "it")
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
            {"role": "role", "policy": json.dumps(policy(case, needs, arn))},
        ),
        (kind, "it", {"arn": case.sample.arn, **values}),
        *((part, "part", listed(each["part"], "it")) for part, each in parts.items()),
    ]
    if case.other:
        kind_of_other = {"role": "aws_iam_role", "key": "aws_kms_key"}[case.other]
        rows.append((kind_of_other, "other", {"arn": arn}))
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
        if finding.rule in ("EF401", "EF402", "EF410", "WF422")
        for action in finding.actions
    )


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.call}-{case.route[-1]}")
def test_permissions_because_of_a_resource(case: Case, write: Write, tmp_path: Path) -> None:
    assert reported(tmp_path, write(case, case.needs), case) == []
    for need in case.needs:
        others = tuple(other for other in case.needs if other != need)
        assert reported(tmp_path, write(case, others), case) == [need[0]]


[QUEUE_CASE] = [case for case in CASES if case.call == "sqs:SendMessage"]


def test_keys_of_other_stacks(tmp_path: Path) -> None:
    """The queue and its key are in two other stacks."""
    files = cdk(QUEUE_CASE, ())
    app = json.loads(files["cdk.out/Stack.template.json"])
    imported = {"Fn::ImportValue": "queue"}
    text = json.dumps(app["Resources"]["Machine"])
    app["Resources"]["Machine"] = json.loads(text.replace('{"Ref": "It"}', json.dumps(imported)))
    queue, key = app["Resources"].pop("It"), app["Resources"].pop("Other")
    queue["Properties"]["KmsMasterKeyId"] = {"Fn::ImportValue": "key"}
    stacks = {
        "Stack": app,
        "Queues": {
            "Resources": {"It": queue},
            "Outputs": {"Queue": {"Value": {"Ref": "It"}, "Export": {"Name": "queue"}}},
        },
        "Keys": {
            "Resources": {"Other": key},
            "Outputs": {
                "Key": {"Value": {"Fn::GetAtt": ["Other", "Arn"]}, "Export": {"Name": "key"}}
            },
        },
    }
    manifest = json.loads(files["cdk.out/manifest.json"])
    artifact = manifest["artifacts"]["Stack"]
    for name, data in stacks.items():
        properties = {"templateFile": f"{name}.template.json"}
        manifest["artifacts"][name] = {**artifact, "properties": properties}
        files[f"cdk.out/{name}.template.json"] = json.dumps(data)
    files["cdk.out/manifest.json"] = json.dumps(manifest)
    assert reported(tmp_path, files, QUEUE_CASE) == ["kms:Decrypt", "kms:GenerateDataKey"]
    manifest["artifacts"]["Keys"]["environment"] = "aws://123456789012/eu-west-1"
    files["cdk.out/manifest.json"] = json.dumps(manifest)
    assert reported(tmp_path, files, QUEUE_CASE) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (["aws_kms_key.other.arn", "aws_kms_key.other"], ["kms:Decrypt", "kms:GenerateDataKey"]),
        (["aws_kms_key.other.tags", "aws_kms_key.other"], []),
        (["aws_kms_key.nowhere.arn", "aws_kms_key.nowhere"], []),
        (["var.key"], []),
        ([], []),
    ],
)
def test_a_new_key_in_a_plan(expression: list[str], expected: list[str], tmp_path: Path) -> None:
    data = json.loads(plan(QUEUE_CASE, ())["plan.json"])
    resources = data["planned_values"]["root_module"]["resources"]
    configured = data["configuration"]["root_module"]["resources"]
    for resource in resources:
        if resource["address"] == "aws_sqs_queue.it":
            del resource["values"]["kms_master_key_id"]
        elif resource["type"] == "aws_kms_key":
            del resource["values"]["arn"]
    for resource in configured:
        if resource["address"] == "aws_sqs_queue.it":
            resource["expressions"] = {"kms_master_key_id": {"references": expression}}
    data["resource_changes"] = [
        {
            "address": "aws_sqs_queue.it",
            "change": {"after_unknown": {"kms_master_key_id": True}},
        }
    ]
    files = {"plan.json": json.dumps(data)}
    assert reported(tmp_path, files, QUEUE_CASE) == expected


@pytest.mark.parametrize(
    "value",
    ["var.key", "var.own ? aws_kms_key.other.arn : null", '"alias/aws/sqs"', "null"],
)
def test_a_key_that_may_be_none_in_a_configuration(value: str, tmp_path: Path) -> None:
    text = terraform(QUEUE_CASE, ())["main.tf"]
    written = 'kms_master_key_id = "${aws_kms_key.other.arn}"'
    assert written in text
    text = text.replace(written, f"kms_master_key_id = {value}")
    text += 'variable "key" {}\nvariable "own" {}\n'
    assert reported(tmp_path, {"main.tf": text}, QUEUE_CASE) == []
