"""Findings as SARIF 2.1.0, as GitHub's code scanning reads it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
Its limits: https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from zlib import compress

from sfnlint import __version__
from sfnlint.finding import Finding
from sfnlint.report import Report, Spot, by_severity, printable, relative, spot
from sfnlint.report.identity import identity
from sfnlint.report.page import markdown
from sfnlint.rule import Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_RESULTS = 25_000
_SHOWN = 5_000
_LOCATIONS = 1_000
_BYTES = 10_000_000
"""How much GitHub takes when it is compressed."""
_DESCRIPTION = 1_024
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
_SCORES = {"error": "8.0", "warning": "6.0", "info": "3.0"}
_LINK = re.compile(r"\[(?=[^\[\]]{0,300}\]\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_SECURITY = range(500, 700)
"""The numbers of rules about what a role grants for no reason."""


def report(run: Report) -> str:
    """The whole report; beyond GitHub's limits the most severe findings, and a note."""
    findings = list(run.findings)
    if len(findings) > _SHOWN:
        findings = by_severity(findings)
    kept = min(len(findings), _RESULTS)
    while not _fits(text := _log(findings[:kept], run)):
        findings = by_severity(findings)
        kept = kept * 3 // 4
    return text


def _fits(text: str) -> bool:
    return len(text) <= _BYTES or len(compress(text.encode(), 6)) <= _BYTES


def _log(findings: list[tuple[Spot, Finding]], run: Report) -> str:
    notifications = []
    left = len(run.findings) - len(findings)
    if left:
        text = f"{left} findings are left out: the {len(findings)} most severe are here"
        notifications.append({"level": "warning", "message": {"text": text}})
    if len(findings) > _SHOWN:
        text = f"GitHub shows the first {_SHOWN} of these findings: they are the most severe"
        notifications.append({"level": "note", "message": {"text": text}})
    used = sorted({finding.rule for _, finding in findings}, key=list(run.rules).index)
    same: Counter[str] = Counter()
    results = [
        _result(where, finding, run, used.index(finding.rule), same) for where, finding in findings
    ]
    driver = {
        "name": "sfn-lint",
        "semanticVersion": __version__,
        "informationUri": "https://github.com/sfn-lint/sfn-lint",
        "rules": [_rule(run.rules[identifier]) for identifier in used],
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
                        "executionSuccessful": True,
                        "toolExecutionNotifications": notifications,
                    }
                ],
                "results": results,
            }
        ],
    }
    return json.dumps(log, indent=1)


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
        "fullDescription": {"text": " ".join(rule.page["Why"].split())[:_DESCRIPTION]},
        "help": {"text": rule.doc, "markdown": markdown(rule)},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _result(
    where: Spot, finding: Finding, run: Report, index: int, same: Counter[str]
) -> dict[str, Any]:
    known = json.dumps(identity(where, finding, run.root))
    fingerprint = sha256(known.encode()).hexdigest()[:32]
    same[fingerprint] += 1
    text = finding.message + (f"\n\nFix: {finding.fix}" if finding.fix else "")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _literal(text)},
        "locations": [_location(where, run)],
        "relatedLocations": [
            _location(spot(note.place), run)
            | {"id": number, "message": {"text": _literal(note.message)}}
            for number, note in enumerate(finding.notes[:_LOCATIONS])
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{same[fingerprint]}"},
    }


def _location(where: Spot, run: Report) -> dict[str, Any]:
    file = quote(relative(where.file, run.root), errors="replace")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": f"file://{file}" if file.startswith("/") else file},
            "region": {
                "startLine": where.line,
                "startColumn": where.column,
                "endLine": where.end_line,
                "endColumn": where.end_column,
            },
        }
    }


def _literal(text: str) -> str:
    """A text without what SARIF takes for a link (`[x](1)`) or a placeholder (`{0}`)."""
    shown = "\n".join(printable(line) for line in text.split("\n"))
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\[", shown))
