"""Which files to look at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.inputs.registry import ENDINGS, listed
from sfnlint.options import InputFile
from sfnlint.source.paths import repository

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MOST_LINES = 10_000
"""Lines of a .gitignore that are looked at."""
_MOST_STARS = 3
_MOST_STARS_IN_ALL = 4
"""`*` in one segment of a pattern, and those together with the `**` in it."""
_DEEPEST = 100
"""Folders below each other that are searched: nobody's files lie deeper, and by them each `**`
multiplies the ways to compare a pattern."""
_SKIPPED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".terraform", ".tox"})


def discover(
    paths: Iterable[Path],
    excluded: Sequence[str] = (),
    base: Path | None = None,
    *,
    changed: bool = False,
) -> Iterator[InputFile]:
    """The files named, and those below the folders named that can hold a machine.

    Folders are searched as git would, `.gitignore` files respected; links are not followed. A file
    or folder that is named is meant, whatever names it besides. Of what the CDK wrote, the files
    that its manifest names are those that count.

    Args:
        paths: files and folders.
        excluded: patterns, as in `.gitignore`, of what a search leaves out.
        base: the folder to which they are relative.
        changed: whether the files are a list that a program gives: each as if it were found.

    Raises:
        FileNotFoundError: a path does not exist.

    """
    more: list[tuple[Path, GitIgnoreSpec]] = []
    if excluded and base is not None:
        from pathspec import GitIgnoreSpec

        more = [(base.absolute(), GitIgnoreSpec.from_lines(excluded))]
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        if listed(path.parent, [path.name]) is not None:
            path = path.parent
        for file in _search(path, more) if path.is_dir() else [path]:
            if changed and file is path and _is_excluded(path, more):
                continue
            if file.absolute() not in seen:
                seen.add(file.absolute())
                yield InputFile(file, shown(file), file is path and not changed)


def repository_root(start: Path) -> Path:
    """The nearest folder upwards that holds `.git`; the folder itself where there is none."""
    start = start.absolute()
    return Path(repository(str(start)) or start)


def shown(path: Path) -> str:
    """A path as the user would write it: relative where it lies below the current folder."""
    absolute, here = path.absolute(), Path.cwd()
    if path.is_absolute() and absolute.is_relative_to(here):
        path = absolute.relative_to(here)
    return path.as_posix()


def _search(folder: Path, excluded: list[tuple[Path, GitIgnoreSpec]]) -> Iterator[Path]:
    ignored = [pair for pair in _ignored_above(folder) if not _is_ignored(folder, [pair], "/")]
    excluded = [pair for pair in excluded if not _is_excluded(folder, [pair], "/")]
    for base, folders, files in os.walk(folder):
        here = Path(base)
        if len(here.parts) - len(folder.parts) >= _DEEPEST:
            folders.clear()
        ignored = [pair for pair in ignored if here.absolute().is_relative_to(pair[0])]
        if ".gitignore" in files and (spec := _read_ignored(here)):
            ignored.append((here.absolute(), spec))
        names = listed(here, files)
        if names is not None:
            folders[:] = [name for name in folders if name in names]
            files = [name for name in files if name in names]
        hidden = [*ignored, *(one for one in excluded if here.absolute().is_relative_to(one[0]))]
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED and not _is_ignored(here / name, hidden, "/")
        )
        for name in sorted(files):
            path = here / name
            if (
                name.lower().endswith(ENDINGS)
                and not path.is_symlink()
                and not _is_ignored(path, hidden, "")
            ):
                yield path


def _ignored_above(folder: Path) -> Iterator[tuple[Path, GitIgnoreSpec]]:
    root = repository_root(folder)
    for parent in reversed(folder.absolute().parents):
        if parent.is_relative_to(root) and (spec := _read_ignored(parent)):
            yield parent, spec


def _read_ignored(folder: Path) -> GitIgnoreSpec | None:
    file = folder / ".gitignore"
    if not file.is_file():
        return None
    from pathspec import GitIgnoreSpec

    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        return GitIgnoreSpec.from_lines(filter(is_quick, lines[:_MOST_LINES]))
    except (OSError, ValueError):
        # What git could not read either hides nothing.
        return None


def is_quick(pattern: str) -> bool:
    """Whether a pattern can be compared soon: each `*` multiplies the ways by a name's length.

    A line of a .gitignore that is left out hides nothing.
    """
    segments = pattern.split("/")
    most = max(0 if segment == "**" else segment.count("*") for segment in segments)
    return most <= _MOST_STARS and most + segments.count("**") <= _MOST_STARS_IN_ALL


def _is_excluded(path: Path, excluded: list[tuple[Path, GitIgnoreSpec]], end: str = "") -> bool:
    """Whether a search would leave out a file, or a folder in which it lies."""
    absolute = Path(os.path.normpath(path.absolute()))
    return any(
        absolute.is_relative_to(base)
        and spec.match_file(absolute.relative_to(base).as_posix() + end)
        for base, spec in excluded
    )


def _is_ignored(path: Path, ignored: list[tuple[Path, GitIgnoreSpec]], end: str) -> bool:
    absolute = path.absolute()
    verdict = False
    for base, spec in ignored:
        result = spec.check_file(absolute.relative_to(base).as_posix() + end)
        verdict = verdict if result.include is None else result.include
    return verdict
