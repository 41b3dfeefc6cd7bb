"""Resolved paths: the same as the operating system resolves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sfnlint.source.paths import clear_path_caches, is_inside, reading_root, resolved

NAMES = ["file", "real", "link", "up", "missing", "."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Create links to a file, to a sibling folder and to the parent folder."""
    clear_path_caches()
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "real" / "file").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "link").symlink_to("file")
    (tmp_path / "real" / "up").symlink_to("..")
    (tmp_path / "real" / "inner" / "up").symlink_to(Path("..") / "up" / "link")
    return tmp_path


@pytest.mark.parametrize("first", NAMES)
@pytest.mark.parametrize("second", [*NAMES, "inner", ".."])
@pytest.mark.parametrize("third", [*NAMES, "", ".."])
def test_paths_are_those_of_the_system(folder: Path, first: str, second: str, third: str) -> None:
    path = os.path.join(folder, first, second, third)
    assert resolved(path) == os.path.realpath(path)
    assert resolved(path) == os.path.realpath(path)


def test_a_path_from_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert resolved("link/file") == os.path.realpath("real/file")
    assert resolved("") == os.path.realpath("")


@pytest.mark.parametrize("name", ["a\0b", "\udcff\ud800"])
def test_invalid_file_names(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"null|surrogate"):
        resolved(str(folder / name))


def test_moved_files_are_resolved_again_in_another_run(folder: Path) -> None:
    link, real = folder / "link", folder / "real"
    assert resolved(str(link / "file")) == os.path.realpath(real / "file")
    assert reading_root(str(real), "alone") == "alone"
    link.unlink()
    link.symlink_to(Path("real") / "inner")
    (real / ".git").mkdir()
    clear_path_caches()
    assert resolved(str(link / "file")) == os.path.realpath(real / "inner" / "file")
    assert reading_root(str(real / "inner"), "alone") == str(real)


@pytest.mark.parametrize(
    ("path", "inside"),
    [("/a/b", True), ("/a/b/c", True), ("/a/bc", False), ("/a", False), ("/", False)],
)
def test_is_inside(path: str, inside: bool) -> None:
    assert is_inside(path, "/a/b") is inside
    assert is_inside(path, "/")
