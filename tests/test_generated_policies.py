"""`sfn-lint policy`: generated policies are enough, and nothing can be taken away from them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_needs import RECORDS, name, template

from sfnlint.cli import main
from sfnlint.engine import run_text
from sfnlint.finding import Finding
from sfnlint.options import Options
from sfnlint.synthesis.documents import policy_document
from sfnlint.synthesis.statements import generate

TEMPLATE = """
Parameters:
  Stage: {Type: String}
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Send
        States:
          Send:
            Type: Task
            Resource: arn:aws:states:::sqs:sendMessage
            Parameters: {QueueUrl: !Ref Queue, MessageBody: x}
            Next: Tell
          Tell:
            Type: Task
            Resource: arn:aws:states:::sns:publish
            Parameters: {TopicArn: !Ref Topic, Message: x}
            Next: Read
          Read:
            Type: Task
            Resource: arn:aws:states:::aws-sdk:s3:getObject
            Parameters: {Bucket: !Sub "data-${Stage}", Key.$: $.order.objectKey}
            Next: Query
          Query:
            Type: Task
            Resource: arn:aws:states:::athena:getQueryExecution
            Parameters: {QueryExecutionId.$: $.id}
            End: true
  Queue: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
"""
TERRAFORM = """
resource "aws_sqs_queue" "orders" { name = "orders" }
resource "aws_sns_topic" "told" {}
resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = var.role
  definition = jsonencode({
    StartAt = "Send"
    States = {
      Send = { Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage", Next = "Tell",
        Parameters = { QueueUrl = aws_sqs_queue.orders.url, MessageBody = "x" } }
      Tell = { Type = "Task", Resource = "arn:aws:states:::sns:publish", Next = "Call",
        Parameters = { TopicArn = aws_sns_topic.told.arn, Message = "x" } }
      Call = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", End = true,
        Parameters = { "FunctionName.$" = "$.function" } }
    }
  })
}
"""


def generated(record: dict[str, Any]) -> list[dict[str, Any]]:
    result = run_text(template(record, []), "t.json", Options(keep_analyses=True))
    policy = generate(result.analysed[0], wildcards=True)
    text = json.dumps(policy_document(policy.statements, policy.symbols))
    text = text.replace("${Region}", "us-east-1").replace("${Account}", "123456789012")
    statements: list[dict[str, Any]] = json.loads(text)["Statement"]
    return statements


def findings(record: dict[str, Any], statements: Sequence[dict[str, Any]]) -> list[Finding]:
    result = run_text(template(record, list(statements)), "t.json", Options())
    return [each for each in result.findings if re.match("[EW]F[45]", each.rule)]


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_round_trip(record: dict[str, Any]) -> None:
    """The policy is enough for the machine; without any action of it, something is missing."""
    statements = generated(record)
    assert findings(record, statements) == []
    for index, statement in enumerate(statements):
        for action in statement["Action"]:
            left = [each for each in statement["Action"] if each != action]
            others = [{**statement, "Action": left}] if left else []
            less = [*statements[:index], *others, *statements[index + 1 :]]
            assert any(action in finding.actions for finding in findings(record, less)), action


def test_pass_role_always_names_the_service() -> None:
    passing = [
        statement
        for record in RECORDS
        for statement in generated(record)
        if statement["Action"] == ["iam:PassRole"]
    ]
    assert len(passing) > 20
    for statement in passing:
        assert statement["Condition"]["StringEquals"]["iam:PassedToService"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def output(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 1) -> str:
    assert main(["policy", *arguments]) == status
    return capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(output(capsys, "template.yaml", "--format", "json", "--trust"))
    (policy,) = document["policies"]
    assert (document["version"], policy["file"], policy["machine"]) == (1, "template.yaml", "Flow")
    assert policy["complete"] is False
    resources = {each["Sid"]: each["Resource"] for each in policy["policy"]["Statement"]}
    assert resources == {
        "CallAthena": ["arn:aws:athena:${Region}:${Account}:workgroup/${WorkGroup}"],
        "CallS3": ["arn:aws:s3:::data-${Stage}/${ObjectKey}"],
        "CallSns": ["arn:aws:sns:${Region}:${Account}:${Topic.TopicName}"],
        "CallSqs": ["arn:aws:sqs:${Region}:${Account}:${Queue.QueueName}"],
    }
    assert [each["sid"] for each in policy["statements"]] == list(resources)
    assert policy["statements"][3] == {
        "sid": "CallSqs",
        "states": ["Send"],
        "purposes": ["start"],
        "sources": ["https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html"],
    }
    assert policy["open"] == [
        {
            "state": "Read",
            "action": "s3:GetObject",
            "placeholder": "${ObjectKey}",
            "why": "its value is known only at run time",
        },
        {
            "state": "Query",
            "action": "athena:GetQueryExecution",
            "placeholder": "${WorkGroup}",
            "why": "the call does not show it",
        },
    ]
    (trust,) = policy["trust"]["Statement"]
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "${Account}"},
        "ArnLike": {"aws:SourceArn": "arn:aws:states:${Region}:${Account}:stateMachine:*"},
    }


def with_statements(*statements: str) -> str:
    lines = "".join(f"              - {statement}\n" for statement in statements)
    return (
        TEMPLATE
        + """      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
