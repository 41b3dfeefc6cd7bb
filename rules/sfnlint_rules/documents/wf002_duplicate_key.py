"""A name stands twice in one object.

Why:
    Of two entries with one name only one counts, and which one is up to the parser. A state, a
    parameter or a statement is lost without a word.

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
from sfnlint_rules.documents._input_problems import problems


@rule("WF002", "duplicate-key")
def duplicate_key(reading: Reading) -> Iterator[Finding]:
    """Troubles of this kind."""
    return problems(reading, "duplicate-key", "WF002")
