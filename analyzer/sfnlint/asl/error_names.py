"""The error names that Step Functions defines.

https://states-language.net/spec.html#appendix-a and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

ALL_ERRORS = "States.ALL"
"""Matches every error that can be handled."""

TASK_FAILED = "States.TaskFailed"
"""Matches every error that the service or function of a Task reports."""

UNCATCHABLE_ERROR = "States.Runtime"
"""Always fails the execution: Retry and Catch do not handle it."""

ERROR_NAMES = (
    *("States.ALL", "States.BranchFailed", "States.DataLimitExceeded", "States.HeartbeatTimeout"),
    *("States.ExceedToleratedFailureThreshold", "States.IntrinsicFailure", "States.Http.Socket"),
    *("States.ItemReaderFailed", "States.NoChoiceMatched", "States.ParameterPathFailure"),
    *("States.Permissions", "States.QueryEvaluationError", "States.ResultPathMatchFailure"),
    *("States.ResultWriterFailed", "States.Runtime", "States.TaskFailed", "States.Timeout"),
)
