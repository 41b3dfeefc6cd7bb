"""Findings for people: one line each, or with excerpts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sfnlint.finding import Finding
from sfnlint.report import Spot, printable, printable_file, spot
from sfnlint.rule import Rule

_WIDTH = 120
_COLOURS = {"error": "31", "warning": "33", "info": "36", "note": "34", "bold": "1"}


def concise(findings: Iterable[tuple[Spot, Finding]], colour: bool = False) -> Iterator[str]:
    """`file:line:col: ID message`, one line each; the colour is that of the severity."""
    paint = painted if colour else _plain
    for where, finding in findings:
        file, message = printable_file(where.file), printable(finding.message)
        rule = paint(finding.rule, finding.severity)
        yield f"{file}:{where.line}:{where.column}: {rule} {message}"


def full(
    findings: Iterable[tuple[Spot, Finding]],
    rules: Mapping[str, Rule],
    colour: bool,
    room: int = _WIDTH,
) -> Iterator[str]:
    """Each finding with its excerpt, its notes with theirs, what to do, and the rule's page.

    Args:
        findings: the findings.
        rules: every rule by identifier.
        colour: whether to print colours.
        room: how many columns of a line to show.

    """
    paint = painted if colour else _plain
    for where, finding in findings:
        rule = rules[finding.rule]
        title = paint(f"{finding.severity} {finding.rule} {rule.name}", finding.severity)
        yield f"{title}: {paint(printable(finding.message), 'bold')}"
        notes = [(spot(note.place), note.message) for note in finding.notes]
        width = max(len(str(one.line)) for one in (where, *(at for at, _ in notes)))
        yield from _excerpt(where, paint, finding.severity, width, room)
        for at, message in notes:
            yield f"  {paint('note', 'note')}: {printable(message)}"
            yield from _excerpt(at, paint, "note", width, room)
        if finding.fix:
            yield f"  {paint('fix', 'bold')}: {printable(finding.fix)}"
        yield f"  {paint('see', 'bold')}: {rule.url}"
        yield ""


def statistics(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> Iterator[str]:
    """How many findings of each rule, the most frequent first."""
    counts = Counter(finding.rule for finding in findings)
    for identifier, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count:>6}  {identifier}  {rules[identifier].name}"


def summary(findings: Sequence[Finding], machines: int) -> str:
    """One line about it all."""
    counts = Counter(finding.severity for finding in findings)
    parts = [
        _number(counts[severity], severity) for severity in ("error", "warning") if counts[severity]
    ]
    if counts["info"]:
        parts.append(f"{counts['info']} info")
    found = ", ".join(parts) if parts else "nothing found"
    return f"{found} in {_number(machines, 'machine')}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def painted(text: str, style: str) -> str:
    """A text in the colour of a severity, or "bold"."""
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"


def _plain(text: str, style: str) -> str:
    return text


def _excerpt(
    where: Spot, paint: Callable[[str, str], str], style: str, width: int, room: int
) -> Iterator[str]:
    """The line with the place underlined; all excerpts of a finding have one margin."""
    number = str(where.line).rjust(width)
    indent = " " * width
    line = where.root.line_text(where.line)
    start = where.column - 1
    end = where.end_column - 1 if where.end_line == where.line else len(line)
    before, marked, after = _cut(line, start, max(end, start), room)
    yield f"{indent} --> {printable(where.file)}:{where.line}:{where.column}"
    yield f"{indent} |"
    yield f"{number} | {before}{marked}{after}"
    more = "" if where.end_line == where.line else " …"
    line = "^" * max(1, _columns(marked)) + more
    yield f"{indent} | {' ' * _columns(before)}{paint(line, style)}"


def _cut(line: str, start: int, end: int, room: int) -> tuple[str, str, str]:
    """The marked part of a line and what fits around it, printable."""
    # Lines of a megabyte are not looked at whole.
    parts = line[max(start - room - 1, 0) : start], line[start:end][: room + 1], line[end:]
    before, marked, after = (printable(part[: room + 1].replace("\t", "    ")) for part in parts)
    marked = _first(marked, room)
    room -= _columns(marked)
    before = _first(before[::-1], room - min(_columns(after), 10))[::-1]
    return before, marked, _first(after, room - _columns(before))


def _first(text: str, room: int) -> str:
    """The beginning of a text that fits into so many columns."""
    if _columns(text) <= room:
        return text
    while text and _columns(text) >= room:
        text = text[:-1]
    return text + "…"[: max(room, 0)]


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes.

    https://www.unicode.org/reports/tr11/
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(one) in ("Mn", "Me", "Cf") else 2 if east_asian_width(one) in "WF" else 1
        for one in text
    )
