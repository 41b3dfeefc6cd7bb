"""Configurations from the command line: discovery, the extra, standard input, comments, plans."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from inputs.test_terraform_configuration import QUEUE, ROLE, Folder, folder, machine, policy

from sfnlint.cli import main
from sfnlint.engine import run_text
from sfnlint.options import Options, RoleFiles
from sfnlint.source import hcl_parser

__all__ = ["folder"]


def rules(folder: Folder) -> list[str]:
    """Return the rules of the findings without WF503, which accompanies WF501."""
    return [rule for rule in folder.rules() if rule != "WF503"]


ROOT = Path(__file__).parent.parent.parent
WIDE = (
    QUEUE + ROLE + machine() + policy() + policy("iam:PassRole", '"*"').replace("flow", "wide", 1)
)
LINE = '    Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "*" }]\n'


def test_the_machine_is_found_from_any_file_of_the_folder(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write(QUEUE + ROLE, "roles.tf").write(policy("sqs:GetQueueUrl") + machine(), "flow.tf")
    for arguments in (["."], ["roles.tf"], ["roles.tf", "flow.tf"], [str(folder.path)]):
        assert main(["check", *arguments]) == 1
        printed = capsys.readouterr().out
        assert printed.count("EF401") == 1
        assert printed.startswith("flow.tf:19:37: EF401")


def test_standard_input(folder: Folder) -> None:
    folder.write(QUEUE + ROLE, "roles.tf").write("broken", "flow.tf")
    found = run_text(policy("sqs:GetQueueUrl") + machine(), "flow.tf", Options())
    assert [one.rule for one in found.findings if one.rule[0] == "E"] == ["EF401"]
    assert found.machines[0].file == "flow.tf"


def test_without_the_extra(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hcl_parser, "installed", lambda: False)
    folder.write(WIDE)
    assert main(["check"]) == 2
    needed = "the parser is not installed: pip install 'sfn-lint[terraform]'"
    message = f"sfn-lint: could not check the Terraform configurations ({needed})\n"
    assert capsys.readouterr().err == message
    assert main(["check", "--changed", "main.tf"]) == 2
    folder.write('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}', "a.asl.json")
    assert main(["check"]) == 2
    assert main(["check", "--allow-failures"]) == 0
    assert capsys.readouterr().err == 3 * message
    folder.write(QUEUE)
    assert main(["check"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("text", "imported"), [(QUEUE, ""), (WIDE, "tree_sitter")])
def test_the_parser_is_imported_for_machines_only(folder: Folder, text: str, imported: str) -> None:
    folder.write(text)
    code = (
        "import sys\nfrom sfnlint.cli import main\n"
        "main(['check', '--exit-zero', '--output-file', 'x'])\n"
        "print('tree_sitter' if 'tree_sitter' in sys.modules else '')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{ROOT / 'analyzer'}:{ROOT / 'rules'}"},
    )
    assert done.stdout == f"{imported}\n"


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("{}", ["WF501"]),
        ("    # sfn-lint: ignore[WF501] known\n{}", []),
        ("    // sfn-lint: ignore[WF501] known\n{}", []),
        ("    /* sfn-lint: ignore[WF501]\n       known */\n    # as well\n{}", []),
        ("    /* sfn-lint: ignore[pass-role-on-everything] */ {}", []),
        ("    # sfn-lint: ignore[WF502] another\n{}", ["IF007", "WF501"]),
        ("    # sfn-lint: ignore[WF501]\n\n{}", ["IF007", "WF501"]),
    ],
)
def test_comments(folder: Folder, comment: str, found: list[str]) -> None:
    assert WIDE.count(LINE) == 1
    folder.write(WIDE.replace(LINE, comment.format(LINE.strip()) + "\n"))
    assert rules(folder) == found


def test_a_comment_at_the_end_of_a_line(folder: Folder) -> None:
    folder.write(WIDE.replace(LINE, LINE.rstrip() + " # sfn-lint: ignore[WF501] known\n"))
    assert rules(folder) == []
    folder.write(WIDE.replace(LINE, LINE.replace("iam:PassRole", "# sfn-lint: ignore[WF501]")))
    assert "IF007" not in rules(folder)


def test_comments_of_other_files_that_suppress_nothing(folder: Folder) -> None:
    folder.write(WIDE).write("# sfn-lint: ignore[WF999] no rule\n", "other.tf")
    assert rules(folder) == ["IF007", "WF501"]
    assert folder.cut("IF007")[0] == "other.tf"


def test_a_plan_without_its_definition_is_completed(folder: Folder) -> None:
    address = "aws_sfn_state_machine.flow"
    of_type = {"address": address, "mode": "managed", "type": "aws_sfn_state_machine"}
    values = {"role_arn": "arn:aws:iam::123456789012:role/flow"}
    planned = {**of_type, "name": "flow", "values": values}
    unknown = {"address": address, "change": {"after_unknown": {"definition": True}}}
    written = {"address": address, "expressions": {"definition": {"references": ["aws_x.y.arn"]}}}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [planned]}},
        "resource_changes": [unknown],
        "configuration": {"root_module": {"resources": [written]}},
    }
    folder.write(json.dumps(plan), "plan.json")
    assert rules(folder) == ["IF003", "IF004"]
    folder.write(WIDE)
    found = run_text(json.dumps(plan), "plan.json", Options()).findings
    assert {"IF003", "IF004", "WF501"} <= {one.rule for one in found}
    assert [one.place.locate().root.file for one in found if one.rule == "WF501"] == ["main.tf"]


def test_a_role_from_outside(folder: Folder) -> None:
    arn = "arn:aws:iam::123456789012:role/flow"
    statement = {"Effect": "Allow", "Action": "sqs:GetQueueUrl", "Resource": "*"}
    folder.write(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "policy.json")
    text = QUEUE + machine().replace("aws_iam_role.flow.arn", f'"{arn}"')
    assert [one.rule for one in run_text(text, "main.tf", Options()).findings] == ["IF003"]
    known = Options(roles={arn: RoleFiles((Path("policy.json"),))})
    found = run_text(text, "main.tf", known).findings
    assert [one.rule for one in found if one.rule[0] == "E"] == ["EF401"]