"""
        + lines
    )


def test_the_difference_from_a_role(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "template.yaml").write_text(
        with_statements(
            "{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn}",
            "{Effect: Allow, Action: 'sns:*', Resource: '*'}",
            "{Effect: Allow, Action: 's3:Get*', NotResource: 'arn:aws:s3:::x/*'}",
            "{Effect: Allow, Action: lambda:InvokeFunction, Resource: '*'}",
        )
    )
    out = output(capsys, "template.yaml", "--diff")
    assert out.startswith("--- present (role 'Role')\n+++ proposed\n@@ ")
    # What the AWS SDK calls of the machine need besides is not known.
    assert out.partition("\n\n")[2].splitlines() == [
        "keep    template.yaml:46: sqs:SendMessage (state 'Send')",
        "narrow  template.yaml:47: sns:* (state 'Tell')",
        "narrow  template.yaml:48: s3:Get* (state 'Read')",
        "keep    template.yaml:49: lambda:InvokeFunction (an AWS SDK call may need it)",
        "add     CallAthena: athena:GetQueryExecution (state 'Query')",
        "add     CallS3: s3:GetObject (state 'Read')",
    ]


def test_a_statement_that_nothing_needs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = with_statements("{Effect: Allow, Action: lambda:InvokeFunction, Resource: '*'}")
    text = text.replace("aws-sdk:s3:getObject", "dynamodb:getItem")
    (folder / "template.yaml").write_text(text)
    out = output(capsys, "template.yaml", "--diff")
    assert "\nremove  template.yaml:46: lambda:InvokeFunction (no state needs it)\n" in out


def test_nothing_is_removed_from_a_shared_role(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = with_statements("{Effect: Allow, Action: 'sns:*', Resource: '*'}")
    text = text.replace(
        "Service: states.amazonaws.com", "Service: [states.amazonaws.com, x.amazonaws.com]"
    )
    (folder / "template.yaml").write_text(text.replace("x.amazonaws.com", "lambda.amazonaws.com"))
    out = output(capsys, "template.yaml", "--diff")
    assert "keep    template.yaml:46: sns:* (something else uses or may use the role)" in out
    assert "remove" not in out


def test_the_difference_from_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    definition = {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f",
                "End": True,
            }
        },
    }
    (folder / "a.asl.json").write_text(json.dumps(definition))
    out = output(capsys, "a.asl.json", "--diff", status=0)
    assert out.startswith("--- present (no role)\n")
    assert out.endswith("\n\nadd     CallLambda: lambda:InvokeFunction (state 'A')\n")
    for arguments in (["--as", "sam"], ["--format", "json"], ["--trust"], ["--output-dir", "x"]):
        assert main(["policy", "a.asl.json", "--diff", *arguments]) == 2
        assert "omit" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_wildcards(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("template.yaml", "--allow-wildcards")
    document = json.loads(output(capsys, *arguments, status=0))
    resources = [each["Resource"][0] for each in document["Statement"]]
    assert resources[0].endswith("workgroup/*")
    assert resources[1] == "arn:aws:s3:::data-${Stage}/*"


def test_a_generated_template_is_clean(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = output(
        capsys, "template.yaml", "--as", "cloudformation", "--allow-wildcards", status=0
    )
    assert "!GetAtt Queue.Arn" in written
    assert "- !Ref Topic" in written
    assert "# state 'Send': calls" in written
    resource = "".join(f"  {line}\n" for line in written.splitlines())
    (folder / "template.yaml").write_text(TEMPLATE + resource)
    assert main(["check", "template.yaml", "--select", "EF4,WF4,WF5"]) == 0, capsys.readouterr()


def test_sam_policies_are_clean(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sam = TEMPLATE.replace("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
    sam = "Transform: AWS::Serverless-2016-10-31" + sam.partition("  Role:")[0].replace(
        "      RoleArn: !GetAtt Role.Arn\n", ""
    )
    (folder / "template.yaml").write_text(sam)
    written = output(capsys, "template.yaml", "--as", "sam", "--allow-wildcards", status=0)
    policies = "".join(f"      {line}\n" for line in written.splitlines())
    (folder / "template.yaml").write_text(
        sam.replace("      Definition:\n", policies + "      Definition:\n")
    )
    assert main(["check", "template.yaml", "--select", "EF4,WF4,WF5"]) == 0, capsys.readouterr()


def test_terraform_is_clean(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "main.tf").write_text(TERRAFORM)
    (folder / "template.yaml").unlink()
    written = output(capsys, ".", "--as", "terraform", "--allow-wildcards", status=0)
    assert "aws_sqs_queue.orders.arn" in written
    assert "[aws_sns_topic.told.arn]" in written
    trust = output(capsys, ".", "--as", "terraform", "--trust", status=0)
    role = """
