"""`sfn-lint check --fix`: edits in every notation, refusals, and files that stay as they are."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sfnlint.cli import main

DEFINITION = {
    "StartAt": "Train",
    "States": {
        "Train": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
            "Parameters": {
                "TrainingJobName": "search",
                "RoleArn": "arn:aws:iam::123456789012:role/training",
            },
            "Next": "Send",
        },
        "Send": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "QUEUE", "MessageBody": "done"},
            "End": True,
        },
    },
}
TRUST = "[{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: 'sts:AssumeRole'}]"
ALLOWED = {
    "sagemaker:CreateTrainingJob",
    "sagemaker:DescribeTrainingJob",
    "sagemaker:StopTrainingJob",
    "sagemaker:AddTags",
    "sqs:SendMessage",
    "iam:PassRole",
    "events:PutRule",
    "events:PutTargets",
    "events:DescribeRule",
}


def template(policy: str) -> str:
    """A template in YAML whose role has a policy."""
    definition = json.dumps(DEFINITION).replace("QUEUE", "${Queue}")
    return f"""\
Resources:
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionString: !Sub '{definition}'
  Queue:
    Type: AWS::SQS::Queue
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {TRUST}
      Policies:
      - PolicyName: own
        PolicyDocument:{policy}"""


def configuration(policy: str) -> str:
    """A Terraform configuration whose role has a policy."""
    definition = json.dumps(DEFINITION).replace("QUEUE", "${aws_sqs_queue.done.url}")
    return f"""\
resource "aws_sqs_queue" "done" {{
  name = "done"
}}
resource "aws_iam_role" "flow" {{
  assume_role_policy = jsonencode({{ Statement = [{{
    Effect = "Allow", Principal = {{ Service = "states.amazonaws.com" }}, Action = "sts:AssumeRole"
  }}] }})
}}
resource "aws_iam_role_policy" "own" {{
  role   = aws_iam_role.flow.id
  policy = {policy}
}}
resource "aws_sfn_state_machine" "flow" {{
  name       = "flow"
  role_arn   = aws_iam_role.flow.arn
  depends_on = [aws_iam_role_policy.own]
  definition = <<EOF
{definition}
EOF
}}
"""


JSON_POLICY = """\
{
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "*"
              }
            ]
          }"""
TEMPLATES = {
    "block": """
          Version: "2012-10-17"
          Statement:
          # read
          - Sid: Read
            Effect: Allow   # yes
            Action:
            - s3:GetObject
            Resource: "*" # all
      # the end
""",
    "indented block": """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: [s3:GetObject]
              Resource: "*"

Outputs: {}
""",
    "flow": """ {Version: "2012-10-17", Statement: [
          {Effect: Allow, Action: ['s3:GetObject'], Resource: '*'}]}
""",
    "string of Fn::Sub": f" !Sub |\n          {JSON_POLICY}\n",
    "quoted string of Fn::Sub": (
        ' !Sub \'{"Version": "2012-10-17", "Statement": '
        '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}\'\n'
    ),
    "without a line break at the end": """
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: s3:GetObject
              Resource: '*'""",
}
CONFIGURATIONS = {
    "jsonencode": """jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "*"
      },
    ]
  })""",
    "jsonencode with JSON": (
        'jsonencode({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
        '"Action": ["s3:GetObject"], "Resource": "*"}]})'
    ),
    "heredoc": """<<EOF
{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
]}
EOF""",
    "document": """data.aws_iam_policy_document.own.json
}
data "aws_iam_policy_document" "own" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"] # read
    resources = ["*"]
  }""",
}
NOTATIONS = {
    **{name: ("template.yaml", template(policy)) for name, policy in TEMPLATES.items()},
    **{name: ("main.tf", configuration(policy)) for name, policy in CONFIGURATIONS.items()},
}

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Cli:
    """Run the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(list(arguments))
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


def write(file: str, text: str) -> Path:
    path = Path(file)
    path.write_bytes(text.encode())
    return path


def added_lines(old: str, new: str) -> list[str]:
    """The lines that a text has more than another; fails if other lines differ."""
    left = iter(new.splitlines(keepends=True))
    added = []
    for line in old.splitlines(keepends=True):
        for other in left:
            if other == line:
                break
            added.append(other)
        else:
            pytest.fail(f"changed or gone: {line!r}")
    return [*added, *left]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_missing_permissions_are_added(cli: Cli, notation: str) -> None:
    name, text = NOTATIONS[notation]
    file = write(name, text)
    status, patch, _ = cli("check", "--fix", "--diff", name)
    assert status == 1
    assert file.read_bytes().decode() == text
    status, out, err = cli("check", "--fix", name)
    assert (status, out) == (0, "")
    assert err == "sfn-lint: 5 findings fixed in 1 file\n"
    fixed = file.read_bytes().decode()
    assert all(f"{action}" in fixed for action in ALLOWED)
    assert cli("check", name) == (0, "", "")
    assert cli("check", "--fix", "--diff", name)[:2] == (0, "")
    assert file.read_bytes().decode() == fixed
    file.write_bytes(text.encode())
    applied = subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"], input=patch, text=True, check=False
    )
    assert applied.returncode == 0
    assert file.read_bytes().decode() == fixed


@pytest.mark.parametrize("notation", ["block", "indented block", "document"])
def test_other_lines_stay_as_they_are(cli: Cli, notation: str) -> None:
    name, text = NOTATIONS[notation]
    file = write(name, text.replace("\n", "\r\n"))
    assert cli("check", "--fix", name)[0] == 0
    fixed = file.read_bytes().decode()
    assert added_lines(text.replace("\n", "\r\n"), fixed)
    assert fixed.count("\n") == fixed.count("\r\n")
