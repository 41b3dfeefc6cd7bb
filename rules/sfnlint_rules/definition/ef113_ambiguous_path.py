"""A path can select several values where one is required.

Why:
    ResultPath names one target, and SecondsPath selects one number. Both are reference paths, which
    cannot contain `*`, `..`, slices, lists or filters. Step Functions rejects the definition (`The
    Reference Path is ambiguous`).

Bad:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        SecondsPath: $.jobs[*].pause
        End: true

Good:
    StartAt: Pause
    States:
      Pause:
        Type: Wait
        SecondsPath: $.jobs[0].pause
        End: true

Source:
    https://states-language.net/spec.html#ref-paths
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("EF113", "ambiguous-path")
def ambiguous_path(subject: Subject) -> Iterator[Finding]:
    """Report reference paths with a step that can select several values."""
    return field_findings(subject, "ambiguous-path")
