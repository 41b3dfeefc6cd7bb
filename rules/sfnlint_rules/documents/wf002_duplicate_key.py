"""A key is defined twice in one object.

Why:
    Only one of two entries with the same key is kept, and the parser decides which. The other
    state, parameter or statement is lost without an error.

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true
      Train:
        Type: Succeed

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://www.rfc-editor.org/rfc/rfc8259#section-4
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Reading
from sfnlint_rules.documents._input_problems import findings


@rule("WF002", "duplicate-key")
def duplicate_key(reading: Reading) -> Iterator[Finding]:
    """Report each key that an object already has."""
    return findings(reading, "duplicate-key")
