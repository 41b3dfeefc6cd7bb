"""Every case in testdata/ prints exactly its expected output.

A case is a file `testdata/<RULE>/<case>.<ext>`, or a folder `testdata/<RULE>/<case>/` with files
`definition.*`, `*policy*.json`, `trust.json` and `type` (the type of the state machine). The file
`<case>.expected` contains the output of `check --format concise --severity info`. The files in
testdata/clean/ print nothing.

All rules run on every case, except those that would report nearly each case: see `conftest.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sfnlint.cli import main
from sfnlint.rule import all_rules

TESTDATA = Path(__file__).parent.parent / "testdata"
CASES = sorted(
    path
    for folder in TESTDATA.iterdir()
    if folder.is_dir()
    for path in folder.iterdir()
    if path.suffix != ".expected"
)


def output(case: Path, capsys: pytest.CaptureFixture[str]) -> str:
    arguments = ["check", "--format", "concise", "--severity", "info"]
    if case.is_dir():
        for file in sorted(case.iterdir()):
            if "policy" in file.name:
                arguments += ["--policy", file.name]
            elif file.stem == "trust":
                arguments += ["--trust", file.name]
            elif file.name == "type":
                arguments += ["--type", file.read_text().strip()]
        folder = case
        arguments += sorted(file.name for file in case.iterdir() if file.stem == "definition")
    else:
        folder = case.parent
        arguments.append(case.name)
    before = Path.cwd()
    os.chdir(folder)
    try:
        main(arguments)
    finally:
        os.chdir(before)
    return capsys.readouterr().out


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_case(case: Path, update: bool, capsys: pytest.CaptureFixture[str]) -> None:
    printed = output(case, capsys)
    if case.parent.name == "clean":
        assert printed == ""
        return
    expected = case.parent / (case.name.partition(".")[0] + ".expected")
    if update:
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert f" {case.parent.name} " in printed, "the case does not report its rule"


def test_every_rule_has_cases_and_every_folder_a_rule() -> None:
    folders = {folder.name for folder in TESTDATA.iterdir() if folder.is_dir()}
    assert folders == {*all_rules(), "clean"}


def test_every_expectation_has_a_case() -> None:
    expected = {path.with_suffix("") for path in TESTDATA.glob("*/*.expected")}
    cases = {path.parent / path.name.partition(".")[0] for path in CASES}
    assert expected <= cases
