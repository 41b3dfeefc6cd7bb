"""The configuration file: what it does, and how it complains."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sfnlint import config
from sfnlint.cli import main

ISLAND = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}'
SCHEMA: dict[str, Any] = json.loads(
    Path(config.__file__).with_name("config.schema.json").read_text()
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for name in ("a.json", "legacy/b.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ISLAND)
    return tmp_path


def files(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["a.json", "legacy/b.json"]),
        ('select = ["EF"]', []),
        ('select = ["unreachable-state"]', ["a.json", "legacy/b.json"]),
        ('ignore = ["WF2"]', []),
        ('per-file-ignores = {"legacy/" = ["WF201"]}', ["a.json"]),
        ('per-file-ignores = {"*.json" = ["EF"]}', ["a.json", "legacy/b.json"]),
        ('per-file-ignores = {"/b.json" = ["WF"]}', ["a.json", "legacy/b.json"]),
        ('exclude = ["legacy"]', ["a.json"]),
        ('exclude = ["*.json", "!a.json"]', ["a.json"]),
        ('severity = {WF201 = "info"}', []),
        ('severity = {WF201 = "error"}', ["a.json", "legacy/b.json"]),
    ],
)
def test_what_is_shown(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, expected: list[str]
) -> None:
    (folder / ".sfn-lint.toml").write_text(text)
    assert main(["check"]) == bool(expected)
    assert files(capsys) == expected


def test_from_a_folder_below(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".sfn-lint.toml").write_text('per-file-ignores = {"legacy/b.json" = ["WF201"]}')
    monkeypatch.chdir(folder / "legacy")
    assert main(["check"]) == 0
    assert main(["check", "../a.json"]) == 1


def test_a_file_named_is_excluded_only_where_a_program_names_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".sfn-lint.toml").write_text('exclude = ["legacy/", "*.generated.json"]')
    (folder / "a.generated.json").write_text(ISLAND)
    named = ["a.json", "legacy/b.json", "a.generated.json"]
    assert main(["check", *named]) == 1
    assert files(capsys) == ["a.generated.json", "a.json", "legacy/b.json"]
    assert main(["check", "--changed", *named]) == 1
    assert files(capsys) == ["a.json"]
    monkeypatch.chdir(folder / "legacy")
    assert main(["check", "--changed", "b.json", "../a.generated.json"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["check", "--changed", "../a.json"]) == 1


def test_pyproject(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pyproject.toml").write_text('[tool.sfn-lint]\nignore = ["WF201"]\n')
    assert main(["check"]) == 0
    (folder / "pyproject.toml").write_text(
        '[[tool.sfn-lint.machine]]\ndefinition = "a.json"\npolicies = ["p.json"]\n'
        '[tool.sfn-lint.severity]\nEF006 = "warning"\nWF201 = "info"\n'
    )
    (folder / "p.json").write_text("{}")
    assert main(["check"]) == 1
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["EF006"]


@pytest.mark.parametrize("name", ["sfnlint", "sfn_lint", "SFN-Lint"])
def test_pyproject_with_another_name(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / "pyproject.toml").write_text(f'[tool.{name}]\nignore = ["WF201"]\n')
    assert main(["check"]) == 2
    hint = f"unknown key tool.{name}; did you mean tool.sfn-lint?"
    assert capsys.readouterr().err == f"sfn-lint: pyproject.toml: {hint}\n"


def test_its_own_file_goes_before_pyproject(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.sfn-lint]\nignore = ["WF201"]\n')
    (folder / ".sfn-lint.toml").write_text('ignore = ["WF203"]\n')
    assert main(["check"]) == 1


def test_the_command_line_goes_before(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / ".sfn-lint.toml").write_text('select = ["EF"]\nignore = ["WF201"]')
    assert main(["check", "--select", "WF201", "--ignore", "EF"]) == 1


def test_a_severity_changes_what_is_shown_but_not_the_identifier(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".sfn-lint.toml").write_text(
        'severity = {"WF" = "info", unreachable-state = "error", "WF2" = "warning"}'
    )
    assert main(["check", "--severity", "error", "--format", "json", "a.json"]) == 1
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["rule"], finding["severity"]) == ("WF201", "error")
    assert main(["check", "--format", "full", "a.json"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("error WF201 ")
    assert "1 error in 1 machine" in out


POLICY = "arn:aws:iam::123456789012:policy/base"
ROLE = "arn:aws:iam::123456789012:role/flow"
ERRORS = [
    ('slect = ["EF"]', "unknown key slect; did you mean select?"),
    ("colour = true", "unknown key colour"),
    ('[[machine]]\ndefinition = "a.json"\npolicy = []', "unknown key machine.policy; "),
    ('[[machine]]\npolicies = ["p.json"]', "a [[machine]] needs a definition"),
    ('[[machine]]\ndefinition = "x.json"', "there is no file x.json"),
    ('[[machine]]\ndefinition = "a.json"\ntype = "FAST"', "machine.type is STANDARD or EXPRESS"),
    (
        '[[machine]]\ndefinition = "a.json"\n[[machine]]\ndefinition = "./legacy/../a.json"',
        "two [[machine]] have the definition ",
    ),
    ("[[machine]]\ndefinition = 1", "machine.definition has to be a text"),
    ('[[machine]]\ndefinition = "a.json"\npolicies = "p"', "machine.policies has to be an array"),
    ('[tool.sfn-lint]\nselect = ["EF"]', "the keys stand by themselves, without [tool.sfn-lint]"),
    ('machine = "a.json"', "machine has to be an array of tables"),
    ('select = "EF"', "select has to be an array of texts"),
    ('select = ["missing-tag"]', "select: there is no rule 'missing-tag'; did you mean"),
    ('per-file-ignores = ["x"]', "per-file-ignores has to be a table"),
    ('per-file-ignores = {"x" = "EF"}', "per-file-ignores.x has to be an array of texts"),
    ('per-file-ignores = {"x" = ["QQQQ"]}', "per-file-ignores.x: there is no rule 'QQQQ'"),
    ('severity = {EF404 = "high"}', "severity.EF404 has to be error, warning or info"),
    ('severity = {EF404 = ["error"]}', "severity.EF404 has to be error, warning or info"),
    ('severity = {xyzzy = "error"}', "severity: there is no rule 'xyzzy'"),
    ("exclude = [1]", "exclude has to be an array of texts"),
    ('exclude = ["a["', "("),
    ('exclude = ["*a*b*c*d"]', "'*a*b*c*d' has too many * to be compared soon"),
    ('per-file-ignores = {"**/a/**/b/**/c/**/d/**/e" = ["EF"]}', "has too many *"),
    ("parameters = 1", "parameters has to be a table"),
    ("parameters = {Stage = [1]}", "parameters.Stage has to be a text, a number or a boolean"),
    (f"parameters = {{Stage = 0x{'f' * 6000}}}", "parameters.Stage has to be a text"),
    ("parameters = {Stage = nan}", "parameters.Stage has to be a text"),
    ('parameters = {"AWS::Region" = "x"}', "parameters.AWS::Region: a parameter has a name of"),
    ('parameters = {"a.yaml" = {Stage = {}}}', "parameters.a.yaml.Stage has to be a text"),
    ('parameters = {Stage = "\\U000F0000"}', "parameters.Stage has to be a text"),
    ('managed-policies = ["a.json"]', "managed-policies has to be a table"),
    ('managed-policies = {"base" = "a.json"}', "'base' is no ARN of a managed policy"),
    (f'managed-policies = {{"{POLICY}" = 1}}', f"{POLICY} has to be a text"),
    (f'managed-policies = {{"{POLICY}" = "x.json"}}', "there is no file x.json"),
    ('roles = {"flow" = {}}', "'flow' is no ARN of a role"),
    (f'roles = {{"{ROLE}\\U000F0000" = {{}}}}', "is no ARN of a role"),
    (f'roles = {{"{ROLE}" = "a.json"}}', f"{ROLE} has to be a table"),
    (f'roles = {{"{ROLE}" = {{policy = []}}}}', f"unknown key roles.{ROLE}.policy; did you mean"),
    (f'roles = {{"{ROLE}" = {{policies = "a"}}}}', "policies has to be an array of texts"),
    (f'roles = {{"{ROLE}" = {{trust = "x.json"}}}}', "there is no file x.json"),
    ('"a\\u001b[31m\\nb" = 1', "unknown key a\\x1b[31m\\nb"),
]


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_errors(folder: Path, capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    (folder / ".sfn-lint.toml").write_text(text)
    assert main(["check"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("sfn-lint: .sfn-lint.toml: ")
    assert message in printed.err
    assert printed.err.count("\n") == 1


def is_valid(data: object) -> bool:
    return jsonschema.Draft7Validator(SCHEMA).is_valid(data)


def test_the_schema_knows_every_key() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert tuple(SCHEMA["properties"]) == config._KEYS
    assert tuple(SCHEMA["properties"]["machine"]["items"]["properties"]) == config._MACHINE_KEYS
    roles = SCHEMA["properties"]["roles"]["additionalProperties"]
    assert tuple(roles["properties"]) == config._ROLE_KEYS


@pytest.mark.parametrize(
    "text",
    [
        text
        for text, message in ERRORS
        if not re.search("000F|0xf|nan", text) and re.search("has to be|is no ARN|name of", message)
    ],
)
def test_the_schema_refuses_what_the_program_does(text: str) -> None:
    assert not is_valid(tomllib.loads(text))


def test_the_schema_takes_an_example() -> None:
    assert is_valid(
        {
            "select": ["EF"],
            "per-file-ignores": {"legacy/**": ["WF5"]},
            "severity": {"IF508": "warning"},
            "parameters": {"Stage": "prod", "Count": 3, "legacy/": {"Encrypted": True}},
            "managed-policies": {POLICY: "base.json"},
            "roles": {ROLE: {"policies": ["flow.json"], "trust": "trust.json"}},
            "machine": [{"definition": "a.json", "type": "EXPRESS"}],
        }
    )
