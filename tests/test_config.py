"""The configuration file: its effects and its errors."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfnlint import config_file
from sfnlint.cli import main
from sfnlint.toml_lines import line_of

ISLAND = (
    '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "B"}}}'
)
SCHEMA: dict[str, Any] = json.loads(
    Path(config_file.__file__).with_name("config.schema.json").read_text()
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
def test_shown_findings(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, expected: list[str]
) -> None:
    (folder / ".sfn-lint.toml").write_text(text)
    assert main(["check"]) == bool(expected)
    assert files(capsys) == expected


def test_the_configuration_of_a_parent_folder(
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
    message = f"unknown key 'tool.{name}'; did you mean 'tool.sfn-lint'?"
    assert capsys.readouterr().err == f"sfn-lint: pyproject.toml:1: {message}\n"


def test_its_own_file_overrides_pyproject(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.sfn-lint]\nignore = ["WF201"]\n')
    (folder / ".sfn-lint.toml").write_text('ignore = ["WF203"]\n')
    assert main(["check"]) == 1


def test_the_command_line_overrides_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
    ('slect = ["EF"]', 1, "unknown key 'slect'; did you mean 'select'?"),
    ("colour = true", 1, "unknown key 'colour'"),
    (
        '[[machine]]\ndefinition = "a.json"\npolicy = []',
        3,
        "unknown key 'machine.policy'; did you mean 'machine.policies'?",
    ),
    ('[[machine]]\npolicies = ["p.json"]', 1, "[[machine]] needs 'definition', the path of a file"),
    ('[[machine]]\ndefinition = "x.json"', 2, "'machine.definition': file 'x.json' does not exist"),
    (
        '[[machine]]\ndefinition = "a.json"\ntype = "FAST"',
        3,
        '\'machine.type\' must be "STANDARD" or "EXPRESS"',
    ),
    (
        '[[machine]]\ndefinition = "a.json"\n\n[[machine]]\ndefinition = "./legacy/../a.json"',
        4,
        "two [[machine]] tables have the definition 'legacy/../a.json'",
    ),
    ("[[machine]]\ndefinition = 1", 2, "'machine.definition' must be a string"),
    (
        '[[machine]]\ndefinition = "a.json"\npolicies = "p"',
        3,
        "'machine.policies' must be an array of strings",
    ),
    (
        '[tool.sfn-lint]\nselect = ["EF"]',
        1,
        "in .sfn-lint.toml, write the keys without the table [tool.sfn-lint]",
    ),
    ('machine = "a.json"', 1, "'machine' must be an array of tables: [[machine]]"),
    ('select = "EF"', 1, "'select' must be an array of strings"),
    (
        'select = ["missing-tag"]',
        1,
        "'select': unknown rule 'missing-tag'; did you mean 'missing-target'?",
    ),
    ('per-file-ignores = ["x"]', 1, "'per-file-ignores' must be a table"),
    ('per-file-ignores = {"x" = "EF"}', 1, "'per-file-ignores.x' must be an array of strings"),
    ('per-file-ignores = {"x/" = ["QQQQ"]}', 1, "'per-file-ignores.\"x/\"': unknown rule 'QQQQ'"),
    (
        'severity = {EF404 = "high"}',
        1,
        '\'severity.EF404\' must be "error", "warning" or "info"',
    ),
    (
        '# A comment.\n\n[severity]\nEF401 = "info"\nEF404 = ["error"]\nEF410 = 1',
        5,
        '\'severity.EF404\' must be "error", "warning" or "info"',
    ),
    ('severity = {xyzzy = "error"}', 1, "'severity.xyzzy': unknown rule 'xyzzy'"),
    ("exclude = [1]", 1, "'exclude' must be an array of strings"),
    (
        'select = ["EF"]\nexclude = [\n  "b",\n  "[z-a]",\n]\nignore = []',
        2,
        "'[z-a]' is not a valid pattern; write it as in .gitignore",
    ),
    ('exclude = ["*a*b*c*d"]', 1, "pattern '*a*b*c*d' has too many wildcards"),
    (
        'per-file-ignores = {"**/a/**/b/**/c/**/d/**/e" = ["EF"]}',
        1,
        "pattern '**/a/**/b/**/c/**/d/**/e' has too many wildcards",
    ),
    ("parameters = 1", 1, "'parameters' must be a table"),
    (
        "parameters = {Stage = [1]}",
        1,
        "'parameters.Stage' must be a string, a number or a boolean",
    ),
    (
        f"parameters = {{Stage = 0x{'f' * 6000}}}",
        1,
        "'parameters.Stage' must be a string, a number or a boolean",
    ),
    ("parameters = {Stage = nan}", 1, "'parameters.Stage' must be a string, a number or a boolean"),
    (
        'parameters = {"AWS::Region" = "x"}',
        1,
        "'parameters.\"AWS::Region\"': the name of a parameter consists of letters and digits",
    ),
    (
        'parameters = {"a.yaml" = {Stage = {}}}',
        1,
        "'parameters.\"a.yaml\".Stage' must be a string, a number or a boolean",
    ),
    (
        'parameters = {Stage = "\\U000F0000"}',
        1,
        "'parameters.Stage' must be a string, a number or a boolean",
    ),
    ('managed-policies = ["a.json"]', 1, "'managed-policies' must be a table"),
    (
        'managed-policies = {"base" = "a.json"}',
        1,
        "'managed-policies.base': the key must be a managed policy ARN",
    ),
    (
        f'managed-policies = {{"{POLICY}" = 1}}',
        1,
        f"'managed-policies.\"{POLICY}\"' must be a string",
    ),
    (
        f'managed-policies = {{"{POLICY}" = "x.json"}}',
        1,
        f"'managed-policies.\"{POLICY}\"': file 'x.json' does not exist",
    ),
    ('roles = {"flow" = {}}', 1, "'roles.flow': the key must be a role ARN"),
    (
        f'roles = {{"{ROLE}\\U000F0000" = {{}}}}',
        1,
        f"'roles.\"{ROLE}\U000f0000\"': the key must be a role ARN",
    ),
    (f'roles = {{"{ROLE}" = "a.json"}}', 1, f"'roles.\"{ROLE}\"' must be a table"),
    (
        f'roles = {{"{ROLE}" = {{policy = []}}}}',
        1,
        f"unknown key 'roles.\"{ROLE}\".policy'; did you mean 'roles.\"{ROLE}\".policies'?",
    ),
    (
        f'roles = {{"{ROLE}" = {{policies = "a"}}}}',
        1,
        f"'roles.\"{ROLE}\".policies' must be an array of strings",
    ),
    (
        f'[roles."{ROLE}"]\ntrust = "x.json"',
        2,
        f"'roles.\"{ROLE}\".trust': file 'x.json' does not exist",
    ),
    ('"a\\u001b[31m\\nb" = 1', 1, "unknown key '\"a\\x1b[31m\\nb\"'"),
    ("select = [\n\nx]", 3, "invalid TOML: Invalid value"),
]


@pytest.mark.parametrize(("text", "line", "message"), ERRORS)
def test_errors(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, message: str
) -> None:
    (folder / ".sfn-lint.toml").write_text(text)
    assert main(["check"]) == 2
    assert capsys.readouterr() == ("", f"sfn-lint: .sfn-lint.toml:{line}: {message}\n")


def test_the_line_in_pyproject(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[project]\nname = "x"\n\n[tool.other]\nselect = 1\n\n[tool.sfn-lint]\nselect = 1\n'
    (folder / "pyproject.toml").write_text(text)
    assert main(["check"]) == 2
    message = "'select' must be an array of strings"
    assert capsys.readouterr().err == f"sfn-lint: pyproject.toml:8: {message}\n"


class TestLines:
    """The line of a key in a TOML file."""

    @given(
        before=st.integers(0, 30),
        after=st.integers(0, 30),
        items=st.integers(1, 20),
        separator=st.sampled_from([", ", ",\n"]),
    )
    def test_the_first_line_of_the_statement(
        self, before: int, after: int, items: int, separator: str
    ) -> None:
        long = "a{0} = [\n  {0},\n  # comment\n]\n"
        lines = [
            *((long if n % 3 else "a{0} = {0}").format(n) for n in range(before)),
            f"key = [\n{separator.join(['1'] * items)}\n]",
            *(f"b{n} = {n}" for n in range(after)),
        ]
        text = "\n".join(lines)
        line = line_of(text, ("key", items - 1))
        assert line is not None
        assert text.split("\n")[line - 1] == "key = ["

    def test_a_value_that_is_not_there(self) -> None:
        assert line_of("a = [1]", ("a", 1)) is None
        assert line_of("a = [1]", ("a", "b")) is None

    def test_the_work_is_limited(self, monkeypatch: pytest.MonkeyPatch) -> None:
        parsed: list[str] = []
        loads = tomllib.loads

        def counting_loads(text: str) -> dict[str, Any]:
            parsed.append(text)
            return loads(text)

        monkeypatch.setattr(tomllib, "loads", counting_loads)
        assert line_of("a = [\n" + "1,\n" * 30_000 + "]\nb = 1", ("b",)) is None
        assert line_of("# x\n" * 50_000 + "b = 1", ("b",)) is None
        assert len(parsed) <= 102


def is_valid(data: object) -> bool:
    return jsonschema.Draft7Validator(SCHEMA).is_valid(data)


def test_the_schema_knows_every_key() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert tuple(SCHEMA["properties"]) == config_file._KEYS
    assert (
        tuple(SCHEMA["properties"]["machine"]["items"]["properties"]) == config_file._MACHINE_KEYS
    )
    roles = SCHEMA["properties"]["roles"]["additionalProperties"]
    assert tuple(roles["properties"]) == config_file._ROLE_KEYS


@pytest.mark.parametrize(
    "text",
    [
        text
        for text, _, message in ERRORS
        if not re.search("000F|0xf|nan", text) and re.search("must be|name of", message)
    ],
)
def test_the_schema_rejects_what_the_program_rejects(text: str) -> None:
    assert not is_valid(tomllib.loads(text))


def test_the_schema_accepts_an_example() -> None:
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
