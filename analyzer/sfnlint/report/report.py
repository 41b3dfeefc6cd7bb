"""The content of a report, for every output format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sfnlint.edit import Edit
from sfnlint.failures import Failure
from sfnlint.finding import Finding
from sfnlint.named_tuple import NamedTuple
from sfnlint.report.positions import PositionedFinding
from sfnlint.result import MachineSummary
from sfnlint.rule import Rule
from sfnlint.subject import Subject


class Report(NamedTuple):
    """The content of a report.

    Attributes:
        findings: the findings with their positions, in order.
        machines: the machines that were checked.
        rules: every rule by identifier.
        root: the root of the repository: the formats for programs write file names relative to it.
        subjects: for each of `machines`, the machine itself; empty unless the format draws it.
        failures: what could not be checked.
        show_unknown: whether to tell why permissions are unknown.
        coloured: whether the formats for people use colours.
        columns: the width of the formats for people.
        edits: returns the edits that fix a finding; none if it has no fix.

    """

    findings: Sequence[PositionedFinding]
    machines: Sequence[MachineSummary]
    rules: Mapping[str, Rule]
    root: Path
    subjects: Sequence[Subject] = ()
    failures: Sequence[Failure] = ()
    show_unknown: bool = False
    coloured: bool = False
    columns: int = 120
    edits: Callable[[Finding], Sequence[Edit]] = lambda _finding: ()


def own_notes(finding: Finding) -> list[str]:
    """Return the notes at the finding's own place: they complete its message.

    The formats that show no other notes show these.
    """
    return [note.message for note in finding.notes if note.place == finding.place]
