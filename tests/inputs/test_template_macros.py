"""Macros, and policies written as strings: their unknown permissions are not reported missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

import sfnlint

GREET = {
    "StartAt": "Greet",
    "States": {
        "Greet": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "greeting"},
            "End": True,
        }
    },
}
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:greeting"


def template(**role: object) -> dict[str, Any]:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    properties = {"AssumeRolePolicyDocument": {"Statement": trust}, **role}
    machine = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "Definition": GREET}
    return {
        "Resources": {
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
            "Role": {"Type": "AWS::IAM::Role", "Properties": properties},
        }
    }


def rules(data: dict[str, Any]) -> list[str]:
    return [finding.rule for finding in sfnlint.check_text(json.dumps(data), "template.json")]


LOOP = {"Fn::ForEach::Roles": ["Name", ["a", "b"], {"${Name}": {"Type": "AWS::SNS::Topic"}}]}


@pytest.mark.parametrize(
    "transform",
    ["Macro", ["AWS::LanguageExtensions", "Macro"], {"Name": "AWS::Include"}, [{"Name": "Macro"}]],
)
def test_a_macro_may_attach_policies(transform: object) -> None:
    assert rules({"Transform": transform, **template()}) == ["IF005"]


@pytest.mark.parametrize(
    "transform", ["AWS::LanguageExtensions", ["AWS::LanguageExtensions"], [], None]
)
def test_known_transforms_do_not_hide_missing_permissions(transform: object) -> None:
    assert rules({"Transform": transform, **template()}) == ["EF401"]


def test_a_loop_may_attach_policies() -> None:
    data = {"Transform": "AWS::LanguageExtensions", **template()}
    data["Resources"].update(LOOP)
    assert rules(data) == ["IF005"]


def test_a_transform_among_the_resources_may_attach_policies() -> None:
    data = template()
    data["Resources"]["Fn::Transform"] = {"Name": "AWS::Include"}
    assert rules(data) == ["IF005"]


def test_a_transform_in_the_role_or_in_a_policy() -> None:
    include = {"Name": "AWS::Include"}
    assert rules(template(**{"Fn::Transform": include})) == ["IF005"]
    data = template()
    data["Resources"]["More"] = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"Fn::Transform": include, "PolicyName": "more"},
    }
    assert "EF401" not in rules(data)


def policies(document: object) -> dict[str, Any]:
    return template(Policies=[{"PolicyName": "greet", "PolicyDocument": document}])


def text(resource: str) -> str:
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


SUB = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (text(FUNCTION), []),
        ({"Fn::Sub": text(SUB + "greeting")}, []),
        ({"Fn::Sub": text(SUB + "parting")}, ["EF410"]),
        ({"Fn::Join": ["", text(FUNCTION).partition("Effect")]}, []),
        ({"Fn::Sub": [text("${It}"), {"It": FUNCTION}]}, []),
        ({"Ref": "Document"}, ["IF005"]),
    ],
)
def test_a_policy_written_as_a_string(document: object, expected: list[str]) -> None:
    assert rules(policies(document)) == expected


def test_a_finding_in_a_policy_written_as_a_string() -> None:
    data = policies({"Fn::Sub": text("*")})
    [finding] = sfnlint.check_text(json.dumps(data), "template.json")
    located = finding.place.locate()
    assert finding.rule == "WF505"
    assert located.root.text[slice(*located.span)].strip('\\"') == "*"


def test_a_generated_role_name_cannot_be_written() -> None:
    named = {"Roles": [{"Ref": "Who"}], "PolicyName": "p", "PolicyDocument": json.loads(text("*"))}
    for name, expected in (({"Ref": "AWS::NoValue"}, ["EF401"]), ({"Ref": "Name"}, [])):
        data = template(RoleName=name)
        data["Resources"]["Attached"] = {"Type": "AWS::IAM::Policy", "Properties": named}
        assert rules(data) == expected
