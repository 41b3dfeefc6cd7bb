"""Findings as Markdown: a job's summary in GitHub Actions, a comment on a change.

Limits of a summary:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sfnlint.finding import Finding
from sfnlint.report import Report, Spot, by_severity, printable, relative, spot
from sfnlint.report.drawing import draw
from sfnlint.report.mermaid import MOST_CHARACTERS, MOST_EDGES, lines
from sfnlint.report.text import summary
from sfnlint.result import MachineSummary
from sfnlint.subject import Subject

_LARGEST = 1_000_000
"""Bytes, a little less than the 1 MiB that a step may write."""
_ROWS = 500
"""Of one machine: nobody reads more, and the other machines are to have room."""
_MEANINGFUL = re.compile(r"[!-&*+<-@\[-`{-~]|:(?=/)|(?<=www)\.", re.IGNORECASE)
"""Punctuation with a meaning, and what would make a link of an address."""
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}

_Found = list[tuple[Spot, Finding]]


def report(run: Report) -> str:
    """A heading, what was found of each machine with its drawing, and what belongs to none."""
    findings = by_severity(run.findings)
    own, others = _shared_out(run.machines, findings)
    counted = summary([finding for _, finding in findings], len(run.machines))
    parts = [f"## sfn-lint: {counted}\n"]
    size = len(parts[0])
    chosen = [one for one in zip(run.machines, run.subjects, own, strict=True) if one[2]]
    # The worst first: what does not fit in is then the least severe.
    order = {id(pair[1]): number for number, pair in enumerate(findings)}
    chosen.sort(key=lambda one: order[id(one[2][0][1])])
    sections = [_section(*one, run) for one in chosen]
    if others:
        table = "\n".join(_table(others, run))
        sections.insert(0, f"### Files\n\n{table}\n")
    left = 0
    for section in sections:
        needed = len(section.encode(errors="replace")) + 1
        if size + needed > _LARGEST:
            left += 1
            continue
        size += needed
        parts.append(section)
    if left:
        parts.append(f"{left} more machine{'s' if left > 1 else ''} would not fit in here.\n")
    return "\n".join(parts).rstrip("\n")


def _shared_out(
    machines: Iterable[MachineSummary], findings: _Found
) -> tuple[list[_Found], _Found]:
    """The findings of each machine, and those of none."""
    listed = list(machines)
    own: list[_Found] = [[] for _ in listed]
    others: _Found = []
    by_file: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for index, machine in enumerate(listed):
        by_file.setdefault(machine.file, []).append(index)
        by_name.setdefault(machine.machine or "", []).append(index)
    for where, finding in findings:
        files = [where.file, *(spot(note.place).file for note in finding.notes)]
        near = [index for file in files for index in by_file.get(file, ())]
        named = by_name.get(finding.machine, []) if finding.machine else near
        both = [index for index in named if index in near] or named
        if len(set(both)) == 1 or (finding.machine and both):
            own[both[0]].append((where, finding))
        else:
            others.append((where, finding))
    return own, others


def _section(machine: MachineSummary, subject: Subject, found: _Found, run: Report) -> str:
    file = _escaped(relative(machine.file, run.root))
    title = f"{_escaped(machine.machine)} in {file}" if machine.machine else file
    table = "\n".join(_table(found, run))
    drawing = draw([subject], [finding for _, finding in found])
    text = "\n".join(lines(drawing))
    if len(text) > MOST_CHARACTERS or len(drawing.edges) > MOST_EDGES:
        picture = "The machine is too large to be drawn here; `sfn-lint graph` draws it."
    else:
        picture = f"```mermaid\n{text}\n```"
    return f"### {title}\n\n{table}\n\n{picture}\n"


def _table(found: _Found, run: Report) -> Iterator[str]:
    yield "| | rule | where | what |"
    yield "| --- | --- | --- | --- |"
    for where, finding in found[:_ROWS]:
        rule = run.rules[finding.rule]
        place = f"{_escaped(relative(where.file, run.root))}:{where.line}"
        fix = f"<br>Fix: {_escaped(finding.fix)}" if finding.fix else ""
        sign = f"{_SIGNS[finding.severity]} {finding.severity}"
        message = _escaped(finding.message)
        yield f"| {sign} | [{rule.id}]({rule.url}) | {place} | {message}{fix} |"
    if len(found) > _ROWS:
        yield f"\n{len(found) - _ROWS} more are not shown."


def _escaped(text: str) -> str:
    """A text of which no character means anything to Markdown or HTML."""
    return _MEANINGFUL.sub(lambda match: f"&#{ord(match.group())};", printable(text))
