"""Intrinsic functions: their results equal the literal strings, and no others."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

import sfnlint
from sfnlint.inputs.cloudformation.conditions import combinations
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import Template
from sfnlint.source import parse
from sfnlint.symbol import Symbols

TOPIC = "arn:aws:sns:us-east-1:123456789012:news"
TEMPLATE = {
    "Parameters": {"Stage": {"Type": "String"}, "List": {"Type": "CommaDelimitedList"}},
    "Conditions": {"C": {"Fn::Equals": [{"Ref": "Stage"}, "x"]}},
    "Mappings": {"Map": {"a": {"Arn": TOPIC, "List": ["x", TOPIC], "Number": 5}}},
    "Resources": {
        "Nested": {"Type": "AWS::CloudFormation::Stack"},
        "Flow": {"Type": "AWS::StepFunctions::StateMachine"},
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"BucketName": {"Fn::Sub": "${Stage}-x"}},
        },
    },
}


def text(data: object) -> str | None:
    template = Template(parse(json.dumps(TEMPLATE), "template.json", "json"))
    symbols = Symbols()
    [truth, *_] = combinations(template.conditions, ["C"]) or [{}]
    shown = Resolver(template, symbols, truth).string(data)
    return None if shown is None else symbols.show(shown)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"Fn::Select": [0, [TOPIC, "x"]]}, TOPIC),
        ({"Fn::Select": ["1", ["x", TOPIC]]}, TOPIC),
        ({"Fn::Select": [1, {"Fn::Split": ["|", f"x|{TOPIC}"]}]}, TOPIC),
        ({"Fn::Select": [1, {"Fn::FindInMap": ["Map", "a", "List"]}]}, TOPIC),
        ({"Fn::Select": [0, {"Fn::If": ["C", [TOPIC], [TOPIC]]}]}, TOPIC),
        ({"Fn::Join": [":", {"Fn::Split": ["|", TOPIC.replace(":", "|")]}]}, TOPIC),
        ({"Fn::Join": [",", {"Fn::FindInMap": ["Map", "a", "List"]}]}, f"x,{TOPIC}"),
        ({"Fn::FindInMap": ["Map", "a", "Arn"]}, TOPIC),
        ({"Fn::FindInMap": ["Map", "a", "Number"]}, "5"),
        ({"Fn::FindInMap": ["Map", "b", "Arn", {"DefaultValue": TOPIC}]}, TOPIC),
        ({"Fn::FindInMap": ["Map", "b", "Arn", {"DefaultValue": {"Ref": "Stage"}}]}, "${Stage}"),
        ({"Fn::Base64": TOPIC}, b64encode(TOPIC.encode()).decode()),
        ({"Fn::Length": ["a", {"Ref": "Stage"}]}, "2"),
        ({"Fn::Length": {"Fn::Split": [",", "a,b,c"]}}, "3"),
        (
            {"Fn::ToJsonString": {"a": [1, {"Fn::Sub": "${Stage}"}, {"Ref": "AWS::NoValue"}]}},
            '{"a":[1,"${Stage}"]}',
        ),
        ({"Fn::Select": [6, {"Fn::Split": [":", {"Ref": "Flow"}]}]}, "${Flow.Name}"),
        ({"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": "Bucket.Arn"}]}]}, "${Stage}-x"),
        ({"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Sub": "a-${Stage}"}]}]}, "a"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "${AWS::AccountId}/b"}]}]}, "b"),
        (
            {"Fn::Join": ["+", {"Fn::Split": ["/", {"Fn::Sub": "${Flow.Name}/b"}]}]},
            "${Flow.Name}+b",
        ),
        ("{{resolve:ssm:/topic}}", "${resolve:ssm:/topic}"),
        ({"Fn::GetAtt": ["Nested", "Outputs.Topic"]}, "${Nested.Outputs.Topic}"),
        ({"Ref": "AWS::NoValue"}, None),
    ],
)
def test_known_results(data: object, expected: str | None) -> None:
    assert text(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        {"Fn::Select": [0, {"Ref": "List"}]},
        {"Fn::Select": [5, [TOPIC]]},
        {"Fn::Select": [-1, [TOPIC]]},
        {"Fn::Select": ["²", [TOPIC]]},
        {"Fn::Select": ["9" * 5000, [TOPIC]]},
        {"Fn::Select": [{"Ref": "Stage"}, [TOPIC, TOPIC]]},
        {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
        {"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16", 1, 8]}]},
        {"Fn::Select": [0, {"Fn::Split": [":", {"Ref": "Stage"}]}]},
        {"Fn::Select": [0, {"Fn::Split": ["", "a"]}]},
        {"Fn::Select": [1, {"Fn::Split": ["-", {"Fn::Sub": "a-${Stage}-b"}]}]},
        {"Fn::Select": [0, {"Fn::Split": ["-", {"Ref": "AWS::Region"}]}]},
        {"Fn::Select": [0, {"Fn::Split": [":", {"Fn::GetAtt": "Nested.Outputs.Url"}]}]},
        {"Fn::Select": [5, {"Fn::Split": [":", {"Fn::Sub": "arn:::::${Stage}"}]}]},
        {"Fn::Join": ["+", {"Fn::Split": ["-", {"Fn::Sub": "a-${Stage}"}]}]},
        {"Fn::Length": {"Fn::Split": ["-", {"Fn::Sub": "a-${Stage}"}]}},
        {"Fn::Join": [",", {"Ref": "List"}]},
        {"Fn::FindInMap": ["Map", {"Ref": "Stage"}, "Arn"]},
        {"Fn::FindInMap": ["Map", {"Ref": "Stage"}, "Arn", {"DefaultValue": TOPIC}]},
        {"Fn::FindInMap": ["Map", "b", "Arn"]},
        {"Fn::FindInMap": ["Map", "a", "List"]},
        {"Fn::FindInMap": ["Map", "a", "Arn", "Deeper"]}["Fn::FindInMap"],
        {"Fn::Base64": {"Ref": "Stage"}},
        {"Fn::Length": {"Ref": "List"}},
        {"Fn::ImportValue": "x"},
        {"Fn::Transform": {"Name": "Macro", "Parameters": {}}},
        {"Fn::Unheard": 1},
    ],
    ids=lambda data: json.dumps(data)[:50],
)
def test_an_unknown_result_is_a_symbol_equal_to_itself(data: object) -> None:
    shown = text(data)
    assert shown is not None
    assert shown.startswith("${")
    assert shown == text(data)
    assert shown != text([data])
    assert shown not in ("${Stage}", "${AWS::Region}")


def flow(topic: str) -> str:
    return f"""\
