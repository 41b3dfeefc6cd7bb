"""Two Map states have the same label.

Why:
    The Label of a Distributed Map becomes part of the ARN of its Map Runs, so it must be unique in
    the state machine. Step Functions rejects the definition (`DUPLICATE_LABEL_NAME`).

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
    """Report each Map whose label an earlier Map has."""
    first: dict[str, State] = {}
    for state in subject.machine.states:
        label = state.data.get("Label")
        if state.type != "Map" or not isinstance(label, str) or is_unresolved(label):
            continue
        other = first.setdefault(label, state)
        if other is not state:
            yield subject.finding(
                f"state '{state.name}' has the same Label '{label}' as state '{other.name}'",
                state.at("Label"),
                state=state,
                notes=(Note("first used here", other.at("Label")),),
            )
