"""A field of $states does not exist where it is read.

Why:
    `$states.result` is there in the Output and the Assign of a Task, Parallel or Map, and
    `$states.errorOutput` in those of a Catch; `$states.input` and `$states.context` are
    everywhere. Step Functions refuses anything else (`Field '$states.errorOutput' does not
    exist`).

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

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import hint
from sfnlint_rules.definition._expressions import Judged, judged

_FIELDS = ("input", "result", "errorOutput", "context")


@rule("EF162", "misplaced-states-field")
def misplaced_states_field(subject: Subject) -> Iterator[Finding]:
    """Fields of `$states` that it never has, or not there."""
    for one in judged(subject):
        told: set[str] = set()
        for use in one.parsed.states:
            field = use.fields[0] if use.fields else "input"
            problem = _problem(one, field)
            if not problem or field in told:
                continue
            told.add(field)
            yield one.finding(
                "EF162",
                f"state '{one.state.name}': {problem}",
                (use.start, use.end),
                "",
                subject,
            )


def _problem(one: Judged, field: str) -> str:
    route = one.route
    if field not in _FIELDS:
        return f"$states has no '{field}'{hint(field, _FIELDS)}"
    if field == "result":
        if one.state.type not in ("Task", "Parallel", "Map"):
            return f"a {one.state.type} state has no $states.result"
        if route[0] not in ("Output", "Assign"):
            return "$states.result is there only in the state's Output and Assign"
    caught = route[0] == "Catch" and route[2:3] in (("Output",), ("Assign",))
    if field == "errorOutput" and not caught:
        return "$states.errorOutput is there only in the Output and Assign of a Catch"
    return ""
