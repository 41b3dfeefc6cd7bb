"""File paths: resolved links, and the root folder below which files may be read.

Results are cached for a run, because most files of a run are in a few folders.
"""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path


def clear_path_caches() -> None:
    """Clear the caches: between two runs, folders and repositories may have moved."""
    resolved.cache_clear()
    reading_root.cache_clear()


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
