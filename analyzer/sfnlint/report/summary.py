"""The summary line and the statistics of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sfnlint.messages import counted
from sfnlint.report.permissions import permission_summary
from sfnlint.report.report import Report


def summary(report: Report) -> str:
    """Return the summary line: `1 error in 3 machines; 12 permissions checked; 1 failure`."""
    counts = Counter(finding.severity for _, finding in report.findings)
    parts = [
        counted(counts[severity], severity) for severity in ("error", "warning") if counts[severity]
    ]
    if counts["info"]:
        parts.append(f"{counts['info']} info")
    findings = ", ".join(parts) if parts else "no findings"
    clauses = [f"{findings} in {counted(len(report.machines), 'machine')}"]
    permissions = permission_summary(report.machines, explained=report.show_unknown)
    clauses += [permissions] if permissions else []
    clauses += [counted(len(report.failures), "failure")] if report.failures else []
    return "; ".join(clauses)


def statistics(report: Report) -> Iterator[str]:
    """Yield a line with the number of findings for each rule, the most frequent rule first."""
    counts = Counter(finding.rule for _, finding in report.findings)
    for identifier, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count:>6}  {identifier}  {report.rules[identifier].name}"
