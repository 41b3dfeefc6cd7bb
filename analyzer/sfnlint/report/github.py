"""Findings as workflow commands of GitHub Actions, which become annotations.

The form, its escapes and its limits:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and
https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.report import Report, Spot, by_severity, printable, relative
from sfnlint.report.text import concise, summary

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_LIMIT = 10
"""How many annotations of each severity one step may make."""


def report(run: Report) -> Iterator[str]:
    """The most severe findings as annotations, then the rest as plain lines, then the count."""
    made: Counter[str] = Counter()
    rest: list[tuple[Spot, Finding]] = []
    for where, finding in by_severity(run.findings):
        made[finding.severity] += 1
        if made[finding.severity] <= _LIMIT:
            yield _command(where, finding, run)
        else:
            rest.append((where._replace(file=relative(where.file, run.root)), finding))
    yield from concise(rest)
    left = f"; {len(rest)} of them without an annotation: a step has {_LIMIT} of each severity"
    found = [finding for _, finding in run.findings]
    yield summary(found, len(run.machines)) + (left if rest else "")


def _command(where: Spot, finding: Finding, run: Report) -> str:
    properties = {"file": printable(relative(where.file, run.root)), "line": str(where.line)}
    if where.end_line == where.line:
        # Over several lines the runner drops columns, and shows the annotation at the last one.
        properties |= {
            "endLine": str(where.end_line),
            "col": str(where.column),
            "endColumn": str(where.end_column),
        }
    rule = run.rules[finding.rule]
    properties["title"] = f"sfn-lint {rule.id} {rule.name}"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [printable(finding.message)]
    if finding.fix:
        lines.append(f"fix: {printable(finding.fix)}")
    text = "\n".join([*lines, f"see: {rule.url}"])
    return f"::{_COMMANDS[finding.severity]} {shown}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
