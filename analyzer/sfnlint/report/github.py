"""GitHub Actions output: annotations, as workflow commands.

Syntax, escapes and limits:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and
https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.messages import counted
from sfnlint.report.concise import concise_line
from sfnlint.report.escaping import escape_controls
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.permissions import unknown_lines
from sfnlint.report.positions import Position, PositionedFinding, by_severity
from sfnlint.report.report import Report, own_notes
from sfnlint.report.summary import summary

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_MOST_ANNOTATIONS = 10
"""Of each severity, in one step."""


def lines(report: Report) -> Iterator[str]:
    """Yield findings and failures as annotations, the rest as plain lines, then the summary."""
    annotated: Counter[str] = Counter()
    rest: list[PositionedFinding] = []
    for position, finding in by_severity(report.findings):
        annotated[finding.severity] += 1
        if annotated[finding.severity] <= _MOST_ANNOTATIONS:
            yield _command(position, finding, report)
        else:
            rest.append((position, finding))
    for position, finding in rest:
        file = relative_or_absolute(position.file, report.root)
        yield concise_line(position._replace(file=file), finding)
    for failure in report.failures:
        yield f"::error title=sfn-lint::{_data(escape_controls(failure.message))}"
    if report.show_unknown:
        yield from unknown_lines(report.machines, report.root)
    without = (
        f"; {counted(len(rest), 'finding')} without annotation: GitHub shows {_MOST_ANNOTATIONS} "
        "annotations of each severity in a step"
    )
    yield summary(report) + (without if rest else "")


def _command(position: Position, finding: Finding, report: Report) -> str:
    properties = {
        "file": escape_controls(relative_or_absolute(position.file, report.root)),
        "line": str(position.line),
    }
    if position.end_line == position.line:
        # If the end is in another line, the runner drops the columns and moves the annotation
        # to that line.
        properties |= {
            "endLine": str(position.end_line),
            "col": str(position.column),
            "endColumn": str(position.end_column),
        }
    rule = report.rules[finding.rule]
    properties["title"] = f"sfn-lint {rule.id} {rule.name}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    paragraphs = [escape_controls(finding.message)]
    paragraphs += [f"note: {escape_controls(note)}" for note in own_notes(finding)]
    if finding.fix:
        paragraphs.append(f"fix: {escape_controls(finding.fix)}")
    message = "\n".join([*paragraphs, f"see: {rule.url}"])
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(message)}"


def _data(string: str) -> str:
    return string.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(string: str) -> str:
    return _data(string).replace(":", "%3A").replace(",", "%2C")
