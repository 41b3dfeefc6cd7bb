"""A JSONata expression is certainly undefined.

Why:
    An expression that names a value that does not exist is undefined. As the value of a field, it
    ends the execution with States.QueryEvaluationError.

Bad:
    QueryLanguage: JSONata
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Output: {order: 17}
        Next: Store
      Store:
        Type: Pass
        Output: "{% $states.input.orders %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Output: {order: 17}
        Next: Store
      Store:
        Type: Pass
        Output: "{% $states.input.order %}"
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._data_flow import findings


@rule("EF220", "undefined-value")
def undefined_value(subject: Subject) -> Iterator[Finding]:
    """Report expressions that are undefined, whatever the input of the execution is."""
    return findings(subject, "undefined-value")
