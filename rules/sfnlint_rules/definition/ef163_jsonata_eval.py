"""A JSONata expression calls $eval.

Why:
    Step Functions does not have it. `$parse` reads JSON.

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
from sfnlint_rules.definition._expressions import judged


@rule("EF163", "jsonata-eval")
def jsonata_eval(subject: Subject) -> Iterator[Finding]:
    """Uses of `$eval`."""
    for one in judged(subject):
        for use in (*one.parsed.calls, *one.parsed.variables):
            if use.name == "eval":
                yield one.finding(
                    "EF163",
                    f"state '{one.state.name}': Step Functions has no $eval",
                    use[1:],
                    "read JSON with $parse",
                    subject,
                )
                break
