"""Finds the files to check."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.failures import Failure
from sfnlint.inputs.registry import ENDINGS, listed
from sfnlint.options import InputFile
from sfnlint.source.paths import repository

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    _Patterns = tuple[Path, GitIgnoreSpec]

_MAX_LINES = 10_000
"""The number of lines of a .gitignore that are read."""
_MAX_STARS = 3
"""The number of `*` in one segment of a pattern."""
_MAX_WILDCARDS = 4
"""The number of `*` in the segment with the most of them, plus the number of `**`."""
_MAX_DEPTH = 100
"""The number of nested folders that are searched. Each folder in a path multiplies the number of
ways to match a `**`."""
_SKIPPED = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".terraform", ".tox"})


def discover(
    paths: Iterable[Path],
    excluded: Sequence[str] = (),
    base: Path | None = None,
    *,
    changed: bool = False,
    failures: list[Failure] | None = None,
) -> Iterator[InputFile]:
    """Yield the named files, and the files below the named folders that may be of a known format.

    `.gitignore` files are respected, and links are not followed. A file or folder that is named
    is searched even if a pattern ignores it. In a folder with an index, such as a cloud assembly of
    the CDK, only the listed files and folders are searched.

    Args:
        paths: files and folders.
        excluded: patterns, in the syntax of `.gitignore`, for files and folders to skip.
        base: the folder that these patterns are relative to.
        changed: whether a program passes the files, such as pre-commit: each is treated as if it
            were found in a folder.
        failures: receives the folders that cannot be read, or are nested too deep to be searched.

    Raises:
        FileNotFoundError: a path does not exist.

    """
    configured: list[_Patterns] = []
    if excluded and base is not None:
        from pathspec import GitIgnoreSpec

        configured = [(base.absolute(), GitIgnoreSpec.from_lines(excluded))]
    failures = [] if failures is None else failures
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        if listed(path.parent, [path.name]) is not None:
            path = path.parent
        for file in _search(path, configured, failures) if path.is_dir() else [path]:
            if changed and file is path and _is_excluded(path, configured):
                continue
            if file.absolute() not in seen:
                seen.add(file.absolute())
                yield InputFile(file, display_path(file), file is path and not changed)


def repository_root(start: Path) -> Path:
    """Return the nearest parent folder that contains `.git`; the folder itself if none does."""
    start = start.absolute()
    return Path(repository(str(start)) or start)


def display_path(path: Path) -> str:
    """Return a path as the user would write it: relative if it is below the current folder."""
    absolute, here = path.absolute(), Path.cwd()
    if path.is_absolute() and absolute.is_relative_to(here):
        path = absolute.relative_to(here)
    return path.as_posix()


def _search(folder: Path, excluded: list[_Patterns], failures: list[Failure]) -> Iterator[Path]:
    ignored = [pair for pair in _ignored_above(folder) if not _is_ignored(folder, [pair], "/")]
    excluded = [pair for pair in excluded if not _is_excluded(folder, [pair], "/")]

    def unreadable(error: OSError) -> None:
        reason = f"the folder cannot be read: {error.strerror or error}"
        failures.append(Failure(display_path(Path(str(error.filename or folder))), reason))

    for base, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(base)
        ignored = [pair for pair in ignored if here.absolute().is_relative_to(pair[0])]
        if ".gitignore" in files and (spec := _read_ignored(here)):
            ignored.append((here.absolute(), spec))
        names = listed(here, files)
        if names is not None:
            folders[:] = [name for name in folders if name in names]
            files = [name for name in files if name in names]
        patterns = [
            *ignored,
            *(pair for pair in excluded if here.absolute().is_relative_to(pair[0])),
        ]
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED and not _is_ignored(here / name, patterns, "/")
        )
        if folders and len(here.parts) - len(folder.parts) >= _MAX_DEPTH:
            reason = f"folders are nested more than {_MAX_DEPTH} levels deep"
            failures.append(Failure(display_path(here), reason))
            folders.clear()
        for name in sorted(files):
            path = here / name
            if (
                name.lower().endswith(ENDINGS)
                and not path.is_symlink()
                and not _is_ignored(path, patterns, "")
            ):
                yield path


def _ignored_above(folder: Path) -> Iterator[_Patterns]:
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
        return GitIgnoreSpec.from_lines(filter(has_few_wildcards, lines[:_MAX_LINES]))
    except (OSError, ValueError, re.error):
        # Git cannot read this file either, so it ignores nothing.
        return None


def has_few_wildcards(pattern: str) -> bool:
    """Whether a pattern can be matched fast: each `*` multiplies the work by a name's length.

    Other lines of a .gitignore are skipped, so they ignore nothing.
    """
    segments = pattern.split("/")
    stars = max(0 if segment == "**" else segment.count("*") for segment in segments)
    return stars <= _MAX_STARS and stars + segments.count("**") <= _MAX_WILDCARDS


def _is_excluded(path: Path, excluded: list[_Patterns], end: str = "") -> bool:
    """Whether a search skips a file, or one of the folders that it is in."""
    absolute = Path(os.path.normpath(path.absolute()))
    return any(
        absolute.is_relative_to(base)
        and spec.match_file(absolute.relative_to(base).as_posix() + end)
        for base, spec in excluded
    )


def _is_ignored(path: Path, ignored: list[_Patterns], end: str) -> bool:
    absolute = path.absolute()
    verdict = False
    for base, spec in ignored:
        result = spec.check_file(absolute.relative_to(base).as_posix() + end)
        verdict = verdict if result.include is None else result.include
    return verdict
