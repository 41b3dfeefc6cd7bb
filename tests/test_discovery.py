"""Search for files; `.gitignore` and the options of the command line are in test_cli.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sfnlint.discovery import discover
from sfnlint.failures import Failure


def found(folder: Path) -> set[str]:
    return {file.path.relative_to(folder).as_posix() for file in discover([folder])}


def test_folders_are_searched_down_to_a_depth(tmp_path: Path) -> None:
    deepest = tmp_path.joinpath(*"f" * 102)
    deepest.mkdir(parents=True)
    for depth in (0, 99, 100, 101, 102):
        tmp_path.joinpath(*"f" * depth, "a.json").write_text("{}")
    assert {name.count("/") for name in found(tmp_path)} == {0, 99, 100}
    failures: list[Failure] = []
    assert len(list(discover([tmp_path], failures=failures))) == 3
    assert [failure.file.count("/f") for failure in failures] == [100]
    failures.clear()
    assert len(list(discover([tmp_path / "f" / "f"], failures=failures))) == 4
    assert failures == []


def test_the_depth_is_counted_from_the_folder_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path.joinpath(*"f" * 60)
    deepest = named.joinpath(*"f" * 60)
    deepest.mkdir(parents=True)
    (deepest / "a.json").write_text("{}")
    assert len(found(named)) == 1
    assert not found(tmp_path)
    monkeypatch.chdir(named)
    assert [len(file.path.parts) for file in discover([Path()])] == [61]


def test_a_folder_with_an_index_is_searched_for_what_it_lists(tmp_path: Path) -> None:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"artifacts": {"A": stack}}))
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.json").write_text("{}")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "c.json").write_text("{}")
    assert found(tmp_path) == {"a.json", "manifest.json"}
    assert {file.path.name for file in discover([manifest])} == {"a.json", "manifest.json"}
    manifest.write_text("{}")
    assert found(tmp_path) == {"a.json", "b.json", "folder/c.json", "manifest.json"}


def test_a_file_is_found_once(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{}")
    assert [one.named for one in discover([file, tmp_path, file])] == [True]
    assert [one.named for one in discover([file], changed=True)] == [False]


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(discover([tmp_path / "gone.json"]))