StartAt: A
States:
  A:
    Type: Task
    Resource: arn:aws:states:::sns:publish
    Parameters:
      TopicArn: {topic}
      Message: ${{Given}}
    End: true
"""


INCLUDE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: LOCATION}}
      DefinitionSubstitutions: {Given: !Ref Topic}
      Policies: [{SNSPublishMessagePolicy: {TopicName: !GetAtt Topic.TopicName}}]
  Topic: {Type: AWS::SNS::Topic}
  Other: {Type: AWS::SNS::Topic}
"""


@pytest.mark.parametrize(
    ("location", "topic", "expected"),
    [
        ("flow.asl.yaml", "{Ref: Topic}", []),
        ("flow.asl.yaml", "${Given}", []),
        ("flow.asl.yaml", "{Ref: Other}", [("template.yaml", "EF410")]),
        ("gone.asl.yaml", "{Ref: Topic}", [("template.yaml", "WF016")]),
        ("s3://bucket/flow.asl.yaml", "{Ref: Topic}", [("template.yaml", "IF004")]),
        ("../flow.asl.yaml", "{Ref: Topic}", [("template.yaml", "IF004")]),
        ("!Sub '${Given}.yaml'", "{Ref: Topic}", [("template.yaml", "IF004")]),
        ("flow.asl.yaml", "{Ref: [", [("flow.asl.yaml", "EF001")]),
    ],
)
def test_a_definition_that_is_included(
    location: str, topic: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    (tmp_path / "flow.asl.yaml").write_text(flow(topic))
    (folder / "flow.asl.yaml").write_text(flow(topic))
    (folder / "template.yaml").write_text(INCLUDE.replace("LOCATION", location))
    found = [
        (Path(finding.place.locate().root.file).name, finding.rule)
        for finding in sfnlint.check([folder / "template.yaml"])
    ]
    assert found == expected


def test_an_included_definition_is_checked_once(tmp_path: Path) -> None:
    (tmp_path / "flow.asl.yaml").write_text(flow("{Ref: Other}"))
    (tmp_path / "template.yaml").write_text(INCLUDE.replace("LOCATION", "flow.asl.yaml"))
    whole = [finding.message for finding in sfnlint.check([tmp_path])]
    assert len(whole) == 1
    assert [one.message for one in sfnlint.check([tmp_path / "flow.asl.yaml"])] == whole
