"""Excerpts: a line of a file with a place underlined."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.report.colours import paint
from sfnlint.report.escaping import escape_controls
from sfnlint.report.positions import Position
from sfnlint.report.report import Report

_MARGIN = 8
"""Columns for the line number and the frame."""
_NARROWEST = 20
_AFTER = 10
"""Columns kept free for the text after the underlined part, so that both sides are shown."""


def excerpt(place: Position, style: str, width: int, report: Report) -> Iterator[str]:
    """Yield the lines of an excerpt.

    Args:
        place: the part to underline; of several lines, the first is shown.
        style: the style of the underline: a severity, or "note".
        width: the columns of the line number, the same for all excerpts of a finding.
        report: the report, for its columns and colours.

    """
    number = str(place.line).rjust(width)
    indent = " " * width
    line = place.root.line_text(place.line)
    start = place.column - 1
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    columns = max(report.columns - _MARGIN, _NARROWEST)
    before, marked, after = _cut(line, start, max(end, start), columns)
    yield f"{indent} --> {escape_controls(place.file)}:{place.line}:{place.column}"
    yield f"{indent} |"
    yield f"{number} | {before}{marked}{after}"
    more = "" if place.end_line == place.line else " …"
    underline = paint("^" * max(1, display_width(marked)) + more, style, report.coloured)
    yield f"{indent} | {' ' * display_width(before)}{underline}"


def _cut(line: str, start: int, end: int, columns: int) -> tuple[str, str, str]:
    """Return the marked part of a line, and as much before and after it as fits, escaped."""
    # Slices keep the work small for lines of a megabyte.
    parts = line[max(start - columns - 1, 0) : start], line[start:end][: columns + 1], line[end:]
    before, marked, after = (
        escape_controls(part[: columns + 1].replace("\t", "    ")) for part in parts
    )
    marked = _shortened(marked, columns)
    columns -= display_width(marked)
    before = _shortened(before[::-1], columns - min(display_width(after), _AFTER))[::-1]
    return before, marked, _shortened(after, columns - display_width(before))


def _shortened(string: str, columns: int) -> str:
    """Return a string cut to a display width, with `…` at its end if it is cut."""
    if display_width(string) <= columns:
        return string
    while string and display_width(string) >= columns:
        string = string[:-1]
    return string + "…"[: max(columns, 0)]


def display_width(string: str) -> int:
    """Return how many columns of a terminal a string takes.

    https://www.unicode.org/reports/tr11/
    """
    if string.isascii():
        return len(string)
    # Imported here because most files are ASCII.
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in string
    )
