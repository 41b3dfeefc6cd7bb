"""A comparison of a Choice rule is never true.

Why:
    A comparison with a value of another type is false, not an error. The value certainly has
    another type, such as the string `"true"` in the place of a boolean.

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Result: {paid: "true"}
        Next: Decide
      Decide:
        Type: Choice
        Choices:
          - {Variable: $.paid, BooleanEquals: true, Next: Ship}
        Default: Wait
      Ship: {Type: Succeed}
      Wait: {Type: Fail}

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Result: {paid: true}
        Next: Decide
      Decide:
        Type: Choice
        Choices:
          - {Variable: $.paid, BooleanEquals: true, Next: Ship}
        Default: Wait
      Ship: {Type: Succeed}
      Wait: {Type: Fail}

Source:
    https://states-language.net/spec.html#choice-state
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._data_flow import findings


@rule("WF222", "comparison-never-true")
def comparison_never_true(subject: Subject) -> Iterator[Finding]:
    """Report comparisons with a value that certainly has another type."""
    return findings(subject, "never-true")
