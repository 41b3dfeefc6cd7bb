"""A file or an embedded definition cannot be read.

Why:
    Nothing in it was checked. AWS cannot read it either, or the tool that deploys it fills in
    something first that this one does not see.

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
from sfnlint_rules.documents._input_problems import problems


@rule("EF001", "unreadable-file")
def unreadable_file(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "unreadable", "EF001")
