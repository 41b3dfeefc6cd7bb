"""`sfn-lint graph`: diagrams of state machines."""

from __future__ import annotations

import argparse

from sfnlint.cli import configuration
from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, OK
from sfnlint.cli.files import check_files, why_no_machine
from sfnlint.cli.output import print_message, write_lines
from sfnlint.options import Options
from sfnlint.report import dot, mermaid
from sfnlint.report.diagram import draw
from sfnlint.report.positions import position

_LANGUAGES = {"mermaid": mermaid.lines, "dot": dot.lines}


def run(options: argparse.Namespace) -> int:
    """Write a diagram of the state machines in files and folders.

    Returns:
        The exit status.

    Raises:
        UsageError: there is no state machine to draw.

    """
    # EF001 reports the files that cannot be read.
    settings = Options(rules={"EF001"}, keep_subjects=True)
    result = check_files(options.paths, configuration.load(), settings)
    for finding in result.findings:
        start = position(finding.place)
        print_message(f"{start.file}:{start.line}: {finding.message}")
    if not result.subjects:
        raise UsageError(why_no_machine(result))
    write_lines(_LANGUAGES[options.format](draw(result.subjects)), options.output_file)
    return ERROR if result.failures else OK
