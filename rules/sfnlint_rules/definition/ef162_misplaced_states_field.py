"""A field of $states does not exist in this place.

Why:
    `$states.result` exists only in Output and Assign of a Task, Parallel or Map state, and
    `$states.errorOutput` only in Output and Assign of a Catch. `$states.input` and
    `$states.context` exist everywhere. Step Functions rejects the definition (`Field
    '$states.errorOutput' does not exist`).

Bad:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $states.result.pause %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $states.input.pause %}"
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sfnlint.asl.context_object import STATES_FIELDS
from sfnlint.asl.machine import State
from sfnlint.finding import Finding
from sfnlint.place import Route
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import did_you_mean
from sfnlint_rules.definition._expressions import jsonata_expressions

if TYPE_CHECKING:
    from sfnlint.asl.jsonata import StatesField


@rule("EF162", "misplaced-states-field")
def misplaced_states_field(subject: Subject) -> Iterator[Finding]:
    """Report fields that `$states` never has, or not in this place."""
    for state, expression, parsed in jsonata_expressions(subject.machine):
        uses: dict[str, StatesField] = {}
        for use in parsed.states:
            uses.setdefault(use.fields[0] if use.fields else "input", use)
        for field, use in uses.items():
            problem = _problem(field, state, expression.path[len(state.path) :])
            if problem:
                yield subject.finding(
                    f"state '{state.name}': {problem}",
                    expression.place(state, use.start, use.end),
                    state=state,
                )


def _problem(field: str, state: State, route: Route) -> str:
    if field not in STATES_FIELDS:
        return f"$states has no field '{field}'{did_you_mean(field, STATES_FIELDS)}"
    if field == "result":
        if state.type not in ("Task", "Parallel", "Map"):
            return f"$states.result does not exist in a {state.type} state"
        if route[0] not in ("Output", "Assign"):
            return "$states.result exists only in Output and Assign of the state"
    in_catch = route[0] == "Catch" and route[2:3] in (("Output",), ("Assign",))
    if field == "errorOutput" and not in_catch:
        return "$states.errorOutput exists only in Output and Assign of a Catch"
    return ""
