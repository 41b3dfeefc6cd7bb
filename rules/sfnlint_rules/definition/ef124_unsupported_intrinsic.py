"""ErrorPath or CausePath calls a function that does not return a string.

Why:
    The error and the cause of a Fail state are strings. ErrorPath and CausePath accept only the
    intrinsic functions States.Format, JsonToString, ArrayGetItem, Base64Encode, Base64Decode, Hash
    and UUID.

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
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("EF124", "unsupported-intrinsic")
def unsupported_intrinsic(subject: Subject) -> Iterator[Finding]:
    """Report calls in ErrorPath and CausePath whose outermost function returns another type."""
    return field_findings(subject, "unsupported-intrinsic")
