"""A JSONata expression calls a function that does not exist.

Why:
    Neither JSONata nor Step Functions has it, and the expression does not define it. The
    execution fails when it comes to this state.

Bad:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $maximum([$states.input.pause, 60]) %}"
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
    https://docs.jsonata.org/numeric-functions
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonata_functions import JSONATA_FUNCTIONS
from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import Near
from sfnlint_rules.definition._expressions import judged


@rule("EF164", "unknown-function")
def unknown_function(subject: Subject) -> Iterator[Finding]:
    """Calls by names that are no function's, no local variable's and no variable's."""
    nearest = Near()
    for one in judged(subject):
        told: set[str] = set()
        for call in one.parsed.calls:
            name = call.name
            if (
                name in JSONATA_FUNCTIONS
                or name in told
                or name in variables(subject.machine).assigned
            ):
                continue
            told.add(name)
            near = nearest.find(name, sorted(JSONATA_FUNCTIONS))
            yield one.finding(
                "EF164",
                f"state '{one.state.name}': there is no function '${name}'"
                + (f"; did you mean '${near}'?" if near else ""),
                call[1:],
                "",
                subject,
            )
