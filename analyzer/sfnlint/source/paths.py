"""File paths: resolved links, and the root folder below which files may be read.

Results are cached for a run, because most files of a run are in a few folders.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_PACKAGES = frozenset({"node_modules", "venv", "__pycache__"})
_MOST_FILES = 100_000


def clear_path_caches() -> None:
    """Clear the caches: between two runs, folders and repositories may have moved."""
    resolved.cache_clear()
    reading_root.cache_clear()
    repository_files.cache_clear()


@lru_cache(maxsize=4096)
def resolved(path: str) -> str:
    """Return a path with links resolved; the file need not exist.

    Raises:
        OSError, RuntimeError, ValueError: the links form a loop, or the name is invalid.

    """
    folder, name = os.path.split(path)
    # On Windows, junctions and short names need resolving, too.
    if name in ("", os.curdir, os.pardir) or os.name == "nt":
        return os.path.realpath(path)
    whole = os.path.join(resolved(folder), name)
    try:
        is_link = stat.S_ISLNK(os.lstat(whole).st_mode)
    except OSError:
        return whole
    return str(Path(whole).resolve()) if is_link else whole


def resolve_links(path: Path) -> Path:
    """Return a path with links resolved; unchanged when that fails."""
    try:
        return Path(resolved(str(path)))
    except (OSError, RuntimeError, ValueError):
        return path


def repository(folder: str) -> str | None:
    """Return the nearest folder at or above `folder` that contains `.git`; None without any."""
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return None
    return folder


@lru_cache(maxsize=1024)
def reading_root(folder: str, alone: str | None = None) -> str:
    """Return the root folder below which files named by a file in `folder` may be read.

    This is the root of the repository; without a repository, the working directory if it contains
    `folder`, or else `alone`, or else `folder` itself.

    Args:
        folder: a folder, with links resolved.
        alone: the root outside of repositories and of the working directory.

    """
    if root := repository(folder):
        return root
    here = resolved(os.getcwd())
    return here if is_inside(folder, here) else alone or folder


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it; links of both are resolved."""
    path, folder = (os.path.join(os.path.normcase(one), "") for one in (path, folder))
    return path.startswith(folder)


@lru_cache(maxsize=4)
def repository_files(root: str) -> Mapping[str, list[str]]:
    """Return the files below a folder by their names in lower case, each relative to the folder.

    Links, hidden folders and folders of installed packages are skipped, and of a very large folder,
    all that comes later.
    """
    files: dict[str, list[str]] = {}
    left = _MOST_FILES
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in _PACKAGES)
        left -= len(names) + len(folders)
        if left < 0:
            break
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if relative == "." else f"{relative}/"
        for name in sorted(names):
            if not os.path.islink(os.path.join(folder, name)):
                files.setdefault(name.casefold(), []).append(prefix + name)
    return files


def differing_case(path: str) -> str | None:
    """Return the existing path that differs from a missing one only in letter case."""
    folder, name = os.path.split(path)
    if not name:
        return None
    parent = folder if os.path.isdir(folder) else differing_case(folder)
    if parent is None:
        return None
    try:
        names = [entry for entry in os.listdir(parent) if entry.casefold() == name.casefold()]
    except OSError:
        return None
    return os.path.join(parent, names[0]) if len(names) == 1 else None
