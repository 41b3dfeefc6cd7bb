"""Tags of roles, in each format that shows some of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import sfnlint

TEMPLATE = """
Parameters:
  Stage: {Type: String}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Tags: %s
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: states.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: publish
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: sns:Publish
                Resource: !Ref Topic
                Condition: {StringEquals: {"aws:PrincipalTag/team": data}}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Publish
        States:
          Publish:
            Type: Task
            Resource: arn:aws:states:::sns:publish
            Parameters: {TopicArn: !Ref Topic, Message: new}
            End: true
"""

TERRAFORM = """
variable "stage" {}
resource "aws_sns_topic" "orders" {}
resource "aws_iam_role" "flow" {
  tags = %s
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}
resource "aws_iam_role_policy" "flow" {
  role   = aws_iam_role.flow.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.orders.arn
      Condition = { StringEquals = { "aws:PrincipalTag/team" = "data" } }
    }]
  })
}
resource "aws_sfn_state_machine" "flow" {
  role_arn   = aws_iam_role.flow.arn
  definition = jsonencode({
    StartAt = "Publish"
    States = {
      Publish = {
        Type       = "Task"
        Resource   = "arn:aws:states:::sns:publish"
        Parameters = { TopicArn = aws_sns_topic.orders.arn, Message = "new" }
        End        = true
      }
    }
  })
}
"""


def rules(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).write_text(text)
    return [finding.rule for finding in sfnlint.check([folder]) if finding.rule[1] == "F"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("[{Key: team, Value: data}]", []),
        ("[{Key: team, Value: web}]", ["EF412"]),
        ("[{Key: team, Value: !Sub 'web-${Stage}'}]", ["EF412"]),
        ("[{Key: team, Value: !Ref Stage}]", []),
        # The stack may add tags.
        ("[{Key: stage, Value: data}]", []),
        ("[!If [IsProd, {Key: team, Value: web}, !Ref AWS::NoValue]]", []),
        ("[{Key: !Ref Stage, Value: web}, {Key: team}]", []),
        ("!Ref Stage", []),
    ],
)
def test_template(tags: str, expected: list[str], tmp_path: Path) -> None:
    assert rules(tmp_path, "template.yaml", TEMPLATE % tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ('{ team = "data" }', []),
        ('{ team = "web" }', ["EF412"]),
        ('{ team = "web-${var.stage}" }', ["EF412"]),
        ("{ team = var.stage }", []),
        # The provider may add tags.
        ('{ stage = "data" }', []),
        ("var.stage", []),
    ],
)
def test_terraform(tags: str, expected: list[str], tmp_path: Path) -> None:
    assert rules(tmp_path, "main.tf", TERRAFORM % tags) == expected
