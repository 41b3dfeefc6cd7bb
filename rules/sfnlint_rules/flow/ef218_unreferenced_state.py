"""No transition leads to a state.

Why:
    The state is neither StartAt nor the target of a Next, a Default, a Catch or a Choice rule.
    Often, it was the target of a transition that was renamed or removed. Step Functions rejects the
    definition (`State "Report" is not reachable`).

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
        End: true

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
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
    https://github.com/aws-cloudformation/cfn-lint/issues/4073
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._unreachable import unreachable_groups


@rule("EF218", "unreferenced-state")
def unreferenced_state(subject: Subject) -> Iterator[Finding]:
    """Report states that no transition leads to."""
    for group in unreachable_groups(subject.machine):
        if not group.is_target:
            state = group.state
            yield subject.finding(
                f"state '{state.name}' is unreachable: no transition leads to it",
                state.place,
                state=state,
                fix="add a transition to it, or remove it",
                notes=group.notes,
            )
