"""A Choice rule can never be chosen.

Why:
    The first rule that holds is chosen. Whenever this one holds, an earlier one does too, so its
    Next is never taken.

Bad:
    StartAt: Size
    States:
      Size:
        Type: Choice
        Choices:
          - Variable: $.count
            NumericGreaterThan: 10
            Next: Many
          - Variable: $.count
            NumericGreaterThan: 1000
            Next: Too many
        Default: Many
      Many:
        Type: Succeed
      Too many:
        Type: Fail

Good:
    StartAt: Size
    States:
      Size:
        Type: Choice
        Choices:
          - Variable: $.count
            NumericGreaterThan: 1000
            Next: Too many
          - Variable: $.count
            NumericGreaterThan: 10
            Next: Many
        Default: Many
      Many:
        Type: Succeed
      Too many:
        Type: Fail

Source:
    https://states-language.net/spec.html#choice-state
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._choice_conditions import conditions, implies, is_always


@rule("WF212", "shadowed-choice")
def shadowed_choice(subject: Subject) -> Iterator[Finding]:
    """Rules that hold only where an earlier one holds."""
    for state in subject.machine.states:
        if state.type != "Choice":
            continue
        asked = conditions(state.data.get("Choices"))
        for index, one in enumerate(asked):
            earlier = next((at for at in range(index) if implies(one, asked[at])), None)
            if earlier is None:
                continue
            why = "always holds" if is_always(asked[earlier]) else "holds whenever it does"
            yield Finding(
                "WF212",
                f"rule {index + 1} of state '{state.name}' can never be chosen: "
                f"rule {earlier + 1} {why}",
                state.at("Choices", index),
                (Note("chosen instead", state.at("Choices", earlier)),),
                "put the narrower rule first, or remove it",
                subject.logical_id,
                state.name,
            )
