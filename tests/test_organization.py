"""Policies of AWS Organizations limit what roles may do, and grant nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sfnlint.cli import main

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
DEFINITION = {
    "StartAt": "Send",
    "States": {
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {
                "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "MessageBody": "x",
            },
            "Next": "Read",
        },
        "Read": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Parameters": {"Bucket": "data", "Key": "k"},
            "Next": "Tell",
        },
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "arn:aws:lambda:eu-west-1:123456789012:function:f"},
            "End": True,
        },
    },
}
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Flow": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "Definition": DEFINITION,
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "states.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": [
                                        "sqs:SendMessage",
                                        "s3:GetObject",
                                        "lambda:InvokeFunction",
                                    ],
                                    "Resource": "*",
                                }
                            ],
                        },
                    }
                ],
            },
        },
    }
}
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    # The queue of the machine's own account.
    text = json.dumps(TEMPLATE).replace(
        '"https://sqs.eu-west-1.amazonaws.com/123456789012/orders"', '{"Ref": "Queue"}'
    )
    text = text.replace('"Role": {"Type"', '"Queue": {"Type": "AWS::SQS::Queue"}, "Role": {"Type"')
    (tmp_path / "template.json").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def verdicts(
    capsys: pytest.CaptureFixture[str],
    *,
    scps: list[dict[str, Any]] | None = None,
    rcps: list[dict[str, Any]] | None = None,
    organization: str = "",
) -> list[tuple[str, str]]:
    """Return the verdicts and reasons of the three calls with these policies."""
    lines = [f'id = "{organization}"'] if organization else []
    for kind, policies in (("service", scps), ("resource", rcps)):
        names = [f"{kind}{number}.json" for number in range(len(policies or ()))]
        for name, policy in zip(names, policies or (), strict=True):
            Path(name).write_text(json.dumps(policy))
        lines.append(f"{kind}-control-policies = {json.dumps(names)}")
    Path(".sfn-lint.toml").write_text("[organization]\n" + "\n".join(lines))
    assert main(["permissions", "template.json", "--format", "json"]) == 0
    (machine,) = json.loads(capsys.readouterr().out)["machines"]
    return [
        (row["verdict"], row["why"])
        for row in machine["permissions"]
        if row["action"] in ("sqs:SendMessage", "s3:GetObject", "lambda:InvokeFunction")
        and row["necessity"] == "required"
    ]


ALLOWED = ("allowed", "")


@pytest.mark.usefixtures("folder")
def test_without_policies(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdicts(capsys) == [ALLOWED, ALLOWED, ALLOWED]


@pytest.mark.usefixtures("folder")
def test_a_deny(capsys: pytest.CaptureFixture[str]) -> None:
    for other in ([], [document(ALLOW)]):
        denied = ("denied", "a statement of service control policy 'service0.json' denies it")
        got = verdicts(capsys, scps=[document(DENY), *other])
        assert got == [denied, ALLOWED, ALLOWED]


@pytest.mark.usefixtures("folder")
def test_allow_lists(capsys: pytest.CaptureFixture[str]) -> None:
    s3 = document({**ALLOW, "Action": "s3:*"})
    denied = ("denied", "service control policy 'service0.json' does not allow it")
    assert verdicts(capsys, scps=[s3]) == [denied, ALLOWED, denied]
    # Policies of one level allow together; of two levels, both must allow.
    both = document({**ALLOW, "Action": ["s3:*", "sqs:*"]})
    sqs, s3_call, other = verdicts(capsys, scps=[s3, both])
    assert sqs == ("unknown", "this service control policy may apply")
    assert s3_call == ALLOWED
    assert other[0] == "denied"
    assert "'service0.json' or 'service1.json'" in other[1]


@pytest.mark.usefixtures("folder")
def test_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    deny = {**DENY, "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}}
    got = verdicts(capsys, scps=[document(deny)])
    assert got[0][0] == "denied"
    deny = {**DENY, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
    assert verdicts(capsys, scps=[document(deny)])[0] == (
        "unknown",
        "the value of 'aws:PrincipalOrgID' is unknown",
    )
    got = verdicts(capsys, scps=[document(deny)], organization="o-a1b2c3d4e5")
    assert got[0][0] == "denied"
    got = verdicts(capsys, scps=[document(deny)], organization="o-a1b2c3d4e6")
    assert got[0] == ALLOWED


@pytest.mark.usefixtures("folder")
def test_resource_control_policies(capsys: pytest.CaptureFixture[str]) -> None:
    deny = document({**DENY, "Action": "*", "Principal": "*"})
    sqs, s3, other = verdicts(capsys, rcps=[deny])
    assert sqs == ("denied", "a statement of resource control policy 'resource0.json' denies it")
    # The bucket may be in another account; functions have no resource control policies.
    assert s3 == ("unknown", "this resource control policy may apply")
    assert other == ALLOWED
    assert verdicts(capsys, rcps=[document({**ALLOW, "Principal": "*"})]) == [ALLOWED] * 3


@pytest.mark.usefixtures("folder")
def test_findings_name_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts(
        capsys, scps=[{"Policy": {"PolicySummary": {}, "Content": json.dumps(document(DENY))}}]
    )
    assert main(["check", "template.json", "--select", "EF"]) == 1
    assert capsys.readouterr().out == (
        "service0.json:1:92: EF414 this statement of service control policy 'service0.json' denies "
        "sqs:SendMessage on '${Queue.QueueName}', which state 'Send' needs\n"
    )


@pytest.mark.usefixtures("folder")
def test_policies_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    got = verdicts_of_unreadable(capsys, "{}")
    assert "could not check service0.json (this file is not a policy document" in got
    got = verdicts_of_unreadable(capsys, "{")
    assert "service0.json:1:1: EF001" in got


def verdicts_of_unreadable(capsys: pytest.CaptureFixture[str], text: str) -> str:
    Path("service0.json").write_text(text)
    Path(".sfn-lint.toml").write_text(
        '[organization]\nservice-control-policies = ["service0.json"]\n'
    )
    assert main(["check", "template.json", "--show-unknown", "--select", "EF"]) != 0
    captured = capsys.readouterr()
    assert "service control policy 'service0.json' cannot be read" in captured.out
    return captured.out + captured.err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = 'x'", "'organization.id' must be an id such as 'o-a1b2c3d4e5'"),
        ("id = 1", "'organization.id' must be a string"),
        (
            "service-control-policies = ['x.json']",
            "'organization.service-control-policies': file 'x.json' does not exist",
        ),
        ("scps = []", "unknown key 'organization.scps'"),
    ],
)
def test_wrong_configuration(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".sfn-lint.toml").write_text(f"[organization]\n{text}\n")
    assert main(["check"]) == 2
    assert capsys.readouterr().err == f"sfn-lint: .sfn-lint.toml:2: {message}\n"
