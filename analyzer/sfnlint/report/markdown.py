"""Markdown output, for the job summary of GitHub Actions or a comment on a pull request.

Limits of a job summary:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sfnlint.messages import counted
from sfnlint.report import mermaid
from sfnlint.report.diagram import draw
from sfnlint.report.escaping import escape_markdown
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.permissions import unknown_permissions
from sfnlint.report.positions import PositionedFinding, by_severity, position
from sfnlint.report.report import Report, own_notes
from sfnlint.report.summary import summary
from sfnlint.result import MachineSummary
from sfnlint.subject import Subject

_MOST_BYTES = 1_000_000
"""A little less than the 1 MiB that a step may write."""
_MOST_ROWS = 500
"""Rows of the table of a machine, so that the other machines fit too."""
_ICONS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}


def lines(report: Report) -> Iterator[str]:
    """Yield the summary, a section for each machine with findings, other findings, permissions."""
    report = report._replace(findings=by_severity(report.findings))
    by_machine, others = _by_machine(report.machines, report.findings)
    sections = [
        _section(report.machines[index], report.subjects[index], findings, report)
        for index, findings in by_machine.items()
    ]
    if others:
        table = "\n".join(_table(others, report))
        sections.insert(0, f"### Files\n\n{table}")
    if report.failures:
        failures = report.failures[:_MOST_ROWS]
        rows = "\n".join(f"- {escape_markdown(failure.message)}" for failure in failures)
        sections.insert(0, f"### Failures\n\n{rows}")
    heading = f"## sfn-lint: {summary(report)}"
    yield heading
    permissions = "\n".join(_permissions(report))
    size = len(heading) + len(permissions.encode(errors="replace")) + 4
    omitted = 0
    for section in sections:
        needed = len(section.encode(errors="replace")) + 2
        if size + needed > _MOST_BYTES:
            omitted += 1
            continue
        size += needed
        yield f"\n{section}"
    if omitted:
        yield f"\n{counted(omitted, 'more machine')} omitted: a job summary is limited to 1 MiB."
    if permissions:
        yield f"\n{permissions}"


def _by_machine(
    machines: Iterable[MachineSummary], findings: Iterable[PositionedFinding]
) -> tuple[dict[int, list[PositionedFinding]], list[PositionedFinding]]:
    """Return findings by the index of their machine, and the findings that belong to no machine.

    Machines are in the order of their first finding: if some do not fit, they are those with the
    least severe findings.
    """
    by_machine: dict[int, list[PositionedFinding]] = {}
    others: list[PositionedFinding] = []
    by_file: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for index, machine in enumerate(machines):
        by_file.setdefault(machine.file, []).append(index)
        by_name.setdefault(machine.machine or "", []).append(index)
    for start, finding in findings:
        files = [start.file, *(position(note.place).file for note in finding.notes)]
        in_files = [index for file in files for index in by_file.get(file, ())]
        named = by_name.get(finding.machine, []) if finding.machine else in_files
        both = [index for index in named if index in in_files] or named
        if len(set(both)) == 1 or (finding.machine and both):
            by_machine.setdefault(both[0], []).append((start, finding))
        else:
            others.append((start, finding))
    return by_machine, others


def _section(
    machine: MachineSummary, subject: Subject, findings: list[PositionedFinding], report: Report
) -> str:
    table = "\n".join(_table(findings, report))
    diagram = draw([subject], [finding for _, finding in findings])
    source = "\n".join(mermaid.lines(diagram))
    if len(source) > mermaid.MOST_CHARACTERS or len(diagram.edges) > mermaid.MOST_EDGES:
        picture = "The machine is too large for a diagram here; run `sfn-lint graph`."
    else:
        picture = f"```mermaid\n{source}\n```"
    return f"### {_title(machine, report)}\n\n{table}\n\n{picture}"


def _permissions(report: Report) -> Iterator[str]:
    """Yield the section with the permissions of each machine, and why some are unknown."""
    machines = [machine for machine in report.machines if machine.permissions.total]
    if not machines:
        return
    yield "### Permissions"
    yield "\n| state machine | allowed | denied | unknown |"
    yield "| --- | --- | --- | --- |"
    for machine in machines[:_MOST_ROWS]:
        counts = machine.permissions
        title = _title(machine, report)
        yield f"| {title} | {counts.allowed} | {counts.denied} | {counts.unknown} |"
    if len(machines) > _MOST_ROWS:
        yield f"\n{counted(len(machines) - _MOST_ROWS, 'more machine')} not shown."
    reasons = unknown_permissions(machines)
    yield from [""] if reasons else []
    for start, sentence in reasons[:_MOST_ROWS]:
        file = escape_markdown(relative_or_absolute(start.file, report.root))
        yield f"- {file}:{start.line}: {escape_markdown(sentence)}"
    if len(reasons) > _MOST_ROWS:
        yield f"\n{counted(len(reasons) - _MOST_ROWS, 'more reason')} not shown."


def _title(machine: MachineSummary, report: Report) -> str:
    file = escape_markdown(relative_or_absolute(machine.file, report.root))
    return f"{escape_markdown(machine.machine)} in {file}" if machine.machine else file


def _table(findings: list[PositionedFinding], report: Report) -> Iterator[str]:
    yield "| severity | rule | place | message |"
    yield "| --- | --- | --- | --- |"
    for start, finding in findings[:_MOST_ROWS]:
        rule = report.rules[finding.rule]
        place = f"{escape_markdown(relative_or_absolute(start.file, report.root))}:{start.line}"
        paragraphs = [escape_markdown(finding.message)]
        paragraphs += [f"Note: {escape_markdown(note)}" for note in own_notes(finding)]
        paragraphs += [f"Fix: {escape_markdown(finding.fix)}"] if finding.fix else []
        severity = f"{_ICONS[finding.severity]} {finding.severity}"
        yield f"| {severity} | [{rule.id}]({rule.url}) | {place} | {'<br>'.join(paragraphs)} |"
    if len(findings) > _MOST_ROWS:
        yield f"\n{counted(len(findings) - _MOST_ROWS, 'more finding')} not shown."
