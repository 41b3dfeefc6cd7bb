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
from sfnlint.inputs.cloudformation.value_names import in_words
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
    assert shown == text(data)
    assert shown != text({"Fn::Base64": data})
    assert shown not in ("${Stage}", "${AWS::Region}")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"Fn::ImportValue": "Keys"}, "Fn::ImportValue Keys"),
        (
            {"Fn::ImportValue": {"Fn::Sub": "${Stage}-Keys"}},
            "Fn::ImportValue Fn::Sub ${Stage}-Keys",
        ),
        ({"Fn::Join": [",", {"Ref": "List"}]}, "the list List"),
        ({"Fn::Select": [0, {"Ref": "List"}]}, "Fn::Select 0 of the list List"),
        (
            {"Fn::Select": [1, {"Fn::Split": [",", {"Ref": "Stage"}]}]},
            "Fn::Select 1 of Fn::Split of Stage",
        ),
        ({"Fn::FindInMap": ["Map", {"Ref": "Stage"}, "Arn"]}, "Fn::FindInMap Map.Stage.Arn"),
        ({"Fn::If": ["IsProd", "a", "b"]}, "Fn::If IsProd"),
        (
            {"Fn::Base64": {"Fn::GetAtt": ["Nested", "Outputs.Url"]}},
            "Fn::Base64 of Nested.Outputs.Url",
        ),
        ({"Fn::Length": {"Ref": "List"}}, "Fn::Length of the list List"),
        ({"Fn::Transform": {"Name": "Macro", "Parameters": {"a": 1}}}, "Fn::Transform Macro"),
        (
            {"Fn::Join": [",", {"Fn::GetAtt": ["Nested", "Outputs.Urls"]}]},
            "the list Nested.Outputs.Urls",
        ),
        ({"Fn::Unheard": {"a": [1]}}, "Fn::Unheard of an object"),
        ({"Fn::Select": []}, "Fn::Select  of "),
        ({"a": [1]}, "an object"),
        (["a", {"b": 1}], "a list"),
        (
            {"Fn::Select": [["a", {"b": 1}], "c" * 500]},
            "Fn::Select a, an object of " + "c" * 52 + "…",
        ),
    ],
)
def test_unknown_values_have_names_in_words(data: object, words: str) -> None:
    assert text(data) == in_words(data) == words
    assert text({"Fn::Join": ["", ["x", data]]}) in ("x${" + words + "}", None)


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


def test_the_elements_of_a_split_join_are_known() -> None:
    """Only the elements that are unknown may be any policy."""

    def managed(arns: object) -> list[tuple[str, str]]:
        role = {
            "AssumeRolePolicyDocument": {"Statement": []},
            "ManagedPolicyArns": arns,
        }
        template = {
            "Parameters": {"More": {"Type": "CommaDelimitedList"}},
            "Resources": {
                "Flow": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        "DefinitionString": json.dumps(
                            {
                                "StartAt": "A",
                                "States": {
                                    "A": {
                                        "Type": "Task",
                                        "Resource": "arn:aws:states:::sns:publish",
                                        "Parameters": {"TopicArn": TOPIC, "Message": "m"},
                                        "End": True,
                                    }
                                },
                            }
                        ),
                    },
                },
                "Role": {"Type": "AWS::IAM::Role", "Properties": role},
                "Publish": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Action": "sns:Publish",
                                "Resource": f"{TOPIC}-other",
                            }
                        }
                    },
                },
            },
        }
        findings = sfnlint.check_text(json.dumps(template, indent=1), "template.json")
        return [
            (finding.rule, finding.message.split("'")[1])
            for finding in findings
            if finding.rule in ("IF005", "EF401", "EF410")
        ]

    own, unknown = {"Ref": "Publish"}, {"Fn::ImportValue": "Keys"}
    more = {"Fn::Join": [",", {"Ref": "More"}]}

    def split(*items: object) -> object:
        return {"Fn::Split": [",", {"Fn::Join": [",", [*items]]}]}

    assert managed(split(own)) == [("EF410", "news-other")]
    nested = {"Fn::Join": [",", [own, {"Ref": "AWS::NoValue"}]]}
    assert managed(split(nested)) == [("EF410", "news-other")]
    assert managed(split(own, unknown, more)) == [
        ("IF005", "Fn::ImportValue Keys"),
        ("IF005", "the list More"),
    ]
    aws = "arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess"
    assert managed(split(f"{aws},{aws}")) == [("EF401", "A")]
    assert managed({"Fn::Split": [",", f"{aws},x"]}) == [("IF005", "x")]
    other = {"Fn::Split": ["|", {"Fn::Join": [",", [own, unknown]]}]}
    assert managed(other) == [("IF005", "Fn::Split of Publish, Fn::ImportValue Keys")]
    assert managed({"Fn::Split": [","]}) == [("IF005", "Fn::Split of ,")]
