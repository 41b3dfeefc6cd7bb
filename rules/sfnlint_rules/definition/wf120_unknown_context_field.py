"""A field that the context object does not have.

Why:
    The context object has Execution, State, StateMachine, Task and Map. A path to any other field
    is accepted when the machine is created, and fails when the state runs.

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


@rule("WF120", "unknown-context-field")
def unknown_context_field(subject: Subject) -> Iterator[Finding]:
    """Fields that are misspelt: one that resembles none may be new."""
    for field, start, text, path in used_paths(subject.machine):
        if path.root != "context" or not path.steps:
            continue
        known, step = tuple(CONTEXT_FIELDS), str(path.steps[0])
        if step in CONTEXT_FIELDS and len(path.steps) > 1:
            known, step = CONTEXT_FIELDS[step], str(path.steps[1])
        near = None if step in known else nearest(step, known, cutoff=0.7)
        if near:
            yield Finding(
                "WF120",
                f"state '{field.state.name}': the context object has no '{step}' in '{text}'; "
                f"did you mean '{near}'?",
                Place(
                    subject.machine.document,
                    field.path,
                    within=Span(start, start + len(text)),
                ),
                machine=subject.logical_id,
                state=field.state.name,
            )
