"""A JSONata expression refers to what no state has.

Why:
    In JSONata a bare name, `$` and `$$` mean the document that an expression is evaluated against.
    A state has none: its data is in `$states`, its variables in `$name`. Step Functions refuses
    the definition (`Reference to 'pause' at the top level is not supported`).

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
from sfnlint.asl.variables import variables
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._expressions import judged


@rule("EF161", "unsupported-reference")
def unsupported_reference(subject: Subject) -> Iterator[Finding]:
    """Bare names and `$` where they mean the whole document, and `$$` everywhere."""
    for one in judged(subject):
        parsed = one.parsed
        for reference in (*parsed.contexts[:1], *parsed.roots[:1]):
            yield one.finding(
                "EF161",
                f"state '{one.state.name}': '${reference.name}' refers to nothing here",
                reference[1:],
                "the input is $states.input",
                subject,
            )
        told: set[str] = set()
        for reference in parsed.names:
            name = reference.name
            if name in told:
                continue
            told.add(name)
            is_known = name in JSONATA_FUNCTIONS or name == "states"
            if is_known or name in variables(subject.machine).assigned:
                fix = f"write '${name}'"
            else:
                fix = f"write $states.input.{name}, or put a text in quotes"
            yield one.finding(
                "EF161",
                f"state '{one.state.name}': '{name}' refers to nothing here",
                reference[1:],
                fix,
                subject,
            )
