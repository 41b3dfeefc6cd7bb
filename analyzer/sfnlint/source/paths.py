"""Where files really are, and the folder below which others may be read for them.

What is found out about a folder is kept for a run: most files of a run lie in a few.
"""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path


def clear_path_caches() -> None:
    """Find out everything anew: between two runs, folders and repositories may have moved."""
    resolved.cache_clear()
    reading_root.cache_clear()


@lru_cache(maxsize=4096)
def resolved(path: str) -> str:
    """A path without links; nothing has to be there.

    Raises:
        OSError, RuntimeError, ValueError: a circle of links, or no name that a file can have.

    """
    folder, name = os.path.split(path)
    # On Windows, junctions and short names lead elsewhere as well.
    if name in ("", os.curdir, os.pardir) or os.name == "nt":
        return os.path.realpath(path)
    whole = os.path.join(resolved(folder), name)
    try:
        is_link = stat.S_ISLNK(os.lstat(whole).st_mode)
    except OSError:
        return whole
    return str(Path(whole).resolve()) if is_link else whole


def resolve_links(path: Path) -> Path:
    """A path without links; as it is where that cannot be found out."""
    try:
        return Path(resolved(str(path)))
    except (OSError, RuntimeError, ValueError):
        return path


def repository(folder: str) -> str | None:
    """The nearest folder upwards that holds `.git`; None where there is none."""
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return None
    return folder


@lru_cache(maxsize=1024)
def reading_root(folder: str, alone: str | None = None) -> str:
    """The folder below which other files may be read for a file in this one.

    The repository's root; without a repository the working directory, or else the folder itself.

    Args:
        folder: a folder, without links.
        alone: what it is then, if not the folder itself.

    """
    if root := repository(folder):
        return root
    here = resolved(os.getcwd())
    return here if is_inside(folder, here) else alone or folder


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is that of a folder, or of something in it; both without links."""
    path, folder = (os.path.join(os.path.normcase(one), "") for one in (path, folder))
    return path.startswith(folder)
