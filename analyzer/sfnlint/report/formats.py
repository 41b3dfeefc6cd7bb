"""The registry of output formats: `sfn-lint check --format`.

To add a format, write its module and add a line to `FORMATS`. The command line, the completion
scripts and the tests read the registry: `make check` fails while docs/output.md has no section for
a format, or tests/test_reports.py no golden test.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from sfnlint.named_tuple import NamedTuple

if TYPE_CHECKING:
    # The command line reads the registry at its start, which imports nothing else of a report.
    from sfnlint.report.report import Report


class Format(NamedTuple):
    """An output format.

    Attributes:
        name: the value of `--format`.
        summary: a phrase for the help.
        module: the module in this package whose function `lines` writes it.
        for_people: whether people read it, so that `--statistics` may be appended; the formats
            for programs have a syntax of their own.
        explains_unknown: whether it has the permissions of machines without a role, too.
        has_diagrams: whether it needs the machines themselves (`Report.subjects`).
        has_fixes: whether it has the edits that fix findings (`Report.edits`).

    """

    name: str
    summary: str
    module: str
    for_people: bool = False
    explains_unknown: bool = False
    has_diagrams: bool = False
    has_fixes: bool = False

    def lines(self, report: Report) -> Iterable[str]:
        """Return the lines of a report; only the module of this format is imported."""
        lines: Iterable[str] = import_module(f"sfnlint.report.{self.module}").lines(report)
        return lines


FORMATS = {
    entry.name: entry
    for entry in (
        Format("full", "excerpts, notes and fixes", "full", for_people=True),
        Format("concise", "one line for each finding", "concise", for_people=True),
        Format(
            "json",
            "all data, for programs",
            "json_report",
            explains_unknown=True,
            has_fixes=True,
        ),
        Format("github", "annotations of GitHub Actions", "github"),
        Format(
            "sarif",
            "SARIF 2.1.0 for code scanning",
            "sarif",
            explains_unknown=True,
            has_fixes=True,
        ),
        Format("junit", "test results in JUnit's XML", "junit"),
        Format(
            "markdown",
            "tables and diagrams for a job summary",
            "markdown",
            explains_unknown=True,
            has_diagrams=True,
        ),
    )
}
"""Every format by name, in the order of the help."""
