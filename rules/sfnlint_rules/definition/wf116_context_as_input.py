"""A field of the context object is looked up in the input.

Why:
    `$.Execution.Id` is a field of the state's input; the execution's own is `$$.Execution.Id`.
    Where the input has no such field, the execution fails. Machines that make a field of that
    name themselves are not reported.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          id.$: $.Execution.Id
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          id.$: $$.Execution.Id
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.context_object import CONTEXT_FIELDS
from sfnlint.asl.jsonpath_fields import jsonpath_fields, used_paths
from sfnlint.finding import Finding
from sfnlint.place import Place, Span
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("WF116", "context-as-input")
def context_as_input(subject: Subject) -> Iterator[Finding]:
    """Paths of the input that begin as one of the context object does."""
    for field, start, text, path in used_paths(subject.machine):
        first, second = (*path.steps[:2], None, None)[:2]
        if path.root != "input" or second not in CONTEXT_FIELDS.get(str(first), ()):
            continue
        if str(field.state.data.get("InputPath")).startswith("$$"):
            continue  # the context object is the input
        if first not in jsonpath_fields(subject.machine).names:
            yield Finding(
                "WF116",
                f"state '{field.state.name}': '{text}' is a field of the input; the context "
                f"object's is '${text}'",
                Place(
                    subject.machine.document,
                    field.path,
                    within=Span(start, start + len(text)),
                ),
                machine=subject.logical_id,
                state=field.state.name,
            )
