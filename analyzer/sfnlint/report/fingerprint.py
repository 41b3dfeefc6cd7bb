"""Fingerprints of findings: they stay the same from run to run while lines move.

A baseline and SARIF's `partialFingerprints` are made of them.
"""

from __future__ import annotations

from pathlib import Path

from sfnlint.finding import Finding
from sfnlint.report.file_names import relative_path
from sfnlint.report.positions import Position

FIELDS = ("rule", "file", "path", "state", "actions", "resources")

Fingerprint = tuple[str, str, str, str | None, tuple[str, ...], tuple[str, ...]]
"""The values of `FIELDS`."""


def fingerprint(position: Position, finding: Finding, folder: Path) -> Fingerprint:
    """Return the fingerprint of a finding.

    The message is not part of it, because its wording may change; neither are positions in lists,
    because a statement may be inserted before another. Nor is the machine: several machines may
    use a policy.

    Args:
        position: the finding's position.
        finding: the finding.
        folder: the folder to which the file name is made relative.

    """
    steps = position.pointer.split("/")
    return (
        finding.rule,
        relative_path(position.file, folder),
        "/".join("*" if step.isdecimal() else step for step in steps),
        finding.state,
        finding.actions,
        finding.resources,
    )
