"""A JSONata expression cannot be read.

Why:
    Step Functions refuses the definition (`INVALID_JSONATA_EXPRESSION`). In a string in JSON, a
    quote or a bracket is easily lost.

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
from sfnlint_rules.definition._expressions import judged


@rule("EF160", "jsonata-syntax")
def jsonata_syntax(subject: Subject) -> Iterator[Finding]:
    """Expressions that are not JSONata."""
    for one in judged(subject):
        fault = one.parsed.error
        if fault is not None:
            yield one.finding(
                "EF160",
                f"state '{one.state.name}': {fault.message}",
                (fault.start, fault.end),
                "",
                subject,
            )
