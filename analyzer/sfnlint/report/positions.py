"""Lines and columns of findings, and the order of findings in a report."""

from __future__ import annotations

from collections.abc import Iterable

from sfnlint.finding import SEVERITIES, Finding
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Root


class Position(NamedTuple):
    """A place as lines and columns of a file: both from 1, ends exclusive.

    Attributes:
        pointer: the JSON Pointer of the value in the file's data (RFC 6901).
        root: the document of the file.

    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: str
    root: Root


PositionedFinding = tuple[Position, Finding]


def position(place: Place) -> Position:
    """Return the position of a place."""
    located = place.locate()
    root = located.root
    line, column = root.line_column(located.span.start)
    end_line, end_column = root.line_column(located.span.end)
    pointer = "".join(
        "/" + str(step).replace("~", "~0").replace("/", "~1") for step in located.path
    )
    return Position(root.file, line, column, end_line, end_column, pointer, root)


def with_positions(findings: Iterable[Finding]) -> list[PositionedFinding]:
    """Return findings with their positions, sorted by file and line, without duplicates."""
    pairs: dict[tuple[object, ...], PositionedFinding] = {}
    for finding in findings:
        start = position(finding.place)
        pairs.setdefault((*start[:5], finding.rule, finding.message), (start, finding))
    return [pairs[key] for key in sorted(pairs)]


def by_severity(findings: Iterable[PositionedFinding]) -> list[PositionedFinding]:
    """Return the most severe findings first; those of one severity keep their order."""
    order = list(SEVERITIES.values())
    return sorted(findings, key=lambda pair: order.index(pair[1].severity))
