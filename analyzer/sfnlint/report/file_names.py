"""File names in reports, relative to a folder."""

from __future__ import annotations

import os
from pathlib import Path


def relative_or_absolute(file: str, folder: Path) -> str:
    """Return a file's path relative to a folder if it is inside it, else its absolute path."""
    path, base = Path(os.path.abspath(file)), Path(os.path.abspath(folder))
    if not path.is_relative_to(base):
        # The folder may be named by a symbolic link, while the working directory has no links.
        real, base = Path(os.path.realpath(file)), Path(os.path.realpath(folder))
        path = real if real.is_relative_to(base) else path
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def relative_path(file: str, folder: Path) -> str:
    """Return a file's path relative to a folder, with `..` if it is outside.

    The result does not depend on where the repository is checked out.
    """
    return Path(os.path.relpath(file, folder)).as_posix()
