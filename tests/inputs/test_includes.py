"""AWS::Include with a local path: the snippet is read as part of the template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inputs.test_nested_templates import (
    QUEUE,
    TRUST,
    Folder,
    att,
    folder,
    found,
    machine,
    role,
    statement,
)

import sfnlint
from sfnlint.inputs.cloudformation import includes
from sfnlint.inputs.cloudformation.local_files import LocalFiles

__all__ = ["folder"]


def include(location: Any = "snippets/one.json") -> Any:
    return {"Name": "AWS::Include", "Parameters": {"Location": location}}


def policy(action: str) -> Any:
    return {"PolicyName": "p", "PolicyDocument": statement(action, att("Queue", "Arn"))}


RESOURCES: dict[str, Any] = {
    "Queue": QUEUE,
    "Role": role("sqs:ReceiveMessage", att("Queue", "Arn")),
    "Machine": machine({"Ref": "Queue"}, att("Role", "Arn")),
}


def in_resources(action: str) -> tuple[Any, Any]:
    rest = {name: one for name, one in RESOURCES.items() if name != "Role"}
    resources = {**rest, "Fn::Transform": include()}
    return {"Resources": resources}, {"Role": role(action, att("Queue", "Arn"))}


def in_properties(action: str) -> tuple[Any, Any]:
    properties = {"AssumeRolePolicyDocument": TRUST, "Fn::Transform": include()}
    changed = {"Type": "AWS::IAM::Role", "Properties": properties}
    return {"Resources": {**RESOURCES, "Role": changed}}, {"Policies": [policy(action)]}


def in_place_of_properties(action: str) -> tuple[Any, Any]:
    changed = {"Type": "AWS::IAM::Role", "Properties": {"Fn::Transform": include()}}
    given = {"AssumeRolePolicyDocument": TRUST, "Policies": [policy(action)]}
    return {"Resources": {**RESOURCES, "Role": changed}}, given


def in_a_list(action: str) -> tuple[Any, Any]:
    properties = {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"Fn::Transform": include()}],
    }
    changed = {"Type": "AWS::IAM::Role", "Properties": properties}
    return {"Resources": {**RESOURCES, "Role": changed}}, policy(action)


def in_a_document(action: str) -> tuple[Any, Any]:
    given = {"PolicyName": "p", "PolicyDocument": {"Fn::Transform": include()}}
    properties = {"AssumeRolePolicyDocument": TRUST, "Policies": [given]}
    changed = {"Type": "AWS::IAM::Role", "Properties": properties}
    return {"Resources": {**RESOURCES, "Role": changed}}, statement(action, att("Queue", "Arn"))


def in_the_transform_section(action: str) -> tuple[Any, Any]:
    mapped = {"Fn::FindInMap": ["Actions", "send", "action"]}
    changed = role(mapped, att("Queue", "Arn"))  # type: ignore[arg-type]
    data = {"Transform": include(), "Resources": {**RESOURCES, "Role": changed}}
    return data, {"Mappings": {"Actions": {"send": {"action": action}}}}


WAYS = [
    in_resources,
    in_properties,
    in_place_of_properties,
    in_a_list,
    in_a_document,
    in_the_transform_section,
]


def write(folder: Folder, data: Any, snippet: Any) -> None:
    folder.text("template.json", json.dumps(data, indent=1))
    folder.text("snippets/one.json", json.dumps(snippet, indent=1))


@pytest.mark.parametrize("way", WAYS)
def test_permissions_in_a_snippet(folder: Folder, way: Any) -> None:
    write(folder, *way("sqs:ReceiveMessage"))
    assert found("template.json") == [("template.json", "EF401")]
    write(folder, *way("sqs:SendMessage"))
    assert found("template.json") == []
    # Without the snippet, the permissions are unknown.
    (folder.path / "snippets" / "one.json").unlink()
    assert [rule for _, rule in found("template.json") if rule[0] == "E"] == []


@pytest.mark.parametrize("way", WAYS[:-1])
def test_places_in_snippets(folder: Folder, way: Any) -> None:
    write(folder, *way("sqs:*"))
    [finding] = [one for one in sfnlint.check(["template.json"]) if one.rule == "WF504"]
    located = finding.place.locate()
    start, end = located.span
    assert (located.root.file, located.root.text[start:end]) == ("snippets/one.json", '"sqs:*"')


def test_a_comment_in_a_snippet(folder: Folder) -> None:
    data, _ = in_a_document("")
    text = json.dumps(data).replace("one.json", "one.yaml")
    folder.text("template.json", text)
    snippet = (
        "Version: '2012-10-17'\nStatement:\n  - Effect: Allow\n"
        "    Action: sqs:* # sfn-lint: ignore[WF504] known\n"
        "    Resource: {'Fn::GetAtt': [Queue, Arn]}\n"
    )
    folder.text("snippets/one.yaml", snippet)
    assert found("template.json") == []
    folder.text("snippets/one.yaml", snippet.replace("504", "501"))
    assert found("template.json") == [("snippets/one.yaml", "WF504")]


def test_several_snippets_beside_a_transform(folder: Folder) -> None:
    properties = {"Policies": ["AmazonSQSReadOnlyAccess"], "Definition": None}
    flow = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    properties["Definition"] = machine({"Ref": "Queue"}, "")["Properties"]["Definition"]
    transforms = ["AWS::Serverless-2016-10-31", include(), include("snippets/two.json")]
    folder.text(
        "template.json",
        json.dumps({"Transform": transforms, "Resources": {"Flow": flow, "Queue": QUEUE}}),
    )
    folder.text("snippets/one.json", '{"Mappings": {"A": {"b": {"c": "d"}}}}')
    folder.text("snippets/two.json", '{"Outputs": {}}')
    assert found("template.json") == [("template.json", "EF401")]
    # A snippet that cannot be included is unknown.
    folder.text("snippets/two.json", '{"Mappings": {}}')
    assert found("template.json") == [("template.json", "IF005")]


@pytest.mark.parametrize(
    "snippet",
    [
        "",
        "[]",
        '"text"',
        "{",
        '{"Role": 1, "Role": 2}',
        '{"Queue": {"Type": "AWS::SQS::Queue"}}',
        "\0",
    ],
)
def test_a_snippet_that_is_not_included_is_unknown(folder: Folder, snippet: str) -> None:
    data = {"Resources": {**RESOURCES, "Fn::Transform": include()}}
    folder.text("template.json", json.dumps(data))
    folder.text("snippets/one.json", snippet)
    assert found("template.json") == [("template.json", "IF005")]


@pytest.mark.parametrize(
    "location",
    [
        "s3://bucket/one.json",
        "snippets",
        "gone.json",
        "",
        "\0",
        {"Ref": "Location"},
        None,
        "../one.json",
    ],
)
def test_a_snippet_outside_the_repository_is_unknown(folder: Folder, location: Any) -> None:
    inside = Folder(folder.path / "inside")
    (inside.path / ".git").mkdir(parents=True)
    folder.text("one.json", '{"Other": {"Type": "AWS::SQS::Queue"}}')
    data = {"Resources": {**RESOURCES, "Fn::Transform": include(location)}}
    inside.text("template.json", json.dumps(data))
    assert found("inside/template.json") == [("inside/template.json", "IF005")]


def test_a_snippet_that_includes_itself(folder: Folder) -> None:
    data = {"Resources": {**RESOURCES, "Fn::Transform": include()}}
    write(folder, data, {"Other": {"Type": "AWS::SQS::Queue"}, "Fn::Transform": include()})
    assert found("template.json") == [("snippets/one.json", "IF005")]
    folder.text(
        "template.json",
        json.dumps({"Resources": {**RESOURCES, "Fn::Transform": include("template.json")}}),
    )
    assert found("template.json") != []


def test_aliases_are_visited_within_limits(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(includes, "_MAX_VALUES", 1000)
    lines = ["  a0: &a0 [x]", *(f"  a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 12))]
    resources = json.dumps({**RESOURCES, "Fn::Transform": include()})
    text = "Metadata:\n" + "\n".join(lines) + f"\nResources: {resources}\n"
    folder.text("template.yaml", text)
    folder.text("snippets/one.json", '{"Other": {"Type": "AWS::SQS::Queue"}}')
    assert found("template.yaml") == [("template.yaml", "IF005")]


def test_a_template_without_includes_reads_no_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    before = LocalFiles.read

    def counted(self: LocalFiles, name: str) -> Any:
        read.append(name)
        return before(self, name)

    monkeypatch.setattr(LocalFiles, "read", counted)
    write(folder, {"Resources": RESOURCES}, {})
    assert found("template.json") == [("template.json", "EF401")]
    assert read == []
    assert Path("snippets/one.json").exists()
