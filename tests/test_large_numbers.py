"""Numbers of any size and notation, wherever a file can contain one: no exception."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hostile import run

NUMBERS = {
    "digits": "9" * 5000,
    "negative": "-" + "9" * 5000,
    "within Python's limit": "9" * 4300,
    "beyond floats": "9" * 400,
    "fraction": "1." + "9" * 5000,
    "hexadecimal": "0x" + "f" * 5000,
    "exponent": "1e999",
    "zeros": "0" * 5000,
    "superscript": "²",
    "Arabic digit": "٣",
    "infinite": "Infinity",
}

PATHS = {
    "StartAt": "Compute",
    "States": {
        "Compute": {
            "Type": "Pass",
            "InputPath": "$.jobs[N]",
            "OutputPath": "$[N:N:N]",
            "ResultPath": "$.jobs[N,N]",
            "Parameters": {
                "item.$": "States.ArrayGetItem($.jobs, N)",
                "sum.$": "States.MathAdd(N, N)",
                "range.$": "States.ArrayRange(N, N, N)",
                "random.$": "States.MathRandom(N, N)",
                "parts.$": "States.ArrayPartition($.jobs, N)",
                "text.$": "States.Format('{} N', N)",
            },
            "Next": "Choose",
        },
        "Choose": {
            "Type": "Choice",
            "QueryLanguage": "JSONata",
            "Choices": [
                {"Condition": "{% $states.input[N] < N %}", "Next": "Wait"},
                {"Condition": "{% N ~> $round(N) = $formatNumber(N, '0') %}", "Next": "Wait"},
            ],
        },
        "Wait": {"Type": "Wait", "SecondsPath": "$.jobs[N]", "End": True},
    },
}

CONSTANTS = """{"StartAt": "Send", "States": {
  "Send": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
    "Parameters": {"QueueUrl": N, "MessageBody": N}, "TimeoutSeconds": N, "HeartbeatSeconds": N,
    "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": N, "BackoffRate": N}],
    "Next": "Choose"},
  "Choose": {"Type": "Choice", "Choices": [
    {"Variable": "$.n", "NumericEquals": N, "Next": "Each"},
    {"Variable": "$.n", "NumericGreaterThan": N, "Next": "Each"},
    {"Variable": "$.n", "NumericLessThanEquals": N, "Next": "Each"}]},
  "Each": {"Type": "Map", "MaxConcurrency": N, "ToleratedFailurePercentage": N,
    "ItemProcessor": {"StartAt": "Wait", "States": {
      "Wait": {"Type": "Wait", "Seconds": N, "End": true}}}, "End": true}}}"""

TAGGED = """
StartAt: Wait
States:
  Wait:
    Type: Wait
    Seconds: !!float N
    Comment: !!int N
    End: true
"""

POLICY = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage",
  "Resource": ["arn:aws:sqs:us-east-1:N:jobs", "arn:aws:sqs:N:123456789012:jobs"],
  "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "N", "s3:max-keys": "N"},
    "DateLessThan": {"aws:CurrentTime": "N-01-01T00:00:00Z", "aws:EpochTime": "N"},
    "IpAddress": {"aws:SourceIp": ["N", "10.0.0.0/N", "N.0.0.1", "::N/N"]},
    "Bool": {"aws:SecureTransport": "N"}}}]}"""

TEMPLATE = """
Parameters:
  Number: {Type: Number, Default: N}
  List: {Type: CommaDelimitedList, Default: "a, N"}
Conditions:
  IsLarge: !Equals [!Ref Number, N]
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      DefinitionSubstitutions:
        Number: !Ref Number
        Item: !Select [N, !Ref List]
        Found: !FindInMap [Numbers, N, N]
        Block: !Select [0, !Cidr ["10.0.0.0/16", N, N]]
        Plain: N
      DefinitionString: |
        {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": ${Number},
         "Comment": "${Item} ${Found} ${Block}", "Next": "Send"},
         "Send": {"Type": "Wait", "Seconds": ${Plain}, "End": true}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      MaxSessionDuration: N
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: N}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: N
          PolicyDocument:
            Statement: [{Effect: Allow, Action: "sqs:*", Resource: !Select [N, [a]]}]
"""

CONFIGURATION = """
variable "number" {
  type    = number
  default = "N"
}
locals {
  list   = ["a", "b"]
  item   = local.list[N]
  legacy = local.list.N
  sum    = -N + N * N / N % N
  chosen = N == 1 ? N : -N
  text   = format("%d %s", N, var.number)
  other  = element(local.list, N)
  number = tonumber("N")
}
resource "aws_sfn_state_machine" "wait" {
  name     = "wait"
  role_arn = "arn:aws:iam::123456789012:role/wait"
  definition = jsonencode({ StartAt = "Wait", States = { Wait = {
    Type    = "Wait"
    Seconds = local.sum
    Comment = "${local.item} ${local.legacy} ${local.chosen} ${local.text} ${local.other}"
    Next    = "Again"
    }, Again = { Type = "Wait", Seconds = var.number, Comment = local.number, End = true } } })
}
"""


def _replaced(text: str, number: str) -> str:
    """Return a text with a number instead of each word N."""
    return re.sub(r"\bN\b", lambda _: number, text)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_any_size(number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "paths.asl.json": json.dumps(PATHS),
        "constants.asl.json": CONSTANTS,
        "constants.asl.json5": CONSTANTS,
        "constants.asl.yaml": CONSTANTS,
        "tagged.asl.yaml": TAGGED,
        "template.yaml": TEMPLATE,
        "main.tf": CONFIGURATION,
    }
    (tmp_path / "role.json").write_text(_replaced(POLICY, number), "utf-8")
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(_replaced(text, number), "utf-8")
        arguments = [] if name.endswith((".tf", "template.yaml")) else ["--policy", "role.json"]
        arguments += ["--format", "json", "--severity", "info"]
        status, out, err = run("check", name, *arguments)
        assert status in (0, 1), err
        for finding in json.loads(out)["findings"]:
            assert len(finding["message"]) < 500, finding["message"]
