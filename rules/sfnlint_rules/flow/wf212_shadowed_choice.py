"""A Choice rule can never match first.

Why:
    Step Functions takes the first rule that matches. Whenever this rule matches, an earlier rule
    does too, so its Next is never taken.

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
    """Report rules that match only where an earlier rule matches."""
    for state in subject.machine.states:
        if state.type != "Choice":
            continue
        rules = conditions(state.data.get("Choices"))
        for index, condition in enumerate(rules):
            earlier = next((at for at in range(index) if implies(condition, rules[at])), None)
            if earlier is None:
                continue
            matches = "always matches" if is_always(rules[earlier]) else "matches whenever it does"
            yield subject.finding(
                f"rule {index + 1} of state '{state.name}' is never taken: rule {earlier + 1} "
                f"{matches}",
                state.at("Choices", index),
                state=state,
                fix="put the narrower rule first, or remove it",
                notes=(Note("this rule matches first", state.at("Choices", earlier)),),
            )
