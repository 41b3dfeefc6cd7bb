"""`sfn-lint rules`: the list of all rules."""

from __future__ import annotations

import argparse
import json

from sfnlint.cli.exit_status import OK
from sfnlint.cli.output import is_coloured, write_lines
from sfnlint.report.colours import paint
from sfnlint.rule import all_rules


def run(options: argparse.Namespace) -> int:
    """Print every rule, as text or as JSON."""
    rules = all_rules().values()
    if options.format == "json":
        entries = [
            {
                "rule": rule.id,
                "name": rule.name,
                "severity": rule.severity,
                "summary": rule.summary,
                "url": rule.url,
            }
            for rule in rules
        ]
        write_lines([json.dumps(entries, indent=2)])
        return OK
    width = max(len(rule.name) for rule in rules)
    coloured = is_coloured()
    write_lines(
        f"{paint(rule.id, rule.severity, coloured)}  {rule.name:<{width}}  {rule.summary}"
        for rule in rules
    )
    return OK
