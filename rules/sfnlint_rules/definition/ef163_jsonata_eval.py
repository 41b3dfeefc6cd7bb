"""A JSONata expression calls the unsupported function $eval.

Why:
    Step Functions does not support `$eval`. Use `$parse` to read JSON.

Bad:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $eval($states.input.text).pause %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $parse($states.input.text).pause %}"
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._expressions import jsonata_expressions


@rule("EF163", "jsonata-eval")
def jsonata_eval(subject: Subject) -> Iterator[Finding]:
    """Report the first use of `$eval` in each expression."""
    for state, expression, parsed in jsonata_expressions(subject.machine):
        for use in (*parsed.calls, *parsed.variables):
            if use.name == "eval":
                yield subject.finding(
                    f"state '{state.name}': Step Functions does not support $eval",
                    expression.place(state, use.start, use.end),
                    state=state,
                    fix="use $parse to read JSON",
                )
                break
