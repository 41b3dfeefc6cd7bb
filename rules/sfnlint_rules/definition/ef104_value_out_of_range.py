"""A number is too small or too large.

Why:
    Timeouts, intervals, counts and percentages have limits. Step Functions refuses the definition
    (`Maximum value is 99999999`).

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [States.TaskFailed]
            BackoffRate: 0.5
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [States.TaskFailed]
            BackoffRate: 1.5
        End: true

Source:
    https://states-language.net/spec.html#errors
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import misfits_of


@rule("EF104", "value-out-of-range")
def value_out_of_range(subject: Subject) -> Iterator[Finding]:
    """Numbers beyond the field's limits."""
    return misfits_of(subject, "value-out-of-range", "EF104")
