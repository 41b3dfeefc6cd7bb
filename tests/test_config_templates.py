"""Parameters, policies and roles that the configuration supplies for templates."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sfnlint.cli import main

ROLE = "arn:aws:iam::123456789012:role/flow"
BASE = "arn:aws:iam::123456789012:policy/base"
TEMPLATE = """\
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
  Queue: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/flow
      Definition:
        StartAt: Send
        States:
          Send:
            Type: Task
            Resource: !If [IsProd, arn:aws:states:::sqs:sendMessage, arn:aws:states:::sns:publish]
            Parameters: !If
              - IsProd
              - QueueUrl: !Sub https://sqs.eu-west-1.amazonaws.com/123456789012/${Queue}
                MessageBody: ok
              - {TopicArn: "arn:aws:sns:eu-west-1:123456789012:news", Message: ok}
            End: true
"""
OWN_ROLE = """\
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/base"]
"""
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:"


def policy(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "send.json").write_text(policy("sqs:SendMessage", QUEUE + "job-lists"))
    return tmp_path


def findings(
    capsys: pytest.CaptureFixture[str], config: str, *arguments: str
) -> list[tuple[str, str, int]]:
    Path(".sfn-lint.toml").write_text(config)
    main(["check", "--format", "json", *arguments])
    printed = capsys.readouterr()
    assert printed.err == ""
    found = json.loads(printed.out)["findings"]
    return [(one["rule"], one["file"], one["line"]) for one in found]


IN_DEV = ("EF401", "template.yaml", 21)
ROLES = f'[roles."{ROLE}"]\npolicies = ["send.json"]\n'


def test_a_role_from_outside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert findings(capsys, "") == []
    assert findings(capsys, ROLES) == [IN_DEV]
    assert findings(capsys, ROLES.replace("role/flow", "role/other")) == []


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ('Stage = "prod"\nQueue = "job-lists"', []),
        ('Stage = "prod"\nQueue = "job-list"', [("EF410", "send.json", 7)]),
        ('Stage = "dev"', [IN_DEV]),
        # The template does not allow this value, so the parameter stays unknown.
        ('Stage = "test"', [IN_DEV]),
        ('Stage = "dev"\n"*.yaml".Stage = "prod"\n"*.yaml".Queue = "job-lists"', []),
        ('Queue = "job-lists"\n"*.yaml".Stage = "prod"\n"elsewhere/".Stage = "dev"', []),
    ],
)
def test_values_of_parameters(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    parameters: str,
    expected: list[tuple[str, str, int]],
) -> None:
    assert findings(capsys, f"[parameters]\n{parameters}\n{ROLES}") == expected


@pytest.mark.parametrize("kind", ["CommaDelimitedList", "AWS::SSM::Parameter::Value<String>"])
def test_a_value_that_is_not_what_a_ref_gives(
    kind: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TEMPLATE.replace("Queue: {Type: String}", f"Queue: {{Type: {kind}}}")
    Path("template.yaml").write_text(text)
    assert findings(capsys, f'[parameters]\nStage = "prod"\nQueue = "mails"\n{ROLES}') == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [("news", [IN_DEV]), ("{{resolve:ssm:/news}}", [])],
)
def test_a_value_that_is_looked_up_at_deployment_stays_open(
    folder: Path, capsys: pytest.CaptureFixture[str], value: str, expected: list[object]
) -> None:
    text = TEMPLATE.replace('"arn:aws:sns:eu-west-1:123456789012:news"', "!Ref News")
    news = "  News: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Queue}}\n"
    Path("template.yaml").write_text(text + news)
    Path("send.json").write_text(policy("sns:Publish", "arn:aws:sns:eu-west-1:123456789012:old"))
    config = f'parameters = {{Stage = "dev", Queue = "{value}"}}\n{ROLES}'
    assert findings(capsys, config) == expected


def test_a_policy_of_the_template_counts_for_a_role_from_outside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish = json.loads(policy("sns:Publish", "arn:aws:sns:eu-west-1:123456789012:news"))
    properties = {"PolicyName": "news", "Roles": ["flow"], "PolicyDocument": publish}
    more = json.dumps({"Type": "AWS::IAM::Policy", "Properties": properties})
    Path("template.yaml").write_text(f"{TEMPLATE}  News: {more}\n")
    assert findings(capsys, ROLES) == []
    unknown_name = more.replace('"flow"', '{"Ref": "Queue"}')
    Path("template.yaml").write_text(f"{TEMPLATE}  News: {unknown_name}\n")
    assert findings(capsys, ROLES) == []
    other_action = unknown_name.replace("sns:Publish", "sns:Subscribe")
    Path("template.yaml").write_text(f"{TEMPLATE}  News: {other_action}\n")
    assert findings(capsys, ROLES) == [("EF401", "template.yaml", 21)]


def test_its_trust_policy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("trust.json").write_text(
        '{"Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": '
        '"sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}'
    )
    config = f'parameters = {{Stage = "prod"}}\n{ROLES}trust = "trust.json"\n'
    found = findings(capsys, config)
    assert [(rule, file) for rule, file, _ in found] == [("EF416", "trust.json")]


def test_nothing_is_said_to_be_unneeded_in_a_role_from_outside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("send.json").write_text(policy("sqs:*Message", QUEUE + "*"))
    config = f'parameters = {{Stage = "prod"}}\n{ROLES}'
    shared = findings(capsys, config, "--severity", "info", "--select", "WF5,IF5")
    assert shared == []


VALUES = 'parameters = {Stage = "prod", Queue = "job-lists"}'
MANAGED = f'{VALUES}\nmanaged-policies = {{"{BASE}" = "base.json"}}'


def test_a_managed_policy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = TEMPLATE.replace(
        "!Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/flow", "!GetAtt Role.Arn"
    )
    Path("template.yaml").write_text(template + OWN_ROLE)
    shutil.copy("send.json", "base.json")
    info = ("--severity", "info")
    assert findings(capsys, MANAGED, *info) == []
    assert findings(capsys, VALUES, *info) == [("IF005", "template.yaml", 30)]
    Path("base.json").write_text(policy("sqs:SendMessage", QUEUE + "mails"))
    assert ("EF401", "template.yaml", 19) in findings(capsys, MANAGED)
    # Other machines may use the role, so its other permissions are not reported.
    Path("base.json").write_text(policy("sqs:*", "*"))
    assert findings(capsys, MANAGED, *info) == []


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [('{\n "Version"', "EF001", 2), ('{\n "Statement": [\n  {"Effect": "Grant"}]}', "EF006", 3)],
)
def test_a_file_that_is_no_policy(
    folder: Path, capsys: pytest.CaptureFixture[str], content: str, rule: str, line: int
) -> None:
    Path("send.json").write_text(content)
    shutil.copy("template.yaml", "other.yaml")
    [found] = findings(capsys, ROLES)
    assert found == (rule, "send.json", line)


def test_sam(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Transform: AWS::Serverless-2016-10-31\n" + TEMPLATE
    text = text.replace("AWS::StepFunctions::", "AWS::Serverless::").replace("RoleArn:", "Role:")
    Path("template.yaml").write_text(text)
    config = f'parameters = {{Stage = "dev"}}\n{ROLES}'
    assert findings(capsys, config) == [("EF401", "template.yaml", 22)]


def test_a_terraform_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("template.yaml").unlink()
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:news", "Message": "ok"},
        "End": True,
    }
    definition = json.dumps({"StartAt": "Send", "States": {"Send": task}})
    machine = {
        "address": "aws_sfn_state_machine.flow",
        "mode": "managed",
        "type": "aws_sfn_state_machine",
        "name": "flow",
        "values": {"name": "flow", "role_arn": ROLE, "definition": definition},
    }
    written = {key: value for key, value in machine.items() if key != "values"}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [machine]}},
        "configuration": {"root_module": {"resources": [{**written, "expressions": {}}]}},
    }
    Path("plan.json").write_text(json.dumps(plan))
    assert findings(capsys, "") == []
    assert findings(capsys, ROLES) == [("EF401", "plan.json", 1)]
