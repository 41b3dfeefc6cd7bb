"""A retrier or catcher names an error that does not exist.

Why:
    Names that begin with `States.` are those of Step Functions. A misspelt one matches nothing:
    the error that was meant is neither retried nor caught.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [States.TimeOut]
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [States.Timeout]
        End: true

Source:
    https://states-language.net/spec.html#appendix-a
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.messages import nearest
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._error_handlers import error_names

_KNOWN = (
    *("States.ALL", "States.BranchFailed", "States.DataLimitExceeded", "States.HeartbeatTimeout"),
    *("States.ExceedToleratedFailureThreshold", "States.IntrinsicFailure", "States.Http.Socket"),
    *("States.ItemReaderFailed", "States.NoChoiceMatched", "States.ParameterPathFailure"),
    *("States.Permissions", "States.QueryEvaluationError", "States.ResultPathMatchFailure"),
    *("States.ResultWriterFailed", "States.Runtime", "States.TaskFailed", "States.Timeout"),
)


@rule("WF121", "unknown-error-name")
def unknown_error_name(subject: Subject) -> Iterator[Finding]:
    """Names that begin with `States.` and resemble a known one."""
    for state, path, name in error_names(subject.machine):
        if not name.startswith("States.") or name in _KNOWN:
            continue
        near = nearest(name, _KNOWN, cutoff=0.8)
        if near:
            yield Finding(
                "WF121",
                f"state '{state.name}': no error is called '{name}'; did you mean '{near}'?",
                state.at(*path),
                machine=subject.logical_id,
                state=state.name,
            )
