"""A JSONata expression calls a function that does not exist.

Why:
    The function is not part of JSONata or Step Functions, and the expression does not define it.
    The execution fails when it reaches this state.

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
from typing import TYPE_CHECKING

from sfnlint.asl.jsonata_functions import JSONATA_FUNCTIONS
from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import Suggestions, replacement
from sfnlint_rules.definition._expressions import jsonata_expressions

if TYPE_CHECKING:
    from sfnlint.asl.jsonata import Identifier


@rule("EF164", "unknown-function")
def unknown_function(subject: Subject) -> Iterator[Finding]:
    """Report calls of names that are neither a function nor a variable."""
    suggestions = Suggestions()
    for state, expression, parsed in jsonata_expressions(subject.machine):
        calls: dict[str, Identifier] = {}
        for call in parsed.calls:
            if (
                call.name not in JSONATA_FUNCTIONS
                and call.name not in variables(subject.machine).assigned
            ):
                calls.setdefault(call.name, call)
        for name, call in calls.items():
            hint = suggestions.did_you_mean(name, sorted(JSONATA_FUNCTIONS), prefix="$")
            place = expression.place(state, call.start, call.end)
            yield subject.finding(
                f"state '{state.name}': unknown function '${name}'{hint}",
                place,
                state=state,
                correction=replacement(place, name, sorted(JSONATA_FUNCTIONS)),
            )
