"""Retry or Catch names an error that cannot be handled.

Why:
    Step Functions reports States.Runtime for its own errors, such as a path that selects nothing.
    No Retry or Catch handles it, not even with States.ALL: the execution fails.

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

from sfnlint.asl.error_names import UNCATCHABLE_ERROR
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import handlers


@rule("WF217", "uncatchable-error")
def uncatchable_error(subject: Subject) -> Iterator[Finding]:
    """Report retriers and catchers for States.Runtime."""
    for state, field, entries in handlers(subject.machine):
        for index, names in enumerate(entries):
            if UNCATCHABLE_ERROR in names:
                yield subject.finding(
                    f"state '{state.name}': {field} cannot handle {UNCATCHABLE_ERROR}, which always "
                    "fails the execution",
                    state.at(field, index, "ErrorEquals", names.index(UNCATCHABLE_ERROR)),
                    state=state,
                    fix="test for the missing value in an earlier Choice state",
                )
