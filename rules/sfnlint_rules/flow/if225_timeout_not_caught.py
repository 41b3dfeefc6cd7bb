"""A Catch for States.TaskFailed does not match the timeout of the Task.

Why:
    States.TaskFailed matches every error of a Task except States.Timeout. After TimeoutSeconds, the
    execution fails although the Task has a Catch.

Bad:
    StartAt: Price
    States:
      Price:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: price}
        TimeoutSeconds: 10
        Catch:
          - {ErrorEquals: [States.TaskFailed], Next: Failed}
        End: true
      Failed: {Type: Succeed}

Good:
    StartAt: Price
    States:
      Price:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: price}
        TimeoutSeconds: 10
        Catch:
          - {ErrorEquals: [States.TaskFailed, States.Timeout], Next: Failed}
        End: true
      Failed: {Type: Succeed}

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import handlers

_TIMEOUTS = {"States.Timeout", "States.HeartbeatTimeout", "States.ALL"}
_FIELDS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


@rule("IF225", "timeout-not-caught")
def timeout_not_caught(subject: Subject) -> Iterator[Finding]:
    """Report Tasks with a timeout whose Catch handles all errors but the timeout."""
    for state, field, entries in handlers(subject.machine):
        if field != "Catch" or state.type != "Task":
            continue
        names = [name for entry in entries for name in entry]
        if "States.TaskFailed" not in names or _TIMEOUTS.intersection(map(str, names)):
            continue
        timeout = next((name for name in _FIELDS if name in state.data), None)
        if timeout is not None:
            index = next(
                index for index, entry in enumerate(entries) if "States.TaskFailed" in entry
            )
            yield subject.finding(
                f"state '{state.name}': States.TaskFailed does not match States.Timeout, so no "
                f"Catch handles the end of {timeout}",
                state.at("Catch", index, "ErrorEquals"),
                state=state,
                fix="add States.Timeout",
            )
