"""What a finding is known by from one run to the next."""

from __future__ import annotations

import os
from pathlib import Path

from sfnlint.finding import Finding
from sfnlint.report import Spot

FIELDS = ("rule", "file", "path", "state", "actions", "resources")

Identity = tuple[str, str, str, str | None, tuple[str, ...], tuple[str, ...]]
"""The values of `FIELDS`."""


def identity(where: Spot, finding: Finding, folder: Path) -> Identity:
    """What a finding is known by, though lines move.

    Its message is not part of it, which may be worded better one day, and neither are positions
    in lists: a statement may be put before another one. Neither is the machine: where a path does
    not begin with it, several machines may use what stands there.

    Args:
        where: where it is.
        finding: the finding.
        folder: the folder to which the file's name is made relative.

    """
    steps = where.pointer.split("/")
    return (
        finding.rule,
        name_from(folder, where.file),
        "/".join("*" if step.isdecimal() else step for step in steps),
        finding.state,
        finding.actions,
        finding.resources,
    )


def name_from(folder: Path, file: str) -> str:
    """A file's name as seen from a folder: the same wherever the repository lies."""
    return Path(os.path.relpath(file, folder)).as_posix()
