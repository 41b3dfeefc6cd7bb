"""Resource policies in AWS CLI outputs beside those of a state machine and its account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sfnlint
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.principals import PrincipalRole
from sfnlint.inputs.deployed.resource_policies import ResourcePolicies, written_policies
from sfnlint.place import Place
from sfnlint.source import parse
from sfnlint.symbol import Symbols

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/runs"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


def task(resource: str, parameters: object) -> dict[str, Any]:
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters}
    return {"StartAt": "A", "States": {"A": {**state, "End": True}}}


SENDS = task(
    "sqs:sendMessage",
    {"QueueUrl": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/orders", "MessageBody": "x"},
)
PUTS = task("aws-sdk:s3:putObject", {"Bucket": "b", "Key": "k", "Body": "x"})
ENCRYPTS = task("aws-sdk:kms:encrypt", {"KeyId": KEY, "Plaintext": "x"})


def document(statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def statement(action: str, principal: object, effect: str = "Allow", resource: str = "*") -> str:
    return document(
        {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    )


def rules(
    folder: Path, definition: object, action: str, *outputs: object, **role: object
) -> list[str]:
    """The rules about permissions of a role that may call an action, or nothing for ""."""
    machine = {
        "stateMachineArn": f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:M",
        "name": "M",
        "definition": json.dumps(definition),
        "roleArn": ROLE,
        "type": "STANDARD",
    }
    service = {"Service": "states.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
    allowed = {"Effect": "Allow", "Action": action, "Resource": "*"}
    policies = [{"PolicyName": "p", "PolicyDocument": document(allowed)}] if action else []
    details = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": document(trust),
        "InstanceProfileList": [],
        "RolePolicyList": policies,
        "AttachedManagedPolicies": [],
        **role,
    }
    files = [machine, {"RoleDetailList": [details], "Policies": []}, *outputs]
    for index, data in enumerate(files):
        text = data if isinstance(data, str) else json.dumps(data, indent=4)
        (folder / f"{index}.json").write_text(text, encoding="utf-8")
    findings = sfnlint.check([folder])
    return sorted(finding.rule for finding in findings if finding.rule[2] == "4")


def queue(policy: str, arn: str = QUEUE) -> dict[str, Any]:
    return {"Attributes": {"QueueArn": arn, "Policy": policy, "DelaySeconds": "0"}}


@pytest.mark.parametrize(
    ("action", "output", "expected"),
    [
        ("", queue(statement("sqs:SendMessage", {"AWS": ROLE})), []),
        ("", queue(statement("sqs:SendMessage", "*")), []),
        ("", queue(statement("sqs:SendMessage", {"AWS": ACCOUNT})), ["EF401"]),
        ("", queue(statement("sqs:SendMessage", {"AWS": f"{ROLE}x"})), ["EF401"]),
        ("sqs:*", queue(statement("sqs:*", {"AWS": ROLE}, "Deny")), ["EF414"]),
        ("sqs:*", queue(statement("sqs:*", {"AWS": ACCOUNT}, "Deny")), ["EF414"]),
        ("sqs:*", queue(statement("sqs:*", {"AWS": "444455556666"}, "Deny")), []),
        ("sqs:*", queue(statement("sqs:*", "*", "Deny")), ["EF414"]),
        ("sqs:*", queue(statement("sqs:*", "*", "Deny"), f"{QUEUE}2"), []),
        ("sqs:*", {"Attributes": {"QueueArn": QUEUE}}, []),
    ],
)
def test_the_policy_of_a_queue(
    tmp_path: Path, action: str, output: object, expected: list[str]
) -> None:
    assert rules(tmp_path, SENDS, action, output) == expected


def test_several_outputs_in_one_file(tmp_path: Path) -> None:
    denying = queue(statement("sqs:*", "*", "Deny"))
    text = json.dumps({"Attributes": {}}) + "\n" + json.dumps(denying)
    assert rules(tmp_path, SENDS, "sqs:*", text) == ["EF414"]


def test_the_place_of_a_deny_is_exact(tmp_path: Path) -> None:
    policy = statement("sqs:*", "*", "Deny")
    assert rules(tmp_path, SENDS, "sqs:*", queue(policy)) == ["EF414"]
    [finding] = [one for one in sfnlint.check([tmp_path]) if one.rule == "EF414"]
    located = finding.place.locate()
    start, end = located.span
    written = json.loads(policy)["Statement"][0]
    assert json.loads(located.root.text[start:end].replace('\\"', '"')) == written


@pytest.mark.parametrize(
    ("action", "principal", "effect", "resource", "expected"),
    [
        ("s3:*", "*", "Deny", "arn:aws:s3:::b/*", ["EF414"]),
        ("s3:*", {"AWS": ROLE}, "Deny", "arn:aws:s3:::other/*", []),
        # The output does not show the account of the bucket.
        ("", {"AWS": ROLE}, "Allow", "arn:aws:s3:::b/*", []),
        ("", {"AWS": f"{ROLE}x"}, "Allow", "arn:aws:s3:::b/*", ["EF401"]),
    ],
)
def test_the_policy_of_a_bucket(
    tmp_path: Path, action: str, principal: object, effect: str, resource: str, expected: list[str]
) -> None:
    output = {"Policy": statement("s3:PutObject", principal, effect, resource)}
    assert rules(tmp_path, PUTS, action, output) == expected


def test_a_key_policy_of_an_unknown_key_denies_nothing_for_certain(tmp_path: Path) -> None:
    admin = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
    alone = {"Policy": statement("kms:*", admin), "PolicyName": "default"}
    assert rules(tmp_path, ENCRYPTS, "kms:*", alone) == []
    denying = {"Policy": statement("kms:*", "*", "Deny"), "PolicyName": "default"}
    assert rules(tmp_path, ENCRYPTS, "kms:*", denying) == []
    symbols = Symbols()
    policies = ResourcePolicies(symbols)
    policies.add(Place(parse(json.dumps(alone), "key.json", "json")), alone)
    [limit] = policies.for_role(PrincipalRole(Pattern.literal(ROLE)))[1]
    assert limit.kind == "key policy"
    assert [policy.statements for policy in limit.policies] == [()]


ALLOWING = statement("s:A", "*", resource="arn:aws:s:eu-west-1:1:x")


@pytest.mark.parametrize(
    ("output", "count"),
    [
        ({"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:1:t", "Policy": ALLOWING}}, 1),
        ({"ARN": "arn:aws:s:eu-west-1:1:x", "Name": "x", "ResourcePolicy": ALLOWING}, 1),
        ({"Arn": "arn:aws:s:eu-west-1:1:x", "Name": "x", "Policy": ALLOWING}, 1),
        ({"BackupVaultArn": "arn:aws:s:eu-west-1:1:x", "Policy": ALLOWING}, 1),
        ({"policy": {"resourceArn": "arn:aws:s:eu-west-1:1:x", "document": ALLOWING}}, 1),
        ({"DomainStatus": {"ARN": "arn:aws:es:eu-west-1:1:d", "AccessPolicies": ALLOWING}}, 1),
        ({"registryId": "1", "repositoryName": "r", "policyText": ALLOWING}, 1),
        ({"PolicyInJson": ALLOWING, "PolicyHash": "x"}, 1),
        ({"resourcePolicies": [{"policyDocument": ALLOWING}, {"policyDocument": ALLOWING}, 1]}, 2),
        ({"Policy": ALLOWING, "RevisionId": "x"}, 1),
        ({"Policy": json.loads(ALLOWING)}, 1),
        ({"Policy": {"Arn": "arn:aws:iam::1:policy/x"}}, 0),
        ({"Policy": "text"}, 0),
        ({"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:1:q"}}, 0),
        ({}, 0),
    ],
)
def test_forms_of_outputs(output: dict[str, Any], count: int) -> None:
    assert len(written_policies(output)) == count
    policies = ResourcePolicies(Symbols())
    policies.add(Place(parse(json.dumps(output), "output.json", "json")), output)
    assert len(policies.for_role(PrincipalRole(Pattern.literal(ROLE)))[0]) == count


def test_a_file_with_a_policy_alone_is_not_a_state_machine(tmp_path: Path) -> None:
    (tmp_path / "queue.json").write_text(json.dumps(queue(statement("sqs:*", "*"))))
    (tmp_path / "broken.yaml").write_text('a: [{"x": "{\\"Statement\\": 1, \\"Principal\\"}"}')
    assert sfnlint.check([tmp_path]) == []
