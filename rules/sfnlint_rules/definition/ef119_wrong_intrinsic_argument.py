"""An intrinsic function does not take these arguments.

Why:
    Each function takes so many arguments of certain types, and States.Format as many values as its
    text has `{}`. Step Functions refuses the definition, or the execution fails with
    States.IntrinsicFailure.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name.$: States.Format('{} of {}', $.name)
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name.$: States.Format('{} of {}', $.name, $.group)
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


@rule("EF119", "wrong-intrinsic-argument")
def wrong_intrinsic_argument(subject: Subject) -> Iterator[Finding]:
    """Arguments that are too many, too few or of the wrong kind."""
    return payload_faults(subject, "wrong-intrinsic-argument", "EF119")
