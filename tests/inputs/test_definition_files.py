"""Files that a template names, with hostile names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sfnlint
from sfnlint.finding import Finding
from sfnlint.inputs.cloudformation.definition_files import find_definition_files
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.template import SAM_STATE_MACHINE
from sfnlint.inputs.sam import reader as sam_reader
from sfnlint.source import parse, paths
from sfnlint.source.load_file import LARGEST_FILE

DEFINITION = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'


def template(uri: object, **more: object) -> str:
    machine = {"Type": SAM_STATE_MACHINE, "Properties": {"DefinitionUri": uri, **more}}
    return json.dumps(
        {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Machine": machine}}
    )


def check(folder: Path, uri: object) -> list[Finding]:
    file = folder / "template.json"
    file.write_text(template(uri))
    return sfnlint.check([file])


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("machine.asl.json", []),
        ("./machine.asl.json", []),
        ("folder/../machine.asl.json", []),
        ("missing.asl.json", ["WF016"]),
        ("folder", ["WF016"]),
        ("", ["IF004"]),
        ("../outside.asl.json", ["IF004"]),
        ("../../../../../../../../../../../etc/passwd", ["IF004"]),
        ("/etc/passwd", ["IF004"]),
        ("link.asl.json", ["IF004"]),
        ("circle.asl.json", ["IF004", "WF016"]),
        ("template.json", ["IF004"]),
        ("s3://bucket/machine.asl.json", ["IF004"]),
        ("https://example.com/machine.asl.json", ["IF004"]),
        ({"Bucket": "bucket", "Key": "machine.asl.json"}, ["IF004"]),
        ({"Fn::Sub": "${Stage}.asl.json"}, ["IF004"]),
        (5, ["WF016"]),
        (None, ["IF004"]),
        (["machine.asl.json"], ["IF004"]),
        ("\0", ["IF004", "WF016"]),
        ("a\nb::error::\x1b[31m", ["WF016"]),
        ("x" * 5000, ["IF004", "WF016"]),
        ("broken.asl.json", ["EF001"]),
        ("huge.asl.json", ["EF001"]),
        ("pipe.asl.json", ["WF016"]),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_names(uri: object, expected: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    (folder / "folder").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "machine.asl.json").write_text(DEFINITION)
    (folder / "broken.asl.json").write_text(DEFINITION[:-2])
    (tmp_path / "outside.asl.json").write_text(DEFINITION)
    (folder / "link.asl.json").symlink_to(tmp_path / "outside.asl.json")
    (folder / "circle.asl.json").symlink_to(folder / "circle.asl.json")
    os.mkfifo(folder / "pipe.asl.json")
    with (folder / "huge.asl.json").open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    found = rules(check(folder, uri))
    assert len(found) == len(expected[:1])
    assert set(found) <= set(expected)


def test_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "machine.asl.json").write_text(DEFINITION)
    assert rules(check(tmp_path / "infra", "../machine.asl.json")) == ["IF004"]
    monkeypatch.chdir(tmp_path)
    assert rules(check(tmp_path / "infra", "../machine.asl.json")) == []


def test_definition_files_of_a_template(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    branches = {
        "Fn::If": ["Prod", "prod.asl.json", {"Fn::If": ["Beta", "b.asl.json", "c.asl.json"]}]
    }
    data: dict[str, Any] = {"Resources": {"Odd": 5, "Odder": {"Type": []}}}
    for index, uri in enumerate(["a.asl.json", branches, {"Bucket": "b"}, "../d", "s3://b/k", 7]):
        data["Resources"][f"Sam{index}"] = {
            "Type": SAM_STATE_MACHINE,
            "Properties": {"DefinitionUri": uri},
        }
        data["Resources"][f"Plain{index}"] = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"DefinitionS3Location": f"plain/{uri}" if uri == "a.asl.json" else uri},
        }
    found = find_definition_files(data, tmp_path / "template.yaml")
    names = {path.relative_to(tmp_path.resolve()).as_posix() for path in found}
    assert names == {"a.asl.json", "plain/a.asl.json", "prod.asl.json", "b.asl.json", "c.asl.json"}


def test_substitutions_that_are_not_checked(tmp_path: Path) -> None:
    text = DEFINITION.replace("Succeed", "${Type}")
    (tmp_path / "one.asl.json").write_text(text)
    (tmp_path / "other.asl.json").write_text(DEFINITION)
    data: dict[str, Any] = {"Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "p"]}}}
    uris = {"Fn::If": ["C", "one.asl.json", "other.asl.json"]}
    either = {"Fn::If": ["C", {"Type": "Succeed"}, {"Type": "Fail"}]}
    for uri, substitutions in ((uris, {"Type": "Succeed"}), ("one.asl.json", either)):
        properties = {"DefinitionUri": uri, "DefinitionSubstitutions": substitutions}
        data["Resources"] = {"Machine": {"Type": SAM_STATE_MACHINE, "Properties": properties}}
        (tmp_path / "template.json").write_text(json.dumps(data))
        assert not {"WF017", "IF018"} & set(rules(sfnlint.check([tmp_path])))
    properties["DefinitionSubstitutions"] = {"Kind": "Succeed"}
    (tmp_path / "template.json").write_text(json.dumps(data))
    assert {"WF017", "IF018"} <= set(rules(sfnlint.check([tmp_path])))


def test_a_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_text(DEFINITION)
    files = LocalFiles(tmp_path / "template.yaml", "infra/template.yaml")
    document = files.read("machine.asl.json")
    assert files.read("./machine.asl.json") is document
    assert document.file == "infra/machine.asl.json"


FUNCTIONS = ["Ref", "Fn::If", "Fn::Sub", "Fn::GetAtt", "Fn::Transform", "Statement"]
FIELDS = [
    *FUNCTIONS,
    *("Policies", "Destination", "Source", "Id", "Permissions", "Properties", "Type", "Connectors"),
    *("LambdaInvokePolicy", "FunctionName", "DefinitionUri", "Role", "Tracing", "Enabled", "Name"),
    *("DefinitionSubstitutions", "AutoPublishAlias", "Condition", "DependsOn", "Definition"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["Machine", "Function", "Write", "Read", "a.asl.json", "Function.Alias", ""])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    machine=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4),
    embedded=VALUES,
    connector=VALUES,
    function=VALUES,
    everywhere=VALUES,
)
def test_any_template_is_read_without_an_exception(
    machine: object, embedded: object, connector: object, function: object, everywhere: object
) -> None:
    resources = {
        "Machine": {"Type": SAM_STATE_MACHINE, "Properties": machine, "Connectors": embedded},
        "Connector": {"Type": "AWS::Serverless::Connector", "Properties": connector},
        "Function": {"Type": "AWS::Serverless::Function", "Properties": function},
    }
    text = json.dumps({"Resources": resources, "Globals": {"Function": everywhere}})
    document = parse(text, "template.json", "json")
    reading = sam_reader.read(document, LocalFiles(Path("template.json"), "template.json"))
    for problem in reading.problems:
        problem.place.locate()
    for finding in sfnlint.check_text(text, "template.json"):
        finding.place.locate()


def test_aliases_do_not_multiply() -> None:
    lines = ["Conditions: {C: !Equals [!Ref A, b]}", "Resources:", "  Machine:"]
    lines += [
        f"    Type: {SAM_STATE_MACHINE}",
        "    Properties:",
        "      DefinitionUri: a",
        "      Tags:",
    ]
    lines.append("        t0: &t0 {LambdaInvokePolicy: {FunctionName: f}}")
    lines += [
        f"        t{index}: &t{index} {{'Fn::If': [C, *t{index - 1}, *t{index - 1}]}}"
        for index in range(1, 12)
    ]
    lines.append("      Policies: [*t11, *t11, *t11]")
    findings = sfnlint.check_text("\n".join(lines), "template.yaml")
    assert "WF016" in rules(findings)


FLOW = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in (".git", "assets", "templates", "other/assets", "node_modules/assets"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "node_modules" / "assets" / "flow.asl.json").write_text(DEFINITION)
    (tmp_path / "assets" / "flow.asl.json").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sub(string: str) -> object:
    return {"Fn::Sub": string}


IN_BUCKET = [
    {"Bucket": "b", "Key": "assets/flow.asl.json"},
    {"Bucket": "b", "Key": "/release-1/assets/flow.asl.json", "Version": "1"},
    {"Bucket": {"Ref": "B"}, "Key": sub("${Prefix}assets/flow.asl.json")},
    {"Bucket": "b", "Key": sub("${Prefix}/assets/flow.asl.json")},
    {"Bucket": "b", "Key": {"Fn::Sub": ["${P}/assets/flow.asl.json", {"P": {"Ref": "Prefix"}}]}},
    {"Bucket": "b", "Key": {"Fn::Join": ["/", [{"Ref": "Prefix"}, "assets", "flow.asl.json"]]}},
    {
        "Bucket": "b",
        "Key": {
            "Fn::Join": ["", [{"Fn::Join": ["/", [{"Ref": "A"}, ""]]}, "assets/flow.asl.json"]]
        },
    },
    "s3://bucket/assets/flow.asl.json",
    sub("s3://${Bucket}-x/${Prefix}assets/flow.asl.json"),
    sub("${Url}/assets/flow.asl.json"),
    {
        "Fn::If": [
            "C",
            "s3://b/assets/flow.asl.json",
            {"Bucket": "b", "Key": "assets/flow.asl.json"},
        ]
    },
]


@pytest.mark.parametrize("uri", IN_BUCKET, ids=json.dumps)
@pytest.mark.parametrize("checked", [".", "templates/t.json"])
def test_a_definition_in_a_bucket_is_the_file_whose_path_ends_the_key(
    uri: object, checked: str, repository: Path
) -> None:
    data = json.loads(template(uri))
    data["Conditions"] = {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}
    (repository / "templates" / "t.json").write_text(json.dumps(data))
    found = [finding for finding in sfnlint.check([checked]) if finding.rule != "IF508"]
    [error] = [finding for finding in found if finding.rule == "EF202"]
    assert error.machine == "Machine"
    assert (
        "the definition of state machine 'Machine' is in a bucket; the file whose path ends its "
        "key, 'assets/flow.asl.json', was checked"
    ) in [finding.message for finding in found]


@pytest.mark.parametrize(
    "uri",
    [
        {"Bucket": "b", "Key": "flows/flow.asl.json"},
        {"Bucket": "b", "Key": "flow.asl.json"},
        {"Bucket": "b", "Key": sub("${Prefix}-flow.asl.json")},
        {"Bucket": "b", "Key": sub("flow.asl.json${Suffix}")},
        {"Bucket": "b", "Key": {"Ref": "Key"}},
        {"Bucket": "b", "Key": {"Fn::Join": ["/", {"Ref": "Keys"}]}},
        {"Bucket": "b", "Key": {"Fn::Join": [1, ["flow.asl.json"]]}},
        {"Bucket": "b", "Key": {"Fn::Sub": [1]}},
        {"Bucket": "b", "Key": "assets/"},
        "s3://bucket",
        "https://example.com/assets/flow.asl.json",
        {"Bucket": "b", "Key": "notes.json"},
    ],
    ids=json.dumps,
)
def test_other_keys_name_no_file(uri: object, repository: Path) -> None:
    (repository / "notes.json").write_text("[1]")
    file = repository / "templates" / "t.json"
    file.write_text(template(uri))
    [finding] = sfnlint.check([file])
    assert finding.message == (
        "the definition of state machine 'Machine' is not in this file, so it was not checked"
    )


def test_a_key_that_is_the_path_of_several_files(repository: Path) -> None:
    key = "assets/flow.asl.json"
    (repository / "templates" / "t.json").write_text(template({"Bucket": "b", "Key": key}))
    copy = repository / "templates" / key
    copy.parent.mkdir()
    copy.write_text(FLOW)
    assert rules(sfnlint.check(["templates/t.json"])) == ["EF202", "IF004"]
    copy.write_text(DEFINITION)
    (repository / "other" / key).write_text(DEFINITION)
    assert rules(sfnlint.check(["templates/t.json"])) == ["IF004"]
    assert "is not in this file" in sfnlint.check(["templates/t.json"])[0].message


def test_a_definition_that_a_template_above_uploads(repository: Path) -> None:
    uri = {"Bucket": "b", "Key": "assets/flow.asl.json"}
    (repository / "template.json").write_text(template(uri, Role="arn:aws:iam::1:role/r"))
    assert rules(sfnlint.check(["assets/flow.asl.json"])) == ["EF202", "IF004", "IF003"]


def test_a_key_that_differs_in_letter_case(repository: Path) -> None:
    uri = {"Bucket": "b", "Key": "Assets/Flow.asl.json"}
    (repository / "templates" / "t.json").write_text(template(uri))
    [finding] = sfnlint.check(["templates"])
    assert finding.message == (
        "the definition of state machine 'Machine' is not in this file, so it was not checked; its "
        "key differs from the path of 'assets/flow.asl.json' only in letter case"
    )


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("../Assets/flow.asl.json", "../assets/flow.asl.json"),
        ("../assets/Flow.ASL.json", "../assets/flow.asl.json"),
        ("../assets/flow.json", ""),
        ("../none/flow.asl.json", ""),
    ],
)
def test_a_missing_file_that_differs_in_letter_case(
    name: str, similar: str, repository: Path
) -> None:
    (repository / "templates" / "t.json").write_text(template(name))
    [finding] = sfnlint.check(["templates"])
    hint = f", but '{similar}' differs only in letter case" if similar else ""
    assert finding.message == (
        f"definition file '{name}' of state machine 'Machine' does not exist{hint}"
    )


def test_a_large_repository_is_searched_within_bounds(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_MOST_FILES", 2)
    uri = {"Bucket": "b", "Key": "assets/flow.asl.json"}
    (repository / "templates" / "t.json").write_text(template(uri))
    [finding] = sfnlint.check(["templates"])
    assert "is not in this file" in finding.message
