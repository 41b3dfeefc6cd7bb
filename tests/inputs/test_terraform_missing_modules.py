"""Calls of modules that are not in the files: definitions are checked, roles are unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.options import Options
from sfnlint.result import Result

pytest.importorskip("tree_sitter_hcl")

WRONG = '{ StartAt = "A", States = { A = { Type = "Pass", Next = "Nowhere" } } }'
JSON = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}}'
GIT = "git::https://example.com/platform.git//workflow?ref=v1"


def call(arguments: str, source: str = GIT, name: str = "flow") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  {arguments}\n}}\n'


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()


def check(folder: Path, text: str, **files: str) -> Result:
    (folder / "main.tf").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content, encoding="utf-8")
    return run(discover([folder]), Options())


def rules(result: Result) -> list[str]:
    assert not result.failures
    return sorted(finding.rule for finding in result.findings)


@pytest.mark.parametrize(
    "argument",
    [
        f"definition = jsonencode({WRONG})",
        f"state_machine_definition = <<EOT\n{JSON}\nEOT\n",
        f"workflow = {WRONG}",
        'asl = file("${path.module}/file.json")',
        'text = templatefile("${path.module}/file.json", {})',
        'settings = { name = "flow", definition = local.text }',
        "machines = [{ definition = local.text }]",
    ],
)
def test_a_definition_counts_whatever_the_argument_and_the_module_are(
    tmp_path: Path, argument: str
) -> None:
    text = call(argument) + f"locals {{\n  text = jsonencode({WRONG})\n}}\n"
    files = {"file": JSON} if "file.json" in argument else {}
    result = check(tmp_path, text, **files)
    assert rules(result) == ["EF202", "IF003"]
    [unknown] = [finding for finding in result.findings if finding.rule == "IF003"]
    assert unknown.message == (
        f"module '{GIT}' of 'module.flow' is not in the files, so the role of the state machine is "
        "unknown"
    )
    assert [machine.machine for machine in result.machines] == ["module.flow"]


def test_each_definition_of_a_call_is_a_state_machine(tmp_path: Path) -> None:
    good = WRONG.replace('Next = "Nowhere"', "End = true")
    text = call(f"machines = {{ b = jsonencode({WRONG}), a = jsonencode({good}) }}")
    result = check(tmp_path, text)
    assert rules(result) == ["EF202", "IF003"]
    assert sorted(str(machine.machine) for machine in result.machines) == [
        "module.flow.machines.a",
        "module.flow.machines.b",
    ]


@pytest.mark.parametrize(
    "argument",
    [
        'note = "StartAt and States"',
        'definition = "StartAt: A\\nStates: {A: {Type: Pass, End: true}}"',
        'definition = { StartAt = "A" }',
        f"count = 0\n  definition = jsonencode({WRONG})",
        "definition = var.definition",
    ],
)
def test_other_arguments_are_no_definitions(tmp_path: Path, argument: str) -> None:
    text = call(argument) + 'variable "definition" {\n  default = "StartAt"\n}\n'
    result = check(tmp_path, text)
    assert (rules(result), result.machines) == ([], [])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "Shared").mkdir()
    definition = f"definition = jsonencode({WRONG})"
    text = "".join(
        call(definition, source, name)
        for name, source in (("a", "./lost"), ("b", "./empty"), ("c", "../../../../../../x"))
    )
    result = check(tmp_path, text)
    messages = [finding.message for finding in result.findings if finding.rule == "IF004"]
    checked = ", so only the definition in the arguments is checked"
    assert messages == [
        f"folder './lost' of 'module.a' does not exist{checked}",
        f"folder './empty' of 'module.b' has no Terraform files{checked}",
        f"folder '../../../../../../x' of 'module.c' is outside of the repository{checked}",
    ]
    assert rules(result).count("EF202") == 3


@pytest.mark.parametrize(
    ("source", "is_named"),
    [
        ("git::https://example.com/modules.git//sfn", True),
        ("example.com/platform/state-machine/aws", True),
        ("./modules/step_functions", True),
        ("github.com/x/terraform-aws-state_machine?ref=1", True),
        ("../state_machine_alarms", False),
        ("./modules/sfnx", False),
    ],
)
def test_modules_that_are_named_for_state_machines_are_reported(
    tmp_path: Path, source: str, is_named: bool
) -> None:
    result = check(tmp_path, call('name = "x"', source))
    assert rules(result) == (["IF004"] if is_named else [])
    if is_named:
        assert "so its state machine is not checked" in result.findings[0].message


def test_a_definition_passes_through_local_modules(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    inner = call("body = var.text") + 'variable "text" {}\n'
    (tmp_path / "inner" / "main.tf").write_text(inner, encoding="utf-8")
    result = check(tmp_path, call(f"text = jsonencode({WRONG})", "./inner", "outer"))
    assert rules(result) == ["EF202", "IF003"]
    assert [machine.machine for machine in result.machines] == ["module.outer.module.flow"]


def test_a_condition_chooses_the_definition(tmp_path: Path) -> None:
    good = WRONG.replace('Next = "Nowhere"', "End = true")
    text = call(f"definition = var.on ? jsonencode({WRONG}) : jsonencode({good})")
    result = check(tmp_path, text + 'variable "on" {}\n')
    assert "EF202" in rules(result)


def test_the_type_that_a_module_decides_is_unknown(tmp_path: Path) -> None:
    activity = (
        '{ StartAt = "A", States = { A = { Type = "Task", End = true, '
        'Resource = "arn:aws:states:eu-west-1:123456789012:activity:a" } } }'
    )
    for argument, expected in (("", []), ('type = "express"', ["EF305"]), ('type = "x"', [])):
        result = check(tmp_path, call(f"definition = jsonencode({activity})\n  {argument}"))
        errors = [rule for rule in rules(result) if rule[0] == "E"]
        assert bool(errors) == bool(expected), argument


MACHINE = f'resource "aws_sfn_state_machine" "m" {{\n  definition = jsonencode({WRONG})\n  %s\n}}\n'


@pytest.mark.parametrize("none", ["count = 0", "count = var.on ? 1 : 0", "for_each = toset([])"])
def test_state_machines_that_are_not_created_are_reported(tmp_path: Path, none: str) -> None:
    (tmp_path / "flow").mkdir()
    (tmp_path / "terraform.tfvars").write_text("on = false\n", encoding="utf-8")
    (tmp_path / "flow" / "main.tf").write_text(MACHINE % "", encoding="utf-8")
    text = MACHINE % none + call(none, "./flow", "unused") + 'variable "on" {}\n'
    result = check(tmp_path, text + call("count = 0", "./empty", "empty"))
    messages = [finding.message for finding in result.findings if finding.rule == "IF004"]
    reason = f"its {none.split()[0]} creates no instance with the values in the files"
    assert messages == [
        f"state machine 'aws_sfn_state_machine.m' is not checked because {reason}",
        f"the state machine of 'module.unused' is not checked because {reason}",
    ]
    result = check(tmp_path, text + call("", "./flow", "used"))
    assert sum(finding.rule == "IF004" for finding in result.findings) == 2
    result = check(tmp_path, text + call("", "./flow", "used") + MACHINE.replace('"m"', '"n"') % "")
    assert [machine.machine for machine in result.machines] == [
        "aws_sfn_state_machine.n",
        "module.used.aws_sfn_state_machine.m",
    ]


def test_a_module_that_creates_its_state_machine_for_another_call_is_not_reported(
    tmp_path: Path,
) -> None:
    (tmp_path / "flow").mkdir()
    inner = MACHINE % "count = var.on ? 1 : 0" + 'variable "on" {}\n'
    (tmp_path / "flow" / "main.tf").write_text(inner, encoding="utf-8")
    off = call("on = false", "./flow", "off")
    assert rules(check(tmp_path, off)) == ["IF004"]
    result = check(tmp_path, off + call("on = true", "./flow", "on"))
    assert "IF004" not in rules(result)
    (tmp_path / "flow" / "main.tf").unlink()
    known = "terraform-aws-modules/step-functions/aws"
    result = check(tmp_path, call("create = false", known, "off"))
    assert rules(result) == ["IF004"]


def test_a_state_machine_whose_file_cannot_be_read_is_reported(tmp_path: Path) -> None:
    machine = MACHINE.replace(f"jsonencode({WRONG})", 'file("${path.module}/file.json")') % ""
    result = check(tmp_path, machine, file="# to do")
    assert rules(result) == ["EF001", "IF004"]
    [unchecked] = [finding for finding in result.findings if finding.rule == "IF004"]
    assert unchecked.message == (
        "state machine 'aws_sfn_state_machine.m' is not checked because 'file.json' cannot be read"
    )
    # The fault of a definition in the configuration is in the state machine.
    assert rules(check(tmp_path, MACHINE.replace(f"jsonencode({WRONG})", '"{"') % "")) == ["EF001"]
