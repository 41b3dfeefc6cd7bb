"""A path that can lead to several values, where there must be one.

Why:
    ResultPath says where one result goes, and SecondsPath gives one number: they are reference
    paths, without `*`, `..`, ranges, lists or filters. Step Functions refuses the definition
    (`The Reference Path is ambiguous`).

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
from sfnlint_rules.definition._schema import payload_faults


@rule("EF113", "ambiguous-path")
def ambiguous_path(subject: Subject) -> Iterator[Finding]:
    """Reference paths with a step that can lead to several values."""
    return payload_faults(subject, "ambiguous-path", "EF113")
