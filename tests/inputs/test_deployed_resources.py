"""Output of the AWS CLI about resources shows more of what their callers need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sfnlint.cli import main

ACCOUNT = "eu-west-1:123456789012"
KEY = f"arn:aws:kms:{ACCOUNT}:key/0a1b2c3d-1111-2222-3333-444455556666"
ROLE = "arn:aws:iam::123456789012:role/tasks"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
MACHINE = f"arn:aws:states:{ACCOUNT}:stateMachine:Child"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def machine(resource: str, parameters: dict[str, Any], *actions: str) -> dict[str, dict[str, Any]]:
    """Return the output about a machine with one task, and about its role with these actions."""
    task = {
        "Type": "Task",
        "Resource": resource,
        **({"Parameters": parameters} if parameters else {}),
        "End": True,
    }
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
    return {
        "machine": {
            "stateMachineArn": f"arn:aws:states:{ACCOUNT}:stateMachine:Flow",
            "name": "Flow",
            "roleArn": "arn:aws:iam::123456789012:role/flow",
            "type": "STANDARD",
            "definition": json.dumps({"StartAt": "Run", "States": {"Run": task}}),
        },
        "account": {
            "RoleDetailList": [
                {
                    "RoleName": "flow",
                    "Arn": "arn:aws:iam::123456789012:role/flow",
                    "AssumeRolePolicyDocument": TRUST,
                    "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": document}],
                    "AttachedManagedPolicies": [],
                }
            ],
            "Policies": [],
        },
    }


def verdicts(
    folder: Path, outputs: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> dict[tuple[str, str], str]:
    """Return the verdict for each action and resource of the machine Flow."""
    for name, output in outputs.items():
        (folder / f"{name}.json").write_text(json.dumps(output, indent=2))
    main(["permissions", str(folder), "--format", "json", "--machine", "Flow"])
    (table,) = json.loads(capsys.readouterr().out)["machines"]
    return {(row["action"], row["resource"]): row["verdict"] for row in table["permissions"]}


@pytest.mark.parametrize(
    "task", ["nightly", "nightly:7", f"arn:aws:ecs:{ACCOUNT}:task-definition/nightly:7"]
)
def test_the_roles_of_a_task_definition(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = "arn:aws:states:::ecs:runTask"
    outputs = machine(resource, {"TaskDefinition": task, "Cluster": "c"}, "ecs:RunTask")
    outputs["task"] = {
        "taskDefinition": {
            "taskDefinitionArn": f"arn:aws:ecs:{ACCOUNT}:task-definition/nightly:7",
            "containerDefinitions": [],
            "taskRoleArn": ROLE,
            "executionRoleArn": ROLE + "-execution",
        }
    }
    found = verdicts(tmp_path, outputs, capsys)
    assert found["iam:PassRole", ROLE] == "denied"
    assert found["iam:PassRole", ROLE + "-execution"] == "denied"
    assert main(["check", str(tmp_path), "--select", "EF402"]) == 1
    out = capsys.readouterr().out
    assert "'role/tasks'" in out
    assert "'role/tasks-execution'" in out


def test_another_task_definition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    resource = "arn:aws:states:::ecs:runTask"
    outputs = machine(resource, {"TaskDefinition": "nightly", "Cluster": "c"}, "ecs:RunTask")
    for arn in (
        f"arn:aws:ecs:{ACCOUNT}:task-definition/daily:7",
        "arn:aws:ecs:us-east-1:123456789012:task-definition/nightly:7",
        "arn:aws:sqs:eu-west-1:123456789012:nightly",
    ):
        outputs["task"] = {
            "taskDefinition": {
                "taskDefinitionArn": arn,
                "containerDefinitions": [],
                "taskRoleArn": ROLE,
            }
        }
        assert ("iam:PassRole", ROLE) not in verdicts(tmp_path, outputs, capsys)


QUEUE, TOPIC = f"arn:aws:sqs:{ACCOUNT}:orders", f"arn:aws:sns:{ACCOUNT}:told"
CASES: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "queue": (
        "arn:aws:states:::sqs:sendMessage",
        {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "MessageBody": "x"},
        "kms:Decrypt",
        {"Attributes": {"QueueArn": QUEUE, "KmsMasterKeyId": KEY}},
    ),
    "topic": (
        "arn:aws:states:::sns:publish",
        {"TopicArn": TOPIC, "Message": "x"},
        "kms:Decrypt",
        {"Attributes": {"TopicArn": TOPIC, "KmsMasterKeyId": KEY}},
    ),
    "table": (
        "arn:aws:states:::dynamodb:getItem",
        {"TableName": "jobs", "Key": {"id": {"S": "1"}}},
        "kms:Decrypt",
        {
            "Table": {
                "TableArn": f"arn:aws:dynamodb:{ACCOUNT}:table/jobs",
                "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": KEY},
            }
        },
    ),
    "stream": (
        "arn:aws:states:::aws-sdk:kinesis:putRecord",
        {"StreamName": "events", "Data": "d", "PartitionKey": "p"},
        "kms:GenerateDataKey",
        {
            "StreamDescriptionSummary": {
                "StreamARN": f"arn:aws:kinesis:{ACCOUNT}:stream/events",
                "KeyId": KEY,
            }
        },
    ),
    "stream description": (
        "arn:aws:states:::aws-sdk:kinesis:putRecord",
        {"StreamName": "events", "Data": "d", "PartitionKey": "p"},
        "kms:GenerateDataKey",
        {
            "StreamDescription": {
                "StreamARN": f"arn:aws:kinesis:{ACCOUNT}:stream/events",
                "KeyId": KEY,
            }
        },
    ),
    "secret": (
        "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue",
        {"SecretId": f"arn:aws:secretsmanager:{ACCOUNT}:secret:login-AbCdEf"},
        "kms:Decrypt",
        {"ARN": f"arn:aws:secretsmanager:{ACCOUNT}:secret:login-AbCdEf", "KmsKeyId": KEY},
    ),
    "activity": (
        f"arn:aws:states:{ACCOUNT}:activity:approve",
        {},
        "kms:Decrypt",
        {
            "activityArn": f"arn:aws:states:{ACCOUNT}:activity:approve",
            "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": KEY},
        },
    ),
    "state machine": (
        "arn:aws:states:::states:startExecution",
        {"StateMachineArn": MACHINE},
        "kms:Decrypt",
        {
            "stateMachineArn": MACHINE,
            "roleArn": "arn:aws:iam::123456789012:role/child",
            "definition": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
            "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": KEY},
        },
    ),
    "connection": (
        "arn:aws:states:::http:invoke",
        {
            "ApiEndpoint": "https://example.com",
            "Method": "GET",
            "Authentication": {"ConnectionArn": f"arn:aws:events:{ACCOUNT}:connection/it/0a1b"},
        },
        "kms:Decrypt",
        {
            "ConnectionArn": f"arn:aws:events:{ACCOUNT}:connection/it/0a1b",
            "KmsKeyIdentifier": KEY,
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_keys(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The key policy is not in the files, so it is unknown whether the role needs the key."""
    resource, parameters, action, output = CASES[name]
    outputs = machine(resource, parameters, "sqs:*")
    assert (action, KEY) not in verdicts(tmp_path, outputs, capsys)
    found = verdicts(tmp_path, outputs | {"resource": output}, capsys)
    assert found[action, KEY] == "unknown"
    allowed = machine(resource, parameters, "sqs:*", "kms:*")
    found = verdicts(tmp_path, allowed | {"resource": output}, capsys)
    assert found[action, KEY] == "allowed"


def test_an_inference_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = f"arn:aws:bedrock:{ACCOUNT}:application-inference-profile/0a1b2c3d4e5f"
    parameters = {"ModelId": profile, "Body": {}}
    outputs = machine("arn:aws:states:::bedrock:invokeModel", parameters, "sqs:*")
    outputs["profile"] = {"inferenceProfileArn": profile, "models": [{"modelArn": MODEL}]}
    assert verdicts(tmp_path, outputs, capsys)["bedrock:InvokeModel", MODEL] == "denied"
