"""An intrinsic function has invalid arguments.

Why:
    Each function accepts a fixed number of arguments of certain types. States.Format requires as
    many values as its template has `{}`. Step Functions rejects the definition, or the execution
    fails with States.IntrinsicFailure.

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
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("EF119", "wrong-intrinsic-argument")
def wrong_intrinsic_argument(subject: Subject) -> Iterator[Finding]:
    """Report calls with too many, too few or invalid arguments."""
    return field_findings(subject, "wrong-intrinsic-argument")
