"""An object has an unknown field.

Why:
    The field is misspelled, or belongs to another type of state. Step Functions rejects the
    definition (`Field 'Resorce' is not supported`).

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        TimeoutSecond: 60
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        TimeoutSeconds: 60
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


@rule("EF101", "unknown-field")
def unknown_field(subject: Subject) -> Iterator[Finding]:
    """Report fields that the schema does not define, each at its name."""
    return schema_findings(subject, "unknown-field")
