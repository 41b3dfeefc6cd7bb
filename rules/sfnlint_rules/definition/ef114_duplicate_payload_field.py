"""A payload field is defined both with and without `.$`.

Why:
    Step Functions removes `.$` from `name.$` when it evaluates the payload template, so both fields
    would have the same name. It rejects the definition.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          name: search
          name.$: $.name
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
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.definition._jsonpath_fields import field_findings


@rule("EF114", "duplicate-payload-field")
def duplicate_payload_field(subject: Subject) -> Iterator[Finding]:
    """Report fields whose name ends in `.$` next to the same field without it."""
    return field_findings(subject, "duplicate-payload-field")
