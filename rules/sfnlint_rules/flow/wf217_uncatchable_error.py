"""Retry or Catch names an error that always ends the execution.

Why:
    States.Runtime is what Step Functions reports when it cannot go on itself: a path that leads to
    nothing, a Choice without a rule that holds. No entry of Retry or Catch takes it, also not
    States.ALL: the execution fails.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        InputPath: $.job
        Catch:
          - ErrorEquals: [States.Runtime]
            Next: No job
        End: true
      No job:
        Type: Fail

Good:
    StartAt: Is there a job
    States:
      Is there a job:
        Type: Choice
        Choices:
          - Variable: $.job
            IsPresent: true
            Next: Train
        Default: No job
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        InputPath: $.job
        End: true
      No job:
        Type: Fail

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._error_handlers import handlers

_UNCATCHABLE = "States.Runtime"


@rule("WF217", "uncatchable-error")
def uncatchable_error(subject: Subject) -> Iterator[Finding]:
    """Entries of Retry and Catch for States.Runtime."""
    for state, field, entries in handlers(subject.machine):
        for index, names in enumerate(entries):
            if _UNCATCHABLE in names:
                yield Finding(
                    "WF217",
                    f"state '{state.name}': no {field} takes {_UNCATCHABLE}; it always ends "
                    "the execution",
                    state.at(field, index, "ErrorEquals", names.index(_UNCATCHABLE)),
                    fix="test for what is missing in a Choice before",
                    machine=subject.logical_id,
                    state=state.name,
                )
