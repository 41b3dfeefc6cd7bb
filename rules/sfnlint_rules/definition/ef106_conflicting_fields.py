"""Two fields of which there can be only one.

Why:
    Next and End, Seconds and Timestamp, a value and the path of that value exclude each other.
    Step Functions refuses the definition.

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5
        SecondsPath: $.pause
        End: true

Good:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        SecondsPath: $.pause
        End: true

Source:
    https://states-language.net/spec.html#wait-state
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import misfits_of


@rule("EF106", "conflicting-fields")
def conflicting_fields(subject: Subject) -> Iterator[Finding]:
    """Pairs of fields, at the second one."""
    return misfits_of(subject, "conflicting-fields", "EF106")
