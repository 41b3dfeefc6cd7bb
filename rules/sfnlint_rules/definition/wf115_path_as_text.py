"""A path or function is passed as a text.

Why:
    Without `.$` at the end of its name a field is passed as it is written: the service gets the
    text `$.name`, not what stands at that path of the input. A Pass state's Result is always
    passed as it is written.

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
from sfnlint_rules.definition._schema import payload_faults


@rule("WF115", "path-as-text")
def path_as_text(subject: Subject) -> Iterator[Finding]:
    """Texts of payloads that read as a path or a call; not those that services take as paths."""
    return payload_faults(subject, "path-as-text", "WF115")
