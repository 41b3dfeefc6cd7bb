"""The format `concise`: a line for each finding."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.report.colours import paint
from sfnlint.report.escaping import escape_controls, escape_file_name
from sfnlint.report.permissions import unknown_lines
from sfnlint.report.positions import Position
from sfnlint.report.report import Report


def lines(report: Report) -> Iterator[str]:
    """Yield a line for each finding: `file:line:column: ID message`."""
    for start, finding in report.findings:
        yield concise_line(start, finding, report.coloured)
    if report.show_unknown:
        yield from unknown_lines(report.machines)


def concise_line(start: Position, finding: Finding, coloured: bool = False) -> str:
    """Return the line of a finding: `file:line:column: ID message`."""
    file, message = escape_file_name(start.file), escape_controls(finding.message)
    rule = paint(finding.rule, finding.severity, coloured)
    return f"{file}:{start.line}:{start.column}: {rule} {message}"
