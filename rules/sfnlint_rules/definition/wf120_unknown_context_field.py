"""A field of the context object does not exist.

Why:
    The fields of the context object are Execution, State, StateMachine, Task and Map. Step
    Functions accepts a path to another field when the state machine is created, and the execution
    fails when the state runs.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Pass
        Parameters:
          id.$: $$.Exection.Id
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
from sfnlint.asl.jsonpath_fields import used_paths
from sfnlint.finding import Finding
from sfnlint.messages import nearest
from sfnlint.place import Place, Span
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import replacement


@rule("WF120", "unknown-context-field")
def unknown_context_field(subject: Subject) -> Iterator[Finding]:
    """Report misspelled fields; a field that resembles no known field may be new."""
    for field, start, text, path in used_paths(subject.machine):
        if path.root != "context" or not path.steps:
            continue
        known, step = tuple(CONTEXT_FIELDS), str(path.steps[0])
        if step in CONTEXT_FIELDS and len(path.steps) > 1:
            known, step = CONTEXT_FIELDS[step], str(path.steps[1])
        suggestion = None if step in known else nearest(step, known, cutoff=0.7)
        if suggestion:
            span = Span(start, start + len(text))
            place = Place(subject.machine.document, field.path, within=span)
            yield subject.finding(
                f"state '{field.state.name}': unknown context field '{step}' in '{text}'; "
                f"did you mean '{suggestion}'?",
                place,
                state=field.state,
                correction=replacement(place, step, known),
            )
