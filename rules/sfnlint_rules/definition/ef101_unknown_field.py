"""A field that the language does not have at this place.

Why:
    A misspelt field, or one of another type of state. Step Functions refuses the definition
    (`Field 'Resorce' is not supported`).

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
from sfnlint_rules.definition._schema import misfits_of


@rule("EF101", "unknown-field")
def unknown_field(subject: Subject) -> Iterator[Finding]:
    """Fields that the schema does not know, each at its name."""
    return misfits_of(subject, "unknown-field", "EF101")
