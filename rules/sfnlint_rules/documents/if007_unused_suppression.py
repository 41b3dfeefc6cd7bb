"""A suppression keeps nothing quiet.

Why:
    What it was written for is mended, or it stands in the wrong place or names no rule. Left where
    it is, it will hide the next finding of that rule, which nobody has looked at.

Bad:
    StartAt: Prepare
    States:
      # sfn-lint: ignore[WF201] started by hand while we try it
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
      # sfn-lint: ignore[WF201] started by hand while we try it
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
    """Suppressions that name no rule, or one that has no finding there."""
    for message, place in suppressions.unused():
        yield Finding("IF007", message, place, fix="remove it, or put it where the finding is")
