"""scripts/same_findings.py sees every difference between findings, except that of words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import same_findings

ROOT = Path(__file__).parent.parent
FINDING: dict[str, Any] = {
    "rule": "WF201",
    "name": "unreachable-state",
    "severity": "warning",
    "message": "state 'Report' is unreachable",
    "file": "flow.asl.json",
    "line": 5,
    "column": 5,
    "end_line": 5,
    "end_column": 13,
    "machine": None,
    "state": "Report",
    "fix": None,
}
OTHER_WORDS = {"name": "new", "severity": "info", "message": "new", "fix": "new", "added": 1}
OTHER_RULE = {"rule": "EF410", "machine": "Flow"}


def compare(folder: Path, before: list[Any], after: list[Any], *options: str) -> int:
    for name, found in (("before.json", before), ("after.json", after)):
        report = {"version": 1, "findings": found, "machines": []}
        (folder / name).write_text(json.dumps(report), encoding="utf-8")
    return same_findings.main([str(folder / "before.json"), str(folder / "after.json"), *options])


def test_order_and_words_do_not_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = [FINDING, FINDING | OTHER_RULE]
    after = [FINDING | OTHER_RULE | OTHER_WORDS, FINDING | OTHER_WORDS]
    assert compare(tmp_path, before, after) == 0
    assert capsys.readouterr().out == "2 findings before, 2 after\n"


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "WF202"},
        {"file": "other.asl.json"},
        {"line": 4},
        {"column": 4},
        {"end_line": 6},
        {"end_column": 14},
        {"machine": "Flow"},
        {"state": None},
        {"state": "null"},
    ],
    ids=str,
)
def test_every_identifying_field_matters(change: dict[str, Any], tmp_path: Path) -> None:
    assert compare(tmp_path, [FINDING], [FINDING | change]) == 1
    assert compare(tmp_path, [FINDING | change], [FINDING | change]) == 0


def test_differences_are_grouped_by_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = FINDING | {"line": 15, "end_line": 15}
    assert compare(tmp_path, [FINDING, FINDING, FINDING | OTHER_RULE], [FINDING, moved]) == 1
    assert capsys.readouterr().out == (
        "EF410: 1 gone, 0 new\n"
        '  - flow.asl.json:5:5-5:13 machine "Flow" state "Report"\n'
        "WF201: 1 gone, 1 new\n"
        '  - flow.asl.json:5:5-5:13 state "Report" (2 before, 1 after)\n'
        '  + flow.asl.json:15:5-15:13 state "Report"\n'
        "3 findings before, 2 after\n"
    )


def test_a_rule_may_be_allowed_to_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [FINDING, FINDING | OTHER_RULE]
    assert compare(tmp_path, both, [FINDING], "--allow", "EF410") == 0
    assert "EF410: 1 gone, 0 new (allowed)\n" in capsys.readouterr().out
    assert compare(tmp_path, both, [], "--allow", "EF410") == 1
    assert compare(tmp_path, both, [], "--allow", "EF410", "--allow", "WF201") == 0


def test_a_file_name_that_cannot_be_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, [FINDING | {"file": "\udcff.json"}], []) == 1
    assert r"- \udcff.json:5:5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "cannot read"),
        ("[]", "not a JSON report"),
        ('{"version": 1, "findings": [{}]}', "not a JSON report"),
        ('{"version": 2, "findings": []}', "unsupported report version 2"),
    ],
)
def test_what_is_no_report(
    text: str, error: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.json").write_text(text)
    assert same_findings.main([str(tmp_path / "report.json")] * 2) == 2
    assert error in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["a.json"], ["--run", "a", "b"], ["a", "b", "c"]])
def test_the_number_of_paths(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        same_findings.main(arguments)
    assert stopped.value.code == 2


def checkout(folder: Path, code: str) -> str:
    """Write a checkout whose sfn-lint is a few lines of code."""
    for package in ("analyzer/sfnlint", "rules/sfnlint_rules"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").touch()
    (folder / "analyzer" / "sfnlint" / "__main__.py").write_text(code, encoding="utf-8")
    return str(folder)


def test_each_checkout_runs_its_own_code(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    example = tmp_path / "example"
    shutil.copytree(ROOT / "docs" / "example", example)
    # Python would import this module if the folder were on its path.
    (example / "json.py").write_text("raise SystemExit('imported')")
    silent = checkout(tmp_path / "new", 'print(\'{"version": 1, "findings": []}\')')
    assert same_findings.main(["--run", str(ROOT), str(ROOT), str(example)]) == 0
    assert same_findings.main(["--run", str(ROOT), silent, str(example)]) == 1
    assert "EF218: 1 gone, 0 new\n  - training.asl.json:17:" in capfd.readouterr().out


def test_a_run_that_fails_is_no_empty_report(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    failing = checkout(tmp_path / "failing", "raise SystemExit(2)")
    mute = checkout(tmp_path / "mute", "")
    for one, error in (
        (failing, "failed with status 2"),
        (mute, "printed no JSON"),
        (str(tmp_path), "is not a checkout: no analyzer/sfnlint"),
    ):
        assert same_findings.main(["--run", one, one, str(tmp_path)]) == 2
        assert error in capfd.readouterr().err
    assert same_findings.main(["--run", mute, mute, str(tmp_path / "nowhere")]) == 2
