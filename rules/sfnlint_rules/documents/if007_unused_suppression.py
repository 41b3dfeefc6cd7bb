"""A suppression has no effect.

Why:
    The finding that it suppressed was fixed, or the suppression is in the wrong place, or it names
    no rule. If it stays, it hides the next finding of that rule, which nobody has reviewed.

Bad:
    StartAt: Prepare
    States:
      # sfn-lint: ignore[WF201] started manually during the trial
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        End: true
      # sfn-lint: ignore[WF201] started manually during the trial
      Train:
        Type: Wait
        Seconds: 5
        End: true

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
