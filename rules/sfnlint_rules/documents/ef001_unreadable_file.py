"""A file or an embedded definition cannot be read.

Why:
    The file has a syntax error, so nothing in it was checked. AWS rejects it as well, unless the
    tool that deploys the file processes it first.

Bad:
    {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 5 "End": true}}}

Good:
    {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 5, "End": true}}}

Source:
    https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("EF001", "unreadable-file")
def unreadable_file(reading: Reading) -> Iterator[Finding]:
    """Report files and embedded definitions with a syntax error."""
    return findings(reading, "unreadable")
