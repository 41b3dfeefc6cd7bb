"""ErrorPath or CausePath calls a function that gives no text.

Why:
    The error and the cause of a Fail are texts. Of the intrinsic functions, only States.Format,
    JsonToString, ArrayGetItem, Base64Encode, Base64Decode, Hash and UUID can stand there.

Bad:
    StartAt: Give up
    States:
      Give up:
        Type: Fail
        CausePath: States.Array('attempts', $.attempts)

Good:
    StartAt: Give up
    States:
      Give up:
        Type: Fail
        CausePath: States.Format('{} attempts', $.attempts)

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import payload_faults


@rule("EF124", "unsupported-intrinsic")
def unsupported_intrinsic(subject: Subject) -> Iterator[Finding]:
    """Calls in ErrorPath and CausePath whose outermost function gives something else."""
    return payload_faults(subject, "unsupported-intrinsic", "EF124")
