"""Two states of a machine have the same name.

Why:
    State names are unique in the whole machine, across all branches and iterations. Step
    Functions refuses the definition (`DUPLICATE_STATE_NAME`). Two entries of one name in the same
    object are WF002.

Bad:
    StartAt: Both
    States:
      Both:
        Type: Parallel
        Branches:
          - StartAt: Train
            States:
              Train: {Type: Pass, End: true}
          - StartAt: Train
            States:
              Train: {Type: Pass, End: true}
        End: true

Good:
    StartAt: Both
    States:
      Both:
        Type: Parallel
        Branches:
          - StartAt: Train A
            States:
              Train A: {Type: Pass, End: true}
          - StartAt: Train B
            States:
              Train B: {Type: Pass, End: true}
        End: true

Source:
    https://states-language.net/spec.html#states-fields
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import State
from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF108", "duplicate-state-name")
def duplicate_state_name(subject: Subject) -> Iterator[Finding]:
    """Every state whose name one before it has."""
    first: dict[str, State] = {}
    for state in subject.machine.states:
        other = first.setdefault(state.name, state)
        if other is not state and not is_unresolved(state.name):
            yield Finding(
                "EF108",
                f"there are two states '{state.name}' in the machine; rename one",
                state.place,
                (Note("the other one", other.place),),
                "rename the transitions that lead to it as well",
                subject.logical_id,
                state.name,
            )
