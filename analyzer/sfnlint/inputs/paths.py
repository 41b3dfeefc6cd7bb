"""Paths in templates and configurations, and the files that may be read for them."""

from __future__ import annotations

import os
from pathlib import Path

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import shortened
from sfnlint.source.paths import differing_case, is_inside, reading_root, resolved
from sfnlint.symbol import MARKER

_URL = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]+:")


def local_path(folder: Path, name: str, root: Path | None = None) -> Path | None:
    """The path, without links, that `name` means in a file of this folder; None if not allowed.

    A file may be read when it is below the repository's root; without a repository, below the
    working directory, or else below `root`.

    Args:
        folder: the folder of the file that names the other one.
        name: the name as it is written there.
        root: the outermost folder, if it is not `folder`.

    """
    try:
        path = resolved(os.path.join(folder, name))
        allowed = reading_root(resolved(str(folder)), None if root is None else str(root))
        return Path(path) if is_inside(path, allowed) else None
    except (OSError, RuntimeError, ValueError):
        # A loop of links, or a name that no file can have.
        return None


def is_local_path(string: str) -> bool:
    """Whether a string can be the path of a file: it is no URL, and no part of it is unknown."""
    return bool(string) and not _URL.match(string) and not MARKER.search(string)


def missing_file(path: Path, folder: Path) -> str:
    """Return what a message says about a missing file, after its name.

    Args:
        path: the file, without links.
        folder: the folder of the file that names it.

    """
    similar = differing_case(str(path))
    if similar is None:
        return "does not exist"
    shown = os.path.relpath(similar, resolved(str(folder))).replace(os.sep, "/")
    return f"does not exist, but '{shortened(shown)}' differs only in letter case"
