"""A path is not valid JSONPath.

Why:
    A path starts with `$`, `$$` or `$` and the name of a variable. A field whose name ends in `.$`
    requires a path or an intrinsic function. Step Functions rejects the definition (`must be a
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
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("EF112", "invalid-path")
def invalid_path(subject: Subject) -> Iterator[Finding]:
    """Report paths with a syntax error, and other strings in the place of a path."""
    return field_findings(subject, "invalid-path")
