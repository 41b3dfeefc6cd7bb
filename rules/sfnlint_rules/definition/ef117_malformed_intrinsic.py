r"""An intrinsic function call has a syntax error.

Why:
    The arguments of a call are enclosed in parentheses and separated by commas. They are strings in
    single quotes, numbers, true, false, null, paths or other calls. A quote inside a string is
    escaped as `\\'`. Step Functions rejects the definition.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name.$: States.Format("job {}", $.name)
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name.$: States.Format('job {}', $.name)
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


@rule("EF117", "malformed-intrinsic")
def malformed_intrinsic(subject: Subject) -> Iterator[Finding]:
    """Report calls with a syntax error, each at the first invalid character."""
    return field_findings(subject, "malformed-intrinsic")
