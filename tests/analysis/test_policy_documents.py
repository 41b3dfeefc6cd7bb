"""The policy documents of roles: which there are, of which kinds, each once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sfnlint.analysis.policy_documents import PolicyDocument, policy_documents
from sfnlint.engine import run, run_text
from sfnlint.finding import Finding
from sfnlint.options import InputFile, Options
from sfnlint.place import value_at
from sfnlint.suppression import Suppressions

ALLOW = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
}
DEFINITION: dict[str, Any] = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


def document(*statements: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def template(role: Mapping[str, Any], **resources: object) -> dict[str, Any]:
    """Return a template with a machine and its role."""
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "Definition": DEFINITION},
    }
    role = {"AssumeRolePolicyDocument": TRUST, **role}
    return {
        "Resources": {
            "Flow": machine,
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            **resources,
        }
    }


def documents(data: object) -> list[PolicyDocument]:
    result = run_text(json.dumps(data), "template.json", Options(keep_subjects=True))
    return policy_documents(result.subjects)


def kinds(data: object) -> list[tuple[str, str, str]]:
    return sorted((item.kind, item.name, item.storage) for item in documents(data))


def findings(data: object, rule: str = "EF620") -> list[Finding]:
    result = run_text(json.dumps(data, indent=1), "template.json", Options())
    assert not result.failures
    return [finding for finding in result.findings if finding.rule == rule]


def test_documents_of_a_role() -> None:
    data = template(
        {
            "Policies": [{"PolicyName": "own", "PolicyDocument": document(ALLOW)}],
            "ManagedPolicyArns": [{"Ref": "Managed"}, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "PermissionsBoundary": {"Ref": "Boundary"},
        },
        Managed={
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": document(ALLOW)},
        },
        Boundary={
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": document(ALLOW)},
        },
        Attached={
            "Type": "AWS::IAM::Policy",
            "Properties": {"PolicyDocument": document(ALLOW), "Roles": [{"Ref": "Role"}]},
        },
        Unrelated={
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": document(ALLOW)},
        },
    )
    assert kinds(data) == [
        ("boundary", "Boundary", "managed"),
        ("identity", "Attached", "inline"),
        ("identity", "Managed", "managed"),
        ("identity", "Role/own", "inline"),
        ("trust", "Role", ""),
    ]


def test_resource_policies_that_apply_to_the_role() -> None:
    def queue_policy(principal: object) -> dict[str, Any]:
        statement = {**ALLOW, "Principal": principal}
        properties = {"PolicyDocument": document(statement), "Queues": [{"Ref": "Queue"}]}
        return {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}

    permission = {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "*"}
    data = template(
        {},
        Queue={"Type": "AWS::SQS::Queue"},
        Open=queue_policy("*"),
        Other=queue_policy({"Service": "sns.amazonaws.com"}),
        Permission={"Type": "AWS::Lambda::Permission", "Properties": permission},
    )
    found = [item for item in documents(data) if item.kind == "resource"]
    assert [(item.name, item.is_composed) for item in found] == [
        ("Open", False),
        ("Permission", True),
    ]


def test_generated_policies_are_left_out() -> None:
    properties = {
        "Definition": DEFINITION,
        "Tracing": {"Enabled": True},
        "Policies": [{"SQSSendMessagePolicy": {"QueueName": "q"}}, "ReadOnlyAccess", document()],
    }
    data = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Flow": {"Type": "AWS::Serverless::StateMachine", "Properties": properties}},
    }
    assert [item.data for item in documents(data)] == [document()]


def test_statements_as_plain_data() -> None:
    policies = [
        {"PolicyName": "list", "PolicyDocument": document(ALLOW, "no statement", ALLOW)},
        {"PolicyName": "single", "PolicyDocument": {"Statement": ALLOW}},
        {"PolicyName": "none", "PolicyDocument": {"Statement": "none"}},
    ]
    by_name = {item.name: item for item in documents(template({"Policies": policies}))}
    for name, number in (("list", 2), ("single", 1), ("none", 0)):
        item = by_name[f"Role/{name}"]
        assert [statement for _, statement in item.raw_statements] == [ALLOW] * number
        for place, statement in item.raw_statements:
            assert value_at(place.document.data, place.path) == statement
        assert len(item.statements) == number
    assert by_name["Role/list"].version == "2012-10-17"
    assert by_name["Role/single"].version == "2008-10-17"
    assert not by_name["Role/list"].is_complete
    assert by_name["Role/single"].is_complete


def test_document_of_several_machines_and_roles_is_one() -> None:
    managed = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": document({**ALLOW, "Sid": "a-b"})},
    }
    attached = {"ManagedPolicyArns": [{"Ref": "Managed"}]}
    data = template(attached, Managed=managed)
    resources = data["Resources"]
    resources["Other"] = resources["Flow"]
    resources["Third"] = json.loads(json.dumps(resources["Flow"]).replace('"Role"', '"Role2"'))
    resources["Role2"] = resources["Role"]
    [policy] = [item for item in documents(data) if item.kind == "identity"]
    assert [role.name for role in policy.roles] == ["Role", "Role2"]
    assert [subject.logical_id for subject in policy.subjects] == ["Flow", "Other", "Third"]
    assert [finding.machine for finding in findings(data)] == ["Flow"]


def test_document_that_depends_on_a_condition() -> None:
    sids = {"Fn::If": ["IsProd", "a-b", "ab"]}
    policy = {"PolicyName": "own", "PolicyDocument": document({**ALLOW, "Sid": sids})}
    other = {"PolicyName": "other", "PolicyDocument": document({**ALLOW, "Sid": "c-d"})}
    data = template({"Policies": [policy, other]})
    data["Parameters"] = {"Stage": {"Type": "String"}}
    data["Conditions"] = {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
    messages = sorted(finding.message for finding in findings(data))
    assert messages == [
        "Sid 'a-b' contains '-', so IAM refuses the policy (when IsProd is true)",
        "Sid 'c-d' contains '-', so IAM refuses the policy",
    ]


def test_roles_that_tasks_assume() -> None:
    data = template({})
    assumed = {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "own", "PolicyDocument": document({**ALLOW, "Sid": "a-b"})}],
    }
    data["Resources"]["Assumed"] = {"Type": "AWS::IAM::Role", "Properties": assumed}
    data["Resources"]["Flow"]["Properties"]["Definition"] = {
        "StartAt": "Send",
        "States": {
            "Send": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Credentials": {"RoleArn": {"Fn::GetAtt": ["Assumed", "Arn"]}},
                "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
                "End": True,
            }
        },
    }
    assert ("identity", "Assumed/own", "inline") in kinds(data)
    assert len(findings(data)) == 1


@pytest.fixture
def policy_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("policy.json").write_text(json.dumps(document({**ALLOW, "Sid": "a-b"})))
    for name in ("a.asl.json", "b.asl.json"):
        Path(name).write_text(json.dumps(DEFINITION))
    return Path("policy.json")


def test_policy_file_of_several_definitions(policy_file: Path) -> None:
    files = [InputFile(Path(name), name) for name in ("a.asl.json", "b.asl.json")]
    result = run(files, Options([policy_file]))
    assert [finding.rule for finding in result.findings if finding.rule == "EF620"] == ["EF620"]


def test_suppressed_in_metadata() -> None:
    policy = {"PolicyName": "own", "PolicyDocument": document({**ALLOW, "Sid": "a-b"})}
    data = template({"Policies": [policy]})
    assert len(findings(data)) == 1
    data["Resources"]["Role"]["Metadata"] = {
        "sfn-lint": {"ignore": [{"rule": "EF620", "reason": "a test"}]}
    }
    assert not findings(data)
    assert not findings(data, "IF007")


def test_rules_can_be_left_out(policy_file: Path) -> None:
    file = InputFile(Path("a.asl.json"), "a.asl.json")
    result = run([file], Options([policy_file], rules=frozenset({"EF401"})))
    assert not result.findings
    assert Suppressions(None)
