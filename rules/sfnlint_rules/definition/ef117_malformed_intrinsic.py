r"""A call of an intrinsic function that cannot be read.

Why:
    A call has arguments between parentheses, separated by commas: texts in single quotes, numbers,
    true, false, null, paths, other calls. A quote inside a text is written `\\'`. Step Functions
    refuses the definition.

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
from sfnlint_rules.definition._schema import payload_faults


@rule("EF117", "malformed-intrinsic")
def malformed_intrinsic(subject: Subject) -> Iterator[Finding]:
    """Calls that are broken, at the character where they are."""
    return payload_faults(subject, "malformed-intrinsic", "EF117")
