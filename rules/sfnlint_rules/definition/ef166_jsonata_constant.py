"""A constant in a JSONata expression has a wrong type.

Why:
    Arithmetic with a string, a function that gets another type, a range with too many items: the
    evaluation fails with States.QueryEvaluationError, whatever the input is.

Bad:
    QueryLanguage: JSONata
    StartAt: Name
    States:
      Name:
        Type: Pass
        Output: "{% 'order-' + $states.input.id %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Name
    States:
      Name:
        Type: Pass
        Output: "{% 'order-' & $states.input.id %}"
        End: true

Source:
    https://docs.jsonata.org/numeric-operators
    https://docs.jsonata.org/numeric-functions
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonata_constants import constant_problems
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._expressions import jsonata_expressions


@rule("EF166", "jsonata-constant")
def jsonata_constant(subject: Subject) -> Iterator[Finding]:
    """Report constants that certainly make the evaluation of an expression fail."""
    for state, expression, parsed in jsonata_expressions(subject.machine):
        for problem in () if parsed.error else constant_problems(expression.text):
            yield subject.finding(
                f"state '{state.name}': {problem.message}",
                expression.place(state, problem.start, problem.end),
                state=state,
                fix=problem.fix,
            )
