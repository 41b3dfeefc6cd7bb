"""`sfn-lint explain`: the page of a rule."""

from __future__ import annotations

import argparse
import re

from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import OK
from sfnlint.cli.output import is_coloured, write_lines
from sfnlint.cli.rule_words import unknown_rule
from sfnlint.report.colours import paint
from sfnlint.rule import all_rules, named


def run(options: argparse.Namespace) -> int:
    """Print the page of a rule.

    Raises:
        UsageError: the word names no rule, or several.

    """
    word: str = options.rule
    coloured = is_coloured()
    for rule in all_rules().values():
        if word.lower() in (rule.id.lower(), rule.name):
            title = f"{rule.id} {rule.name} ({rule.severity})"
            page = re.sub(
                r"^\w+:$",
                lambda heading: paint(heading[0], "bold", coloured),
                rule.doc.rstrip(),
                flags=re.M,
            )
            write_lines([paint(title, rule.severity, coloured), "", page, "", rule.url])
            return OK
    several = sorted(named(word.upper()), key=lambda identifier: identifier[2:])
    if several:
        raise UsageError(f"'{word}' matches several rules: {', '.join(several)}")
    raise unknown_rule(word)
