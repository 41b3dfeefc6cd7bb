"""An intrinsic function does not exist.

Why:
    There are 18 intrinsic functions. Their names start with `States.` and are case-sensitive. Step
    Functions rejects the definition.

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
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("EF118", "unknown-intrinsic")
def unknown_intrinsic(subject: Subject) -> Iterator[Finding]:
    """Report calls of functions that do not exist."""
    return field_findings(subject, "unknown-intrinsic")
