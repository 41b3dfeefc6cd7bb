"""Plain definitions: the Terraform configuration near a definition that names it is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from inputs.test_terraform_configuration import (
    QUEUE,
    ROLE,
    SEND_JSON,
    VALUES,
    Folder,
    folder,
    machine,
    policy,
)

import sfnlint
from sfnlint.cli import main
from sfnlint.inputs.terraform import companion_configurations
from sfnlint.source import hcl_parser

__all__ = ["folder"]

FILE = "flows/flow.asl.json"
CALL = f'templatefile("${{path.module}}/%s", {VALUES})'
LACKING = QUEUE + ROLE + policy("sqs:ReceiveMessage")


def found(*files: str | Path) -> list[tuple[str, int, str]]:
    """Return the file, line and rule of every finding."""
    shown = []
    for finding in sfnlint.check(files):
        located = finding.place.locate()
        line = located.root.line_column(located.span.start)[0]
        shown.append((located.root.file, line, finding.rule))
    return shown


def configuration(path: str = FILE) -> str:
    return LACKING + machine(CALL % path)


SAID = [(FILE, 7, "EF401")]


@pytest.mark.parametrize("name", ["main.tf", "flows/main.tf", "terraform/main.tf"])
def test_the_configuration_is_found(folder: Folder, name: str) -> None:
    folder.write(SEND_JSON, FILE)
    assert found(FILE) == []
    paths = {"main.tf": FILE, "flows/main.tf": "flow.asl.json", "terraform/main.tf": f"../{FILE}"}
    folder.write(configuration(paths[name]), name)
    assert SAID[0] in found(FILE)
    assert set(found(FILE)) == set(found("."))
    # Both are passed.
    assert found(FILE, name) == found(name)


def test_in_json(folder: Folder) -> None:
    folder.write(SEND_JSON, FILE).write(LACKING)
    text = '{"resource": {"aws_sfn_state_machine": {"flow": {"name": "flow", "definition": "%s", '
    text += '"role_arn": "${aws_iam_role.flow.arn}"}}}}'
    call = (CALL % FILE).replace('"', '\\"')
    folder.write(text % f"${{{call}}}", "flow.tf.json")
    assert SAID[0] in found(FILE)


@pytest.mark.parametrize(
    "call",
    [
        f'file("{FILE}")',
        'file("${path.module}/flows/${var.name}.asl.json")',
        f'file("${{local.folder}}/{FILE}")',
        f'file("./{FILE}")',
    ],
)
def test_ways_of_naming_a_file(folder: Folder, call: str) -> None:
    folder.write(SEND_JSON.replace("${QUEUE}", "https://sqs.x/1/orders"), FILE)
    more = 'variable "name" {\n  default = "flow"\n}\nlocals {\n  folder = path.module\n}\n'
    folder.write(LACKING + machine(call) + more)
    # The configuration must contain the name of the file.
    expected = [] if "var.name" in call else ["EF401"]
    assert [rule for _, _, rule in found(FILE) if rule[0] == "E"] == expected


def test_other_machines_are_not_reported(folder: Folder) -> None:
    folder.write(SEND_JSON, FILE)
    other = machine('"{\\"StartAt\\": \\"A\\"}"').replace("flow", "other", 1)
    unused = "# sfn-lint: ignore[WF201] nothing\n"
    folder.write(configuration() + other + unused)
    assert {"EF102", "IF007"} <= {rule for _, _, rule in found(".")}
    alone = found(FILE)
    assert SAID[0] in alone
    lost = machine("var.x").replace("flow", "lost", 1) + 'variable "x" {}\n'
    folder.write(configuration() + other + unused + lost)
    assert "IF004" in {rule for _, _, rule in found(".")}
    alone += found(FILE)
    assert not {"EF102", "IF004", "IF007"} & {rule for _, _, rule in alone}


def test_a_module_is_read_with_its_callers(folder: Folder) -> None:
    module = "modules/flow"
    text = machine(CALL % "flow.asl.json").replace("aws_iam_role.flow.arn", "var.role")
    folder.write(SEND_JSON, f"{module}/flow.asl.json")
    folder.write(QUEUE + text + 'variable "role" {}\n', f"{module}/main.tf")
    assert [rule for _, _, rule in found(f"{module}/flow.asl.json")] == ["IF003"]
    call = f'module "flow" {{\n  source = "./{module}"\n  role = aws_iam_role.flow.arn\n}}\n'
    folder.write(ROLE + policy(resource='"*"').replace("SendM", "ReceiveM") + call)
    assert (f"{module}/flow.asl.json", 7, "EF401") in found(f"{module}/flow.asl.json")


def test_a_file_of_the_same_name_in_another_folder(folder: Folder) -> None:
    folder.write(SEND_JSON, FILE)
    folder.write(configuration("flow.asl.json"), "other/main.tf")
    folder.write(SEND_JSON, "other/flow.asl.json")
    assert found(FILE) == []
    # The configuration names it, but does not read it.
    folder.write(f'locals {{\n  a = "{FILE}"\n}}\n# aws_sfn_state_machine\n')
    assert found(FILE) == []


def test_the_nearest_folder_counts(folder: Folder) -> None:
    folder.write(SEND_JSON, FILE).write(configuration("flow.asl.json"), "flows/main.tf")
    folder.write(configuration().replace("sqs:ReceiveMessage", "sqs:SendMessage"))
    assert SAID[0] in found(FILE)


def test_a_nearer_folder_that_names_another_file_does_not_count(folder: Folder) -> None:
    folder.write(SEND_JSON, f"near/{FILE}").write(SEND_JSON, "near/other/flow.asl.json")
    folder.write(configuration("other/flow.asl.json"), "near/main.tf")
    folder.write(configuration(f"near/{FILE}"))
    assert (f"near/{FILE}", 7, "EF401") in found(f"near/{FILE}")


def test_a_template_takes_precedence(folder: Folder) -> None:
    folder.write(SEND_JSON, FILE).write(configuration())
    folder.write(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Flow:\n"
        "    Type: AWS::Serverless::StateMachine\n"
        f"    Properties: {{DefinitionUri: {FILE}, Policies: AmazonSQSFullAccess}}\n",
        "template.yaml",
    )
    assert SAID[0] not in found(FILE)


def test_policies_of_the_user_take_precedence(folder: Folder) -> None:
    statement = '{"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}'
    folder.write(SEND_JSON, FILE).write(configuration()).write(statement, "policy.json")
    assert SAID[0] in found(FILE)
    findings = sfnlint.check([FILE], policies=["policy.json"])
    assert "EF401" not in {one.rule for one in findings}


def test_outside_of_the_repository_nothing_is_read(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = folder.path / "inside"
    (inside / ".git").mkdir(parents=True)
    folder.write(SEND_JSON, f"inside/{FILE}").write(configuration(f"inside/{FILE}"))
    assert found(f"inside/{FILE}") == []
    (inside / ".git").rmdir()
    assert (f"inside/{FILE}", 7, "EF401") in found(f"inside/{FILE}")
    (inside / "main.tf").symlink_to(folder.path / "main.tf")
    (inside / ".git").mkdir()
    assert found(f"inside/{FILE}") == []


def test_without_the_extra_the_definition_is_checked_alone(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hcl_parser, "installed", lambda: False)
    folder.write(SEND_JSON.replace("Order", "Lost", 1), FILE).write(configuration())
    assert {rule for _, _, rule in found(FILE)} == {"EF202"}
    assert main(["check", FILE]) == 1
    assert capsys.readouterr().err == (
        f"sfn-lint: the Terraform configuration that names '{FILE}' was not read: "
        "pip install 'sfn-lint[terraform]'\n"
        "sfn-lint: permissions not checked: no policy is given (--policy)\n"
    )


@pytest.mark.parametrize(
    "more",
    [
        "resource {",
        'module "a" {\n  source = "./"\n}\nmodule "b" {\n  source = "./flows"\n}\n',
        'locals {\n  a = local.b\n  b = "${local.a}flow.asl.json"\n}\n',
        "# " + "x" * (1024 * 1024),
        '# "' + "x" * 100_000 + "flow.asl.json",
        '# "\\ud800\udcff\x1b[31mflow.asl.json"\n',
    ],
)
def test_hostile_configurations(folder: Folder, more: str) -> None:
    folder.write(SEND_JSON.replace("Order", "Lost", 1), FILE)
    file = folder.path / "main.tf"
    file.write_text(configuration() + more, encoding="utf-8", errors="surrogateescape")
    assert "EF202" in {rule for _, _, rule in found(FILE)}


def test_folders_are_searched_once_and_within_bounds(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        folder.write(SEND_JSON, f"flows/{number}.asl.json").write("", f"other/{number}/main.tf")
    folder.write("x" * 1000, "main.tf").write("x" * 1000, "terraform/main.tf")
    read: list[Path] = []
    scandir = os.scandir

    def counted(path: Path) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        read.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    assert found(*(f"flows/{number}.asl.json" for number in range(20))) == []
    assert len(set(read)) == 4
    # Once for templates, once for services, once for configurations.
    assert max(Counter(read).values()) <= 3
    folder.write(configuration("0.asl.json"), "flows/main.tf")
    assert ("flows/0.asl.json", 7, "EF401") in found("flows/0.asl.json")
    monkeypatch.setattr(companion_configurations, "_MAX_BYTES", 100)
    assert found("flows/0.asl.json") == []
