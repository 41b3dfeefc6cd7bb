"""A value has the wrong type.

Why:
    A number in quotes is a string, and Step Functions does not convert it: it rejects the
    definition (`Expected value of type`). Numbers and booleans in quotes are not reported in a
    definition that a template contains as an object.

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: "5"
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
from sfnlint_rules.definition._quoted_placeholders import quoted_placeholders
from sfnlint_rules.definition._schema import schema_findings


@rule("EF103", "wrong-type")
def wrong_type(subject: Subject) -> Iterator[Finding]:
    """Report values whose type the field does not accept."""
    yield from schema_findings(subject, "wrong-type")
    yield from quoted_placeholders(subject)