resource "aws_iam_role" "flow" {
  assume_role_policy = data.aws_iam_policy_document.flow_trust.json
}
resource "aws_iam_role_policy" "flow" {
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.flow.json
}
"""
    machine = TERRAFORM.replace("var.role", "aws_iam_role.flow.arn").replace(
        '  name     = "flow"', '  name     = "flow"\n  depends_on = [aws_iam_role_policy.flow]'
    )
    data = {line for line in (written + trust).splitlines() if line.endswith('"current" {}')}
    rest = re.sub(r'data ".*" "current" {}', "", written + trust)
    (folder / "main.tf").write_text(machine + "\n".join(sorted(data)) + "\n" + rest + role)
    assert main(["check", ".", "--select", "EF4,WF4,WF5"]) == 0, capsys.readouterr()


def test_placeholders_in_each_language(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = output(capsys, "template.yaml", "--as", "terraform")
    assert "# replace var.object_key: its value is known only at run time" in written
    assert "data-${var.stage}/${var.object_key}" in written
    # A reference of the template is not one of Terraform.
    assert "[var.topic]" in written
    written = output(capsys, "template.yaml", "--as", "cdk")
    assert '`arn:${cdk.Aws.PARTITION}:s3:::data-${cdk.Fn.ref("Stage")}/${objectKey}`' in written
    assert '`${cdk.Fn.getAtt("Queue", "Arn")}`' in written
    (folder / "main.tf").write_text(TERRAFORM)
    written = output(capsys, "main.tf", "--as", "cloudformation")
    assert '!Sub "${AwsSnsTopicTold}"' in written


def test_python_is_valid(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    text = TEMPLATE.replace('"data-${Stage}"', """'a"b{c}`${Stage}'""")
    (folder / "template.yaml").write_text(text)
    written = output(capsys, "template.yaml", "--as", "cdk-python")
    calls = ast.parse(written).body
    assert len(calls) == 4
    assert r"""s3:::a\"b{{c}}`{cdk.Fn.ref('Stage')}/{object_key}""" in written
    ast.parse(
        output(capsys, "template.yaml", "--as", "cdk-python", "--trust", status=0)
        .rstrip()
        .rstrip(",")
    )
    written = output(capsys, "template.yaml", "--as", "cdk")
    assert r"""s3:::a"b{c}\`${cdk.Fn.ref("Stage")}/${objectKey}`""" in written
    assert "new iam.ServicePrincipal" in output(
        capsys, "template.yaml", "--as", "cdk", "--trust", status=0
    )


