"""A field that is needed is not there.

Why:
    A Task needs its Resource, a Choice rule its Next, every state but Choice, Succeed and Fail
    either Next or End. Step Functions refuses the definition (`These fields are required: [Next]`).

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5

Good:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        Seconds: 5
        End: true

Source:
    https://states-language.net/spec.html#statetypes
    https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import misfits_of


@rule("EF102", "missing-field")
def missing_field(subject: Subject) -> Iterator[Finding]:
    """Objects without a field, or without all of several of which they need one."""
    return misfits_of(subject, "missing-field", "EF102")
