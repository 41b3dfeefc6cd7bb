"""A value of the wrong type.

Why:
    A number in quotes is a text, and Step Functions does not turn it into a number: it refuses
    the definition (`Expected value of type`). In a definition that a template holds as an object,
    numbers and booleans in quotes are not reported.

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: "5"
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


@rule("EF103", "wrong-type")
def wrong_type(subject: Subject) -> Iterator[Finding]:
    """Values of another type than the field takes."""
    return misfits_of(subject, "wrong-type", "EF103")
