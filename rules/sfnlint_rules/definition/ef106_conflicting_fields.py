"""Two fields exclude each other.

Why:
    Next and End, Seconds and Timestamp, or a value and its path cannot be used together. Step
    Functions rejects the definition. In a Map state, ItemSelector replaces Parameters.

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
    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemselector.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import schema_findings


@rule("EF106", "conflicting-fields")
def conflicting_fields(subject: Subject) -> Iterator[Finding]:
    """Report pairs of fields, each at the second field."""
    return schema_findings(subject, "conflicting-fields")
