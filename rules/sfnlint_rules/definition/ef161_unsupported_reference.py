"""A JSONata expression refers to a top-level value that does not exist.

Why:
    In JSONata, `$$`, `$` and a bare name refer to the input document of the expression. A state has
    none: its data is in `$states`, and its variables are `$name`. Step Functions rejects the
    definition (`Reference to 'pause' at the top level is not supported`).

Bad:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% pause + 10 %}"
        End: true

Good:
    QueryLanguage: JSONata
    StartAt: Wait
    States:
      Wait:
        Type: Wait
        Seconds: "{% $states.input.pause + 10 %}"
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonata_functions import JSONATA_FUNCTIONS
from sfnlint.asl.machine import Machine
from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._expressions import jsonata_expressions


@rule("EF161", "unsupported-reference")
def unsupported_reference(subject: Subject) -> Iterator[Finding]:
    """Report bare names, `$` and `$$` that refer to the input document."""
    for state, expression, parsed in jsonata_expressions(subject.machine):
        references = {f"${use.name}": use for use in (*parsed.contexts[:1], *parsed.roots[:1])}
        for use in parsed.names:
            references.setdefault(use.name, use)
        for name, use in references.items():
            yield subject.finding(
                f"state '{state.name}': '{name}' cannot be referenced at the top level",
                expression.place(state, use.start, use.end),
                state=state,
                fix=_fix(name, subject.machine),
            )


def _fix(name: str, machine: Machine) -> str:
    if name in ("$", "$$"):
        return "read the input from $states.input"
    if name in JSONATA_FUNCTIONS or name == "states" or name in variables(machine).assigned:
        return f"write '${name}'"
    return f"write $states.input.{name}, or put quotes around a string"
