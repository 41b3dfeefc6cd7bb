"""A Choice state has no Default.

Why:
    If no rule matches, a Choice without Default ends the execution with States.NoChoiceMatched. A
    Choice state has no Retry and no Catch. One unexpected value is enough.

Bad:
    StartAt: Trained?
    States:
      Trained?:
        Type: Choice
        Choices:
          - Variable: $.TrainingJobStatus
            StringEquals: Completed
            Next: Done
          - Variable: $.TrainingJobStatus
            StringEquals: Failed
            Next: Failed
      Done:
        Type: Succeed
      Failed:
        Type: Fail

Good:
    StartAt: Trained?
    States:
      Trained?:
        Type: Choice
        Choices:
          - Variable: $.TrainingJobStatus
            StringEquals: Completed
            Next: Done
        Default: Failed
      Done:
        Type: Succeed
      Failed:
        Type: Fail

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._choice_conditions import conditions


@rule("WF211", "choice-without-default")
def choice_without_default(subject: Subject) -> Iterator[Finding]:
    """Report Choice states without Default whose rules do not match every value."""
    for state in subject.machine.states:
        choices = state.data.get("Choices")
        if state.type != "Choice" or "Default" in state.data or not choices:
            continue
        # Most machines have no such state (benchmarks/compare.py).
        from sfnlint_rules.flow._choice_coverage import covers_every_value

        if not covers_every_value(conditions(choices)):
            yield subject.finding(
                f"state '{state.name}' has no Default, so the execution fails if no rule matches",
                state.at("Choices").key(),
                state=state,
                fix="add a Default",
            )
