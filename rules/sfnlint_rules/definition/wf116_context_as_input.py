"""A field of the context object is read from the state input.

Why:
    `$.Execution.Id` reads the state input, and `$$.Execution.Id` reads the context object. The
    execution fails if the input has no such field. The rule ignores state machines that create a
    field with this name themselves.

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
    """Report paths of the input that start like a path of the context object."""
    for field, start, text, path in used_paths(subject.machine):
        first, second = (*path.steps[:2], None, None)[:2]
        if path.root != "input" or second not in CONTEXT_FIELDS.get(str(first), ()):
            continue
        if str(field.state.data.get("InputPath")).startswith("$$"):
            continue  # the context object is the input
        if first not in jsonpath_fields(subject.machine).names:
            span = Span(start, start + len(text))
            yield subject.finding(
                f"state '{field.state.name}': '{text}' reads the state input, not the "
                f"context object; did you mean '${text}'?",
                Place(subject.machine.document, field.path, within=span),
                state=field.state,
            )
