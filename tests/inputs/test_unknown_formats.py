"""Files of unknown formats that contain definitions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sfnlint.discovery import discover
from sfnlint.engine import run
from sfnlint.inputs import unreadable
from sfnlint.options import Options

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


def reported(folder: Path) -> list[str]:
    result = run(list(discover([folder])), Options())
    return [finding.message for finding in result.findings if finding.rule == "IF004"]


def test_each_file_is_reported_once(tmp_path: Path) -> None:
    nested = {"DefinitionBody": DEFINITION}
    for name, data in {"a": [nested, nested], "b": {"x": json.dumps(DEFINITION)}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    assert sorted(reported(tmp_path)) == [
        "a file of an unknown format contains 2 definitions, so they were not checked",
        "a file of an unknown format contains a definition, so it was not checked",
    ]


def test_what_only_has_the_words_is_silent(tmp_path: Path) -> None:
    data = {"StartAt": "A", "States": ["A"], "text": '{"StartAt": "A"}', "more": '"States"'}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    assert reported(tmp_path) == []


def test_file_that_a_configuration_names_is_silent(tmp_path: Path) -> None:
    (tmp_path / "flows.json").write_text(json.dumps({"a": DEFINITION}), encoding="utf-8")
    assert reported(tmp_path) != []
    (tmp_path / "main.tf").write_text(
        'resource "aws_sfn_state_machine" "a" {\n'
        '  definition = jsonencode(jsondecode(file("flows.json")).a)\n'
        "}\n",
        encoding="utf-8",
    )
    assert reported(tmp_path) == []


def test_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"before": [1] * 20, "flow": DEFINITION}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.setattr(unreadable, "_MAX_VALUES", 20)
    assert reported(tmp_path) == []
    monkeypatch.setattr(unreadable, "_MAX_VALUES", 30)
    assert reported(tmp_path) != []
