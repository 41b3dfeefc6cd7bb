"""An intrinsic function that does not exist.

Why:
    There are 18 of them, all beginning with `States.`, and upper and lower case count. Step
    Functions refuses the definition.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          id.$: States.Uuid()
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          id.$: States.UUID()
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import payload_faults


@rule("EF118", "unknown-intrinsic")
def unknown_intrinsic(subject: Subject) -> Iterator[Finding]:
    """Names that are none of the functions."""
    return payload_faults(subject, "unknown-intrinsic", "EF118")
