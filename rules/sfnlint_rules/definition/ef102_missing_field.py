"""A required field is missing.

Why:
    A Task requires Resource, a Choice rule requires Next, and every state except Choice, Succeed
    and Fail requires Next or End. Step Functions rejects the definition (`These fields are
    required: [Next]`).

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5

Good:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://states-language.net/spec.html#statetypes
    https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import schema_findings


@rule("EF102", "missing-field")
def missing_field(subject: Subject) -> Iterator[Finding]:
    """Report objects without a required field, or without all of several alternative fields."""
    return schema_findings(subject, "missing-field")
