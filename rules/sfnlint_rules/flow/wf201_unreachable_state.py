"""States are reachable only from each other.

Why:
    No path from StartAt leads to these states, so they never run. Often, one of them was the target
    of a transition that was renamed or removed. Step Functions accepts the definition, because a
    transition leads to each state.

Bad:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        End: true
      Report:
        Type: Pass
        Next: Review
      Review:
        Type: Choice
        Choices:
          - Variable: $.approved
            BooleanEquals: true
            Next: Train
        Default: Report

Good:
    StartAt: Prepare
    States:
      Prepare:
        Type: Pass
        Next: Train
      Train:
        Type: Wait
        Seconds: 5
        Next: Report
      Report:
        Type: Pass
        Next: Review
      Review:
        Type: Choice
        Choices:
          - Variable: $.approved
            BooleanEquals: true
            Next: Done
        Default: Report
      Done:
        Type: Succeed

Source:
    https://states-language.net/spec.html#states-fields
    https://github.com/aws-cloudformation/cfn-lint/issues/4074
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._unreachable import unreachable_groups


@rule("WF201", "unreachable-state")
def unreachable_state(subject: Subject) -> Iterator[Finding]:
    """Report groups of states that only lead to each other, once per group."""
    for group in unreachable_groups(subject.machine):
        if group.is_target:
            state = group.state
            yield subject.finding(
                f"state '{state.name}' is unreachable from '{state.scope.data['StartAt']}'",
                state.place,
                state=state,
                fix="add a transition to it, or remove it",
                notes=group.notes,
            )
