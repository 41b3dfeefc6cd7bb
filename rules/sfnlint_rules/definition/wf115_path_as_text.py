"""A path or an intrinsic function is passed as a string.

Why:
    Only a field whose name ends in `.$` is evaluated. Any other field is passed unchanged: the
    service receives the string `$.name` instead of the value in the state input. The Result of a
    Pass state is never evaluated.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name: $.name
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name.$: $.name
        End: true

Source:
    https://states-language.net/spec.html#payload-template
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("WF115", "path-as-text")
def path_as_text(subject: Subject) -> Iterator[Finding]:
    """Report strings in payload templates that look like a path or a function call."""
    return field_findings(subject, "path-as-text")
