"""The format `full`: findings with excerpts, notes and fixes."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.report.colours import paint
from sfnlint.report.escaping import escape_controls
from sfnlint.report.excerpt import display_width, excerpt
from sfnlint.report.permissions import unknown_lines
from sfnlint.report.positions import Position, position
from sfnlint.report.report import Report
from sfnlint.report.summary import summary

_INDENT = " " * 4


def lines(report: Report) -> Iterator[str]:
    """Yield each finding with its excerpt, its notes, its fix and its page, then the summary."""
    for start, finding in report.findings:
        yield from _finding(start, finding, report)
        yield ""
    if report.show_unknown:
        yield from unknown_lines(report.machines)
        yield ""
    yield summary(report)


def _finding(start: Position, finding: Finding, report: Report) -> Iterator[str]:
    coloured = report.coloured
    rule = report.rules[finding.rule]
    title = f"{finding.severity} {finding.rule} {rule.name}"
    first, *others = _wrapped(
        escape_controls(finding.message), report.columns, len(title) + 2, len(_INDENT)
    )
    yield f"{paint(title, finding.severity, coloured)}: {paint(first, 'bold', coloured)}"
    yield from (f"{_INDENT}{paint(line, 'bold', coloured)}" for line in others)
    notes = [(position(note.place), note.message) for note in finding.notes]
    width = max(len(str(place.line)) for place in (start, *(place for place, _ in notes)))
    yield from excerpt(start, finding.severity, width, report)
    shown = start
    for place, message in notes:
        yield from _labelled("note", message, "note", report)
        if place[:5] != shown[:5]:
            yield from excerpt(place, "note", width, report)
            shown = place
    if finding.fix:
        yield from _labelled("fix", finding.fix, "bold", report)
    yield f"  {paint('see', 'bold', coloured)}: {rule.url}"


def _labelled(label: str, message: str, style: str, report: Report) -> Iterator[str]:
    """Yield `label: message`, wrapped below the beginning of the message."""
    indent = " " * len(f"  {label}: ")
    first, *others = _wrapped(escape_controls(message), report.columns, len(indent), len(indent))
    yield f"  {paint(label, style, report.coloured)}: {first}"
    yield from (f"{indent}{line}" for line in others)


def _wrapped(string: str, columns: int, start: int, indent: int) -> list[str]:
    """Break a string at spaces into lines of at most so many columns; no word is broken.

    Args:
        string: the string.
        columns: the width of a line with its indent.
        start: the column at which the first line begins.
        indent: the column at which the other lines begin.

    """
    room = columns - start
    if display_width(string) <= room:
        return [string]
    lines: list[list[str]] = [[]]
    for word in string.split(" "):
        width = display_width(word)
        if lines[-1] and width > room:
            lines.append([])
            room = columns - indent
        lines[-1].append(word)
        room -= width + 1
    return [" ".join(words) for words in lines]
