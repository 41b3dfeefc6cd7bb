"""A definition checked alone: the template that names it is found, and only it is reported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import sfnlint
from sfnlint.cli import main
from sfnlint.inputs.cloudformation import definition_files, template_search
from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.source import parse

TOPIC = "arn:aws:sns:us-east-1:123456789012:news"


def definition(topic: str = TOPIC, **states: object) -> str:
    publish = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": topic, "Message": "m"},
        "End": True,
    }
    return json.dumps({"StartAt": "Publish", "States": {"Publish": publish, **states}}, indent=1)


def machine(file: str, **properties: object) -> dict[str, Any]:
    given = {"DefinitionUri": file, "Role": {"Fn::GetAtt": ["Role", "Arn"]}, **properties}
    return {"Type": "AWS::Serverless::StateMachine", "Properties": given}


def template(resource: object, machines: object) -> str:
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": resource}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [
            {
                "PolicyName": "p",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            }
        ],
    }
    resources = {"Role": {"Type": "AWS::IAM::Role", "Properties": role}, **dict(machines)}  # type: ignore[call-overload]
    return json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}, indent=1)


def found(*files: str | Path) -> list[tuple[str, int, str]]:
    """The file, line and rule of every finding."""
    shown = []
    for finding in sfnlint.check(files):
        located = finding.place.locate()
        line = located.root.line_column(located.span.start)[0]
        shown.append((located.root.file, line, finding.rule))
    return shown


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository: a template above a folder with two definitions, one with a mistake."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "machines").mkdir()
    (root / "machines" / "one.asl.json").write_text(definition())
    (root / "machines" / "two.asl.json").write_text(definition(Lost={"Type": "Pass", "End": True}))
    write_template(root / "template.json")
    monkeypatch.chdir(root)
    return root


def write_template(file: Path, resource: object = f"{TOPIC}-other") -> None:
    machines = {
        "One": machine("machines/one.asl.json", DefinitionSubstitutions={"Unused": "x"}),
        "Two": machine("machines/two.asl.json", Policies=["AWSLambdaExecute"]),
    }
    file.write_text(template(resource, machines))


def test_only_the_machine_of_the_definition_is_reported(folder: Path) -> None:
    lines = (folder / "template.json").read_text().splitlines()
    [resource] = [number for number, line in enumerate(lines, 1) if f"{TOPIC}-other" in line]
    [unused] = [number for number, line in enumerate(lines, 1) if '"Unused"' in line]
    alone = found("machines/one.asl.json")
    assert {(name, line) for name, line, rule in alone if rule == "EF410"} == {
        ("template.json", resource)
    }
    assert ("template.json", unused, "IF018") in alone
    whole = found(".")
    assert set(alone) < set(whole)
    others = {("machines/two.asl.json", "EF218"), ("template.json", "EF015")}
    assert others <= {(name, rule) for name, _, rule in whole}
    assert not others & {(name, rule) for name, _, rule in alone}
    assert ("machines/two.asl.json", "EF218") in {
        (name, rule) for name, _, rule in found("machines/two.asl.json")
    }


def test_a_template_that_is_named_too_is_not_checked_twice(folder: Path) -> None:
    both = found("machines/one.asl.json", "template.json")
    assert both == found("template.json")
    assert len(set(both)) == len(both)


def test_names_are_relative_to_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "machines")
    names = {name for name, _, _ in found("one.asl.json")}
    assert "../template.json" in names
    assert names <= {"one.asl.json", "../template.json"}


def test_a_grant_that_only_the_other_machine_needs_is_not_unneeded(folder: Path) -> None:
    (folder / "machines" / "two.asl.json").write_text(definition(f"{TOPIC}-two"))
    write_template(folder / "template.json", [TOPIC, f"{TOPIC}-two"])
    assert "IF508" not in {rule for _, _, rule in found("machines/one.asl.json")}


def test_all_templates_of_the_nearest_folder_are_read(folder: Path) -> None:
    near = folder / "machines"
    text = template(TOPIC, {"Near": machine("one.asl.json")})
    (near / "a.json").write_text(text)
    (near / "b.json").write_text(text.replace(TOPIC, f"{TOPIC}-other"))
    files = {name for name, _, _ in found("machines/one.asl.json")}
    assert "template.json" not in files
    assert "machines/b.json" in files


def test_templates_outside_the_repository_are_not_read(folder: Path) -> None:
    (folder / "template.json").unlink()
    text = template(f"{TOPIC}-other", {"One": machine("repository/machines/one.asl.json")})
    (folder.parent / "template.json").write_text(text)
    assert found("machines/one.asl.json") == []
    (folder / ".git").rmdir()
    (folder.parent / ".git").mkdir()
    assert "EF410" in {rule for _, _, rule in found("machines/one.asl.json")}


def test_supplied_policies_are_used_instead_of_a_template(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grant = {"Statement": {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC}}
    (folder / "policy.json").write_text(json.dumps(grant))
    main(["check", "--policy", "policy.json", "machines/one.asl.json"])
    assert capsys.readouterr().out == ""
    (folder / ".sfn-lint.toml").write_text(
        '[[machine]]\ndefinition = "machines/one.asl.json"\npolicies = ["policy.json"]\n'
    )
    assert main(["check", "machines/one.asl.json"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("named", [["policy.json"], ["policy.json", "machines/one.asl.json"]])
def test_a_policy_file_is_checked_with_its_machine(
    folder: Path, named: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "template.json").unlink()
    (folder / ".sfn-lint.toml").write_text(
        '[[machine]]\ndefinition = "machines/one.asl.json"\npolicies = ["policy.json"]\n'
    )
    for resource, status in ((TOPIC, 0), (f"{TOPIC}-other", 1)):
        grant = {"Statement": {"Effect": "Allow", "Action": "sns:Publish", "Resource": resource}}
        (folder / "policy.json").write_text(json.dumps(grant))
        assert main(["check", "--changed", *named]) == status
    assert capsys.readouterr().out.count("EF410") == 1
    (folder / "policy.json").write_text("{")
    assert main(["check", "--changed", *named]) == 1
    assert capsys.readouterr().out.count("EF001") == 1


def test_other_suppressions_in_the_template_are_not_unused(folder: Path) -> None:
    data = json.loads((folder / "template.json").read_text())
    ignore = {"sfn-lint": {"ignore": [{"rule": "WF501", "reason": "r"}]}}
    data["Resources"]["Two"]["Metadata"] = ignore
    data["Resources"]["Role"]["Metadata"] = {
        "sfn-lint": {"ignore": [{"rule": "EF410", "reason": "r"}]}
    }
    (folder / "template.json").write_text(json.dumps(data))
    rules = {rule for _, _, rule in found("machines/one.asl.json")}
    assert "EF410" not in rules
    assert "IF007" not in rules


def test_a_folder_is_searched_once_and_within_limits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    read_bytes = Path.read_bytes

    def counted(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    found("machines")
    assert sorted(read) == sorted(set(read))
    assert "template.json" in read
    monkeypatch.setattr(template_search, "_MAX_FILES", 1)
    (folder / "aaa.json").write_text("{}")
    assert "EF410" in {rule for _, _, rule in found("machines/one.asl.json")}, "templates go first"
    with monkeypatch.context() as patch:
        patch.setattr(template_search, "_MAX_PARSED_BYTES", 10)
        assert found("machines/one.asl.json") == []
    with monkeypatch.context() as patch:
        patch.setattr(template_search, "_LARGEST_TEMPLATE", 10)
        assert found("machines/one.asl.json") == []
    monkeypatch.setattr(template_search, "_MAX_BYTES", 10)
    assert found("machines/one.asl.json") == []


def test_the_files_that_a_template_names_are_found_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    original = definition_files.find_definition_files

    def counted(data: object, template: Path) -> dict[Path, set[str]]:
        asked.append(template)
        return original(data, template)

    monkeypatch.setattr(definition_files, "find_definition_files", counted)
    for number in range(9):
        (folder / "machines" / f"{number}.asl.json").write_text(definition())
    names = [f"machines/{number}.asl.json" for number in range(9)]
    machines = {f"M{number}": machine(name) for number, name in enumerate(names)}
    (folder / "template.json").write_text(template(TOPIC, machines))
    found(*names)
    # For all definitions together, and when the template itself is read.
    assert len(asked) <= 2


def test_only_the_machines_that_may_share_a_role_are_read() -> None:
    flow = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    resources = {
        name: {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": {"Fn::GetAtt": [role, "Arn"]}, "Definition": flow},
        }
        for name, role in (("One", "Role"), ("Two", "Role"), ("Three", "Other"))
    }
    resources |= {name: {"Type": "AWS::IAM::Role"} for name in ("Role", "Other")}
    document = parse(json.dumps({"Resources": resources}), "template.json", "json")
    reading = cloudformation.read(document, machines={"One"})
    assert [subject.logical_id for subject in reading.subjects] == ["One", "Two"]


def test_a_json_file_with_yaml_is_read_as_its_template_does(folder: Path) -> None:
    two = folder / "machines" / "two.asl.json"
    two.write_text(two.read_text().replace('"Pass"', "'Pass'").replace("true", "true,"))
    at_two = {("machines/two.asl.json", "EF218")}
    for files in (["."], ["machines/two.asl.json"], ["template.json", "machines/two.asl.json"]):
        told = {(name, rule) for name, _, rule in found(*files)}
        assert {one for one in told if one[0] == "machines/two.asl.json"} == at_two
    (folder / "template.json").unlink()
    assert {rule for _, _, rule in found("machines/two.asl.json")} == {"EF001"}
