"""A path that cannot be read as JSONPath.

Why:
    A path begins with `$`, `$$` or the name of a variable after `$`. A field whose name ends in
    `.$` takes a path or an intrinsic function. Step Functions refuses the definition (`must be a
    valid JSONPath or a valid intrinsic function call`).

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        InputPath: $.jobs[0
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        InputPath: $.jobs[0]
        End: true

Source:
    https://states-language.net/spec.html#path
    https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._schema import payload_faults


@rule("EF112", "invalid-path")
def invalid_path(subject: Subject) -> Iterator[Finding]:
    """Paths that cannot be read, and what is no path at all."""
    return payload_faults(subject, "invalid-path", "EF112")
