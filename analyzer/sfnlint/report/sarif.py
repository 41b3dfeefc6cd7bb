"""SARIF 2.1.0 output, for GitHub code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
Limits: https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from zlib import compress

from sfnlint import __version__
from sfnlint.edit import Edit
from sfnlint.finding import Finding
from sfnlint.report.escaping import escape_controls
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.fingerprint import fingerprint
from sfnlint.report.positions import Position, PositionedFinding, by_severity, position
from sfnlint.report.report import Report
from sfnlint.report.rule_page import rule_page
from sfnlint.rule import Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_MOST_RESULTS = 25_000
_MOST_SHOWN = 5_000
_MOST_LOCATIONS = 1_000
_MOST_BYTES = 10_000_000
"""Compressed with gzip."""
_MOST_CHARACTERS = 1_024
"""Of a rule's description."""
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
_SCORES = {"error": "8.0", "warning": "6.0", "info": "3.0"}
_LINK = re.compile(r"\[(?=[^\[\]]{0,300}\]\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_SECURITY = range(500, 700)
"""The numbers of the rules about excessive grants and policy documents."""


def lines(report: Report) -> Iterator[str]:
    """Yield the SARIF log; beyond GitHub's limits, with the most severe findings and a note."""
    findings = list(report.findings)
    if len(findings) > _MOST_SHOWN:
        findings = by_severity(findings)
    kept = min(len(findings), _MOST_RESULTS)
    while not _fits(log := _log(findings[:kept], report)):
        findings = by_severity(findings)
        kept = kept * 3 // 4
    yield log


def _fits(log: str) -> bool:
    return len(log) <= _MOST_BYTES or len(compress(log.encode(), 6)) <= _MOST_BYTES


def _log(findings: list[PositionedFinding], report: Report) -> str:
    notifications = [
        {"level": "error", "message": {"text": _literal(failure.message)}}
        for failure in report.failures
    ]
    omitted = len(report.findings) - len(findings)
    if omitted:
        text = f"{omitted} findings are omitted: the log has the {len(findings)} most severe"
        notifications.append({"level": "warning", "message": {"text": text}})
    if len(findings) > _MOST_SHOWN:
        text = f"GitHub shows the first {_MOST_SHOWN} findings, which are the most severe"
        notifications.append({"level": "note", "message": {"text": text}})
    used = sorted({finding.rule for _, finding in findings}, key=list(report.rules).index)
    alike: Counter[str] = Counter()
    results = [
        _result(start, finding, report, used.index(finding.rule), alike)
        for start, finding in findings
    ]
    driver = {
        "name": "sfn-lint",
        "semanticVersion": __version__,
        "informationUri": "https://github.com/sfn-lint/sfn-lint",
        "rules": [_rule(report.rules[identifier]) for identifier in used],
    }
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not report.failures,
                        "toolExecutionNotifications": notifications,
                    }
                ],
                "results": results,
                "properties": {"permissions": _permissions(report)},
            }
        ],
    }
    return json.dumps(log, indent=1)


def _permissions(report: Report) -> dict[str, int]:
    counts = [machine.permissions for machine in report.machines]
    return {
        "allowed": sum(each.allowed for each in counts),
        "denied": sum(each.denied for each in counts),
        "unknown": sum(each.unknown for each in counts),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "precision": "high",
        "problem.severity": _PROBLEMS[rule.severity],
    }
    if int(rule.id[2:]) in _SECURITY:
        properties |= {"security-severity": _SCORES[rule.severity], "tags": ["security"]}
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(rule.page["Why"].split())[:_MOST_CHARACTERS]},
        "help": {"text": rule.doc, "markdown": rule_page(rule)},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _result(
    start: Position, finding: Finding, report: Report, index: int, alike: Counter[str]
) -> dict[str, Any]:
    stable = json.dumps(fingerprint(start, finding, report.root))
    digest = sha256(stable.encode()).hexdigest()[:32]
    alike[digest] += 1
    edits = report.edits(finding)
    text = finding.message + (f"\n\nFix: {finding.fix}" if finding.fix else "")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _literal(text)},
        "locations": [_location(start, report)],
        "relatedLocations": [
            _location(position(note.place), report)
            | {"id": number, "message": {"text": _literal(note.message)}}
            for number, note in enumerate(finding.notes[:_MOST_LOCATIONS])
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{alike[digest]}"},
        **({"fixes": [_fix(edits, report)]} if edits else {}),
    }


def _fix(edits: Sequence[Edit], report: Report) -> dict[str, Any]:
    """Return the edits: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ section 3.55."""
    return {
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(root.file, report)},
                "replacements": [_replacement(edit) for edit in edits if edit.root is root],
            }
            for root in {id(edit.root): edit.root for edit in edits}.values()
        ]
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    (line, column), (end_line, end_column) = map(edit.root.line_column, edit.span)
    return {
        "deletedRegion": {
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        },
        "insertedContent": {"text": edit.written},
    }


def _location(place: Position, report: Report) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file, report)},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.end_line,
                "endColumn": place.end_column,
            },
        }
    }


def _uri(name: str, report: Report) -> str:
    file = quote(relative_or_absolute(name, report.root), errors="replace")
    return f"file://{file}" if file.startswith("/") else file


def _literal(string: str) -> str:
    """Escape SARIF's links (`[x](1)`) and placeholders (`{0}`), and control characters."""
    escaped = "\n".join(escape_controls(line) for line in string.split("\n"))
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\[", escaped))
