"""A number is out of range.

Why:
    Timeouts, intervals, counts and percentages have limits. Step Functions rejects the definition
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
from sfnlint_rules.definition._schema import schema_findings


@rule("EF104", "value-out-of-range")
def value_out_of_range(subject: Subject) -> Iterator[Finding]:
    """Report numbers outside the range of their field."""
    return schema_findings(subject, "value-out-of-range")
