"""Two Map states have the same label.

Why:
    A Distributed Map's Label becomes part of the ARN of its runs, and so is unique in the machine.
    Step Functions refuses the definition (`DUPLICATE_LABEL_NAME`).

Bad:
    StartAt: First
    States:
      First:
        Type: Map
        Label: items
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
          StartAt: One
          States:
            One: {Type: Pass, End: true}
        Next: Second
      Second:
        Type: Map
        Label: items
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
          StartAt: Two
          States:
            Two: {Type: Pass, End: true}
        End: true

Good:
    StartAt: First
    States:
      First:
        Type: Map
        Label: items
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
          StartAt: One
          States:
            One: {Type: Pass, End: true}
        Next: Second
      Second:
        Type: Map
        Label: others
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
          StartAt: Two
          States:
            Two: {Type: Pass, End: true}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import State
from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF110", "duplicate-label")
def duplicate_label(subject: Subject) -> Iterator[Finding]:
    """Every Map whose label one before it has."""
    first: dict[str, State] = {}
    for state in subject.machine.states:
        label = state.data.get("Label")
        if state.type != "Map" or not isinstance(label, str) or is_unresolved(label):
            continue
        other = first.setdefault(label, state)
        if other is not state:
            yield Finding(
                "EF110",
                f"state '{state.name}' has the label '{label}', which '{other.name}' has too",
                state.at("Label"),
                (Note("the other one", other.at("Label")),),
                machine=subject.logical_id,
                state=state.name,
            )
