"""How far the search for the template or configuration of a definition goes: the exact bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.options import Options

MEGABYTE = 1024 * 1024
DEFINITION = "flow.asl.json"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / DEFINITION).write_text('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def is_found() -> bool:
    """Whether the definition is checked as the machine of a template or a configuration."""
    [machine] = run(discover([Path(DEFINITION)]), Options()).machines
    return machine.machine is not None


def template(uri: str = DEFINITION, size: int = 0) -> str:
    properties = {"DefinitionUri": uri, "Role": "arn:aws:iam::123456789012:role/r"}
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    return json.dumps({"Resources": {"Machine": machine}}).ljust(size)


@pytest.mark.parametrize(("size", "expected"), [(MEGABYTE, True), (MEGABYTE + 1, False)])
def test_the_size_of_a_template(folder: Path, size: int, expected: bool) -> None:
    Path("template.json").write_text(template(size=size))
    assert is_found() == expected


@pytest.mark.parametrize(("count", "expected"), [(199, True), (200, False)])
def test_the_number_of_files_in_a_folder(folder: Path, count: int, expected: bool) -> None:
    for number in range(count):
        Path(f"template-{number:03}.json").write_text("{}")
    Path("template-999.json").write_text(template())
    assert is_found() == expected


@pytest.mark.parametrize(("extra", "expected"), [(0, True), (1, False)])
def test_the_size_of_the_files_in_a_folder(folder: Path, extra: int, expected: bool) -> None:
    text = template()
    for number in range(19):
        Path(f"template-{number:02}.json").write_bytes(b" " * MEGABYTE)
    Path("template-19.json").write_bytes(b" " * (MEGABYTE - len(text) + extra))
    Path("template-99.json").write_text(text)
    assert is_found() == expected


@pytest.mark.parametrize(("extra", "expected"), [(0, True), (1, False)])
def test_the_size_of_the_templates_that_are_parsed(
    folder: Path, extra: int, expected: bool
) -> None:
    text = template()
    # These names end with the name of the definition, which is enough to be parsed.
    Path("template-0.json").write_text(template(f"other-{DEFINITION}", MEGABYTE))
    rest = MEGABYTE - len(text) + extra
    Path("template-1.json").write_text(template(f"other-{DEFINITION}", rest))
    Path("template-9.json").write_text(text)
    assert is_found() == expected


CONFIGURATION = """
resource "aws_sfn_state_machine" "main" {
  name       = "main"
  role_arn   = "arn:aws:iam::123456789012:role/r"
  definition = file("${path.module}/../flow.asl.json")
}
"""


@pytest.mark.parametrize(("extra", "expected"), [(0, True), (1, False)])
def test_the_size_of_the_configurations(folder: Path, extra: int, expected: bool) -> None:
    pytest.importorskip("tree_sitter_hcl")
    for name in "ab":
        Path(name).mkdir()
    Path("a/main.tf").write_bytes(b" " * (20 * MEGABYTE - len(CONFIGURATION) + extra))
    Path("b/main.tf").write_text(CONFIGURATION)
    assert is_found() == expected


@pytest.mark.parametrize(("count", "expected"), [(99, True), (100, False)])
def test_the_number_of_folders_beside_a_definition(
    folder: Path, count: int, expected: bool
) -> None:
    pytest.importorskip("tree_sitter_hcl")
    for number in range(count):
        Path(f"f{number:03}").mkdir()
    Path("g").mkdir()
    Path("g/main.tf").write_text(CONFIGURATION)
    assert is_found() == expected
