"""What a finding is known by from one run to the next."""

from __future__ import annotations

from pathlib import Path

from sfnlint.finding import Finding
from sfnlint.report import Spot, relative

FIELDS = ("rule", "file", "path", "machine", "state", "actions", "resources")

Identity = tuple[str, str, str, str | None, str | None, tuple[str, ...], tuple[str, ...]]
"""The values of `FIELDS`."""


def identity(where: Spot, finding: Finding, folder: Path) -> Identity:
    """What a finding is known by, though lines move.

    Its message is not part of it, which may be worded better one day, and neither are positions
    in lists: a statement may be put before another one.

    Args:
        where: where it is.
        finding: the finding.
        folder: the folder to which the file's name is made relative.

    """
    steps = where.pointer.split("/")
    return (
        finding.rule,
        relative(where.file, folder),
        "/".join("*" if step.isdecimal() else step for step in steps),
        finding.machine,
        finding.state,
        finding.actions,
        finding.resources,
    )
