"""Baselines: known findings are not shown, new findings are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sfnlint.cli import main

STATES = {"A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "B"}}


def policy(*actions: str) -> str:
    statements = [{"Effect": "Allow", "Action": action, "Resource": "*"} for action in actions]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1)


ENTRY = (
    '{"version": 1, "findings": [{"rule": "WF201", "file": %s, "path": "", '
    '"state": null, "actions": [], "resources": [], "count": %s}]}'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, STATES)
    (tmp_path / "p.json").write_text(policy("iam:PassRole"))
    assert check("--write-baseline", "known.json") == 0
    return tmp_path


def write(folder: Path, states: dict[str, dict[str, str]], before: str = "") -> None:
    (folder / "a.json").write_text(before + json.dumps({"StartAt": "A", "States": states}))


def check(*arguments: str) -> int:
    return main(["check", "a.json", "--policy", "p.json", "--format", "concise", *arguments])


def test_known_findings_are_not_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 1
    lines = capsys.readouterr().out.splitlines()
    assert check("--baseline", "known.json") == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"sfn-lint: baseline 'known.json': {len(lines)} findings not shown\n"


def test_lines_move(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"New": {"Type": "Pass", "Next": "A"}, **STATES}, before="\n\n\n")
    # Only the new state is reported: it is unreachable.
    assert check("--baseline", "known.json") == 1
    [line] = capsys.readouterr().out.splitlines()
    assert "'New'" in line


def test_statements_move(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "p.json").write_text(policy("logs:CreateLogDelivery", "iam:PassRole"))
    assert check("--baseline", "known.json") == 0


def test_one_more_finding_with_the_same_fingerprint(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    (folder / "p.json").write_text(policy("iam:PassRole", "iam:PassRole"))
    assert check() == 1
    count = len(capsys.readouterr().out.splitlines())
    assert check("--baseline", "known.json") == 1
    printed = capsys.readouterr()
    known = int(printed.err.split()[3])
    assert 0 < len(printed.out.splitlines()) == count - known


def test_obsolete_entries_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"A": {"Type": "Succeed"}})
    capsys.readouterr()
    assert check("--baseline", "known.json") == 0
    assert ", 1 obsolete entry (" in capsys.readouterr().err


def test_entries_of_other_files_and_rules_are_not_obsolete(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.json").write_text((folder / "a.json").read_text())
    everything = ["check", "a.json", "b.json", "--policy", "p.json"]
    assert main([*everything, "--write-baseline", "known.json"]) == 0
    write(folder, {"A": {"Type": "Succeed"}})
    capsys.readouterr()
    # Another file, another rule.
    assert main(["check", "b.json", "--policy", "p.json", "--baseline", "known.json"]) == 0
    assert "obsolete" not in capsys.readouterr().err
    assert main([*everything, "--baseline", "known.json", "--severity", "error"]) == 0
    assert "obsolete" not in capsys.readouterr().err
    assert main([*everything, "--baseline", "known.json"]) == 0
    assert ", 1 obsolete entry (" in capsys.readouterr().err
    # A file that no longer exists has no findings.
    (folder / "a.json").unlink()
    assert main(["check", "b.json", "--policy", "p.json", "--baseline", "known.json"]) == 0
    assert ", 1 obsolete entry (" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a\\u0000", "a" * 5000, "/"])
def test_invalid_file_names(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (folder / "known.json").write_text(ENTRY % (f'"{name}"', 1))
    assert check("--baseline", "known.json") == 1


def test_from_another_folder(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    arguments = ["check", "../a.json", "--policy", str(folder / "p.json")]
    assert main([*arguments, "--baseline", "../known.json"]) == 0


def test_another_machine_with_the_definition(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, STATES)
    machine = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {"DefinitionUri": "a.json", "Role": "arn:aws:iam::123456789012:role/flow"},
    }
    for names, option in ((["One", "Two"], "--write-baseline"), (["Two"], "--baseline")):
        (tmp_path / "t.json").write_text(json.dumps({"Resources": dict.fromkeys(names, machine)}))
        assert main(["check", "t.json", option, "known.json"]) == 0
    assert "baseline 'known.json': 1 finding not shown\n" in capsys.readouterr().err


def test_from_another_checkout(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    (folder / "ci").mkdir()
    assert check("--write-baseline", "ci/known.json") == 0
    assert str(folder) not in (folder / "ci" / "known.json").read_text()
    moved = tmp_path_factory.mktemp("other") / "place"
    shutil.copytree(folder, moved)
    monkeypatch.chdir(moved)
    assert check("--baseline", "ci/known.json") == 0


def test_the_file_is_reproducible_with_one_line_for_each_finding(folder: Path) -> None:
    first = (folder / "known.json").read_text()
    assert check("--write-baseline", "known.json") == 0
    assert (folder / "known.json").read_text() == first
    assert len(first.splitlines()) == len(json.loads(first)["findings"]) + 2
    assert sorted(file.name for file in folder.iterdir()) == ["a.json", "known.json", "p.json"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "baseline 'known.json' is not valid JSON (line 1); write it again",
        ),
        ("[]", "'known.json' is not a baseline file; write it again with --write-baseline"),
        (
            '{"version": 1}',
            "'known.json' is not a baseline file; write it again with --write-baseline",
        ),
        ('{"version": 1, "findings": [{"rule": 1}]}', "'known.json' is not a baseline file"),
        (ENTRY % ('"a.json"', "1e400"), "'known.json' is not a baseline file"),
        (ENTRY % ("1", "1"), "'known.json' is not a baseline file"),
        (
            '{"version": 9, "findings": []}',
            "baseline 'known.json' has version 9, not 1; write it again",
        ),
        ('{"version": 1, "findings": [[]]}', "'known.json' is not a baseline file"),
        ("[" * 100_000, "baseline 'known.json' is not valid JSON"),
        (None, "cannot read baseline 'known.json': No such file or directory"),
    ],
)
def test_not_a_baseline_file(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str | None, message: str
) -> None:
    capsys.readouterr()
    (folder / "known.json").unlink() if text is None else (folder / "known.json").write_text(text)
    assert check("--baseline", "known.json") == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_file_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("--write-baseline", "no/where.json") == 2
    assert check("--write-baseline", "x.json", "--baseline", "x.json") == 2
