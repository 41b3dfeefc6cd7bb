"""A text or list that the field does not take.

Why:
    Some fields take one of a few words, a time, an ARN, or a list that is not empty. Step
    Functions refuses everything else (`Value should be one of the following`).

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: wait
        Seconds: 5
        End: true

Good:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://states-language.net/spec.html#statetypes
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import misfits_of


@rule("EF105", "invalid-value")
def invalid_value(subject: Subject) -> Iterator[Finding]:
    """Words, forms and sizes that the field does not take."""
    return misfits_of(subject, "invalid-value", "EF105")
