"""A JSONata expression has a syntax error.

Why:
    Step Functions rejects the definition (`INVALID_JSONATA_EXPRESSION`). A missing quote or bracket
    is easy to overlook in a JSON string.

Bad:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $max([$states.input.pause, 60) %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $max([$states.input.pause, 60]) %}"
        End: true

Source:
    https://docs.jsonata.org/expressions
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._expressions import jsonata_expressions


@rule("EF160", "jsonata-syntax")
def jsonata_syntax(subject: Subject) -> Iterator[Finding]:
    """Report expressions with a syntax error."""
    for state, expression, parsed in jsonata_expressions(subject.machine):
        fault = parsed.error
        if fault is not None:
            yield subject.finding(
                f"state '{state.name}': {fault.message}",
                expression.place(state, fault.start, fault.end),
                state=state,
            )
