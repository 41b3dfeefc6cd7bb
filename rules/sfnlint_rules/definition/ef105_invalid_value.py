"""A string or list is not a valid value of its field.

Why:
    Some fields accept only certain keywords, a timestamp, an ARN, or a list that is not empty. Step
    Functions rejects the definition (`Value should be one of the following`).

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: wait
        Seconds: 5
        End: true

Good:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://states-language.net/spec.html#statetypes
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import schema_findings


@rule("EF105", "invalid-value")
def invalid_value(subject: Subject) -> Iterator[Finding]:
    """Report keywords, formats and sizes that the field does not accept."""
    return schema_findings(subject, "invalid-value")
