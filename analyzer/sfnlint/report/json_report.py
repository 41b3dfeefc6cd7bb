"""Findings for programs.

    {"version": 1,
     "findings": [{"rule", "name", "severity", "message", "file", "line", "column", "end_line",
                   "end_column", "path", "machine", "state", "actions", "resources",
                   "notes": [{"message", "file", "line", "column", "end_line", "end_column"}],
                   "fix", "url"}],
     "machines": [{"file", "machine", "role", "states", "integrations"}]}

Lines and columns count from 1, ends are exclusive; `path` is a JSON Pointer in the file's data;
`machine` is the logical id, null for plain ASL; `fix` is what to do in words, null where the
message says it. Fields may be added; none changes or goes away while the version stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sfnlint.finding import Finding
from sfnlint.report import Report, Spot, spot
from sfnlint.rule import Rule


def report(run: Report) -> str:
    """The whole report, as one text of ASCII characters."""
    return json.dumps(
        {
            "version": 1,
            "findings": [_finding(where, finding, run.rules) for where, finding in run.findings],
            "machines": [machine._asdict() for machine in run.machines],
        },
        indent=2,
    )


def _finding(where: Spot, finding: Finding, rules: Mapping[str, Rule]) -> dict[str, object]:
    rule = rules[finding.rule]
    return {
        "rule": finding.rule,
        "name": rule.name,
        "severity": finding.severity,
        "message": finding.message,
        **_position(where),
        "path": where.pointer,
        "machine": finding.machine,
        "state": finding.state,
        "actions": finding.actions,
        "resources": finding.resources,
        "notes": [
            {"message": note.message, **_position(spot(note.place))} for note in finding.notes
        ],
        "fix": finding.fix or None,
        "url": rule.url,
    }


def _position(where: Spot) -> dict[str, object]:
    return {
        "file": where.file,
        "line": where.line,
        "column": where.column,
        "end_line": where.end_line,
        "end_column": where.end_column,
    }
