"""Two states of a state machine have the same name.

Why:
    State names must be unique in the whole state machine, including all Branches and
    ItemProcessors. Step Functions rejects the definition (`DUPLICATE_STATE_NAME`). WF002 reports
    the same name twice in one States object.

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
    """Report each state whose name an earlier state has."""
    first: dict[str, State] = {}
    for state in subject.machine.states:
        other = first.setdefault(state.name, state)
        if other is not state and not is_unresolved(state.name):
            yield subject.finding(
                f"state name '{state.name}' is used twice",
                state.place,
                state=state,
                fix="rename this state and the targets of its transitions",
                notes=(Note("first used here", other.place),),
            )