def test_several_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.yaml").write_text(TEMPLATE.replace("  Flow:", "  Other:"))
    assert main(["policy", "."]) == 2
    err = capsys.readouterr().err
    assert "there are several state machines; add --machine or --output-dir: " in err
    assert "'Other' and 'Flow'" in err
    output(capsys, ".", "--machine", "Other")
    output(capsys, ".", "--output-dir", "policies/new", "--as", "cloudformation")
    files = sorted((folder / "policies" / "new").iterdir())
    assert [file.name for file in files] == ["Flow.yaml", "Other.yaml"]
    (folder / "third.yaml").write_text(TEMPLATE.replace("  Flow:", "  flow:"))
    output(capsys, ".", "--output-dir", "json")
    names = {file.name for file in (folder / "json").iterdir()}
    assert names == {"Flow.json", "Other.json", "flow-2.json"}
    assert main(["policy", ".", "--output-dir", "template.yaml"]) == 2
    assert "cannot create folder 'template.yaml'" in capsys.readouterr().err


def test_wrong_combinations(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--as", "sam"], ["--output-dir", "x"]):
        assert main(["policy", ".", "--format", "json", *arguments]) == 2
        assert "omit" in capsys.readouterr().err
    assert not (folder / "x").exists()


def test_a_machine_that_needs_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.asl.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    document = json.loads(output(capsys, "a.asl.json", "--format", "json", status=0))
    (policy,) = document["policies"]
    assert policy["policy"] is None
    assert (policy["complete"], policy["statements"], policy["open"]) == (True, [], [])
    assert main(["policy", "a.asl.json"]) == 0
    assert "'a' needs no permission" in capsys.readouterr().err


def test_unknown_needs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    definition = {
        "StartAt": "A",
        "States": {"A": {"Type": "Task", "Resource": "${Unknown}", "End": True}},
    }
    (folder / "a.asl.json").write_text(json.dumps(definition))
    (policy,) = json.loads(output(capsys, "a.asl.json", "--format", "json"))["policies"]
    (entry,) = policy["open"]
    assert (entry["state"], entry["action"], entry["placeholder"]) == ("A", None, None)
    assert entry["why"]
    assert main(["policy", "a.asl.json", "--as", "terraform"]) == 1
    assert "the policy is not complete: the needs of state 'A'" in capsys.readouterr().err


def test_a_long_policy_is_split(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    states = {
        f"S{number}": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Parameters": {"Bucket": f"bucket-{number}", "Key": "x" * 300},
            **({"Next": f"S{number + 1}"} if number < 60 else {"End": True}),
        }
        for number in range(61)
    }
    # Other actions make other statements.
    for number in range(0, 61, 4):
        states[f"S{number}"]["Resource"] = "arn:aws:states:::aws-sdk:s3:putObject"
    for number in range(1, 61, 4):
        states[f"S{number}"]["Resource"] = "arn:aws:states:::aws-sdk:s3:deleteObject"
    (folder / "a.asl.json").write_text(json.dumps({"StartAt": "S0", "States": states}))
    (policy,) = json.loads(output(capsys, "a.asl.json", "--format", "json", status=0))["policies"]
    parts = policy["managed_policies"]
    assert len(parts) > 1
    for part in parts:
        assert len(json.dumps(part, separators=(",", ":"))) <= 6144
    assert permissions(*parts) == permissions(policy["policy"])
    assert main(["policy", "a.asl.json", "--as", "sam"]) == 0
    captured = capsys.readouterr()
    assert f"so it is split into {len(parts)} managed policies" in captured.err
    resources = yaml.load(captured.out, _Loader)
    assert {each["Type"] for each in resources.values()} == {"AWS::IAM::ManagedPolicy"}
    written = output(capsys, "a.asl.json", "--as", "terraform", status=0)
    assert written.count('data "aws_iam_policy_document"') == len(parts)
    written = output(capsys, "a.asl.json", status=0)
    assert json.loads(written) == parts


def permissions(*documents: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags as strings."""


_Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))
