"""A field of a payload is given twice, with and without `.$`.

Why:
    `name.$` becomes `name` when the payload is made, and so two fields would have one name. Step
    Functions refuses the definition.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name: search
          name.$: $.name
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name.$: $.name
        End: true

Source:
    https://states-language.net/spec.html#payload-template
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import payload_faults


@rule("EF114", "duplicate-payload-field")
def duplicate_payload_field(subject: Subject) -> Iterator[Finding]:
    """Names of which one ends in `.$` and another one is the same without."""
    return payload_faults(subject, "duplicate-payload-field", "EF114")
