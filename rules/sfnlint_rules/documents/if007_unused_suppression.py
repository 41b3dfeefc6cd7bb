"""A suppression has no effect.

Why:
    The finding that it suppressed was fixed, or the suppression is in the wrong place, or it names
    no rule. If it stays, it hides the next finding of that rule, which nobody has reviewed.

Bad:
    StartAt: Decide
    States:
      Decide:
        Type: Choice
        # sfn-lint: ignore[WF211] the schedule sends only this kind
        Choices:
          - {Variable: $.kind, StringEquals: nightly, Next: Train}
        Default: Train
      Train:
        Type: Succeed

Good:
    StartAt: Decide
    States:
      Decide:
        Type: Choice
        # sfn-lint: ignore[WF211] the schedule sends only this kind
        Choices:
          - {Variable: $.kind, StringEquals: nightly, Next: Train}
      Train:
        Type: Succeed

Source:
    https://github.com/sfn-lint/sfn-lint/blob/main/docs/suppression.md
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.suppression import Suppressions


@rule("IF007", "unused-suppression")
def unused_suppression(suppressions: Suppressions) -> Iterator[Finding]:
    """Report suppressions that name no rule, or a rule without a finding there."""
    for message, place in suppressions.problems():
        yield Finding("", message, place, fix="remove it, or move it to the finding")
