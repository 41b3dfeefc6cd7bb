"""JSON output, for programs: docs/output.md describes it, output.schema.json is its schema.

Fields may be added; none changes or is removed while `version` stays the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sfnlint.analysis.permission_counts import PermissionCounts
from sfnlint.edit import Edit
from sfnlint.finding import Finding, Note
from sfnlint.report.positions import Position, position
from sfnlint.report.report import Report

_VERSION = 1


def lines(report: Report) -> Iterator[str]:
    """Yield the JSON document, in ASCII."""
    yield json.dumps(
        {
            "version": _VERSION,
            "findings": [_finding(start, finding, report) for start, finding in report.findings],
            "machines": [
                machine._asdict() | {"permissions": _permissions(machine.permissions)}
                for machine in report.machines
            ],
            "failures": [
                {"file": failure.file, "rules": failure.rules, "message": failure.message}
                for failure in report.failures
            ],
        },
        indent=2,
    )


def _finding(start: Position, finding: Finding, report: Report) -> dict[str, object]:
    rule = report.rules[finding.rule]
    edits = report.edits(finding)
    return {
        "rule": finding.rule,
        "name": rule.name,
        "severity": finding.severity,
        "message": finding.message,
        **_position(start),
        "path": start.pointer,
        "machine": finding.machine,
        "state": finding.state,
        "actions": finding.actions,
        "resources": finding.resources,
        "notes": [
            {"message": note.message, **_position(position(note.place))} for note in finding.notes
        ],
        "fix": finding.fix or None,
        "fixes": [
            {
                "file": root.file,
                "edits": [
                    {**_lines(edit), "text": edit.written} for edit in edits if edit.root is root
                ],
            }
            for root in {id(edit.root): edit.root for edit in edits}.values()
        ],
        "url": rule.url,
    }


def _permissions(permissions: PermissionCounts) -> dict[str, object]:
    actions: dict[tuple[str | None, str | None, Note], list[str]] = {}
    for action, resource, state, reason in permissions.explanations:
        alike = actions.setdefault((resource, state, reason), [])
        alike += [] if action is None else [action]
    return {
        "allowed": permissions.allowed,
        "denied": permissions.denied,
        "unknown": [
            {
                "actions": alike,
                "resource": resource,
                "state": state,
                "reason": reason.message,
                **_position(position(reason.place)),
            }
            for (resource, state, reason), alike in actions.items()
        ],
    }


def _lines(edit: Edit) -> dict[str, int]:
    (line, column), (end_line, end_column) = map(edit.root.line_column, edit.span)
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _position(position: Position) -> dict[str, object]:
    return {
        "file": position.file,
        "line": position.line,
        "column": position.column,
        "end_line": position.end_line,
        "end_column": position.end_column,
    }
