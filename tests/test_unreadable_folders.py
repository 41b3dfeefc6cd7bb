"""Folders that the system refuses to list are reported."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sfnlint.cli import main


def test_a_folder_that_cannot_be_read_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "a.asl.json").write_text(
        '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "."]) == 0
    scandir = os.scandir

    def refused(path: str) -> object:
        if os.path.basename(path) == "locked":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert main(["check", "."]) == 2
    assert "locked" in (errors := capsys.readouterr().err)
    assert "the folder cannot be read: Permission denied" in errors
