"""An error is already taken up by an earlier entry.

Why:
    The first entry of Retry or Catch that names an error takes it, even when its attempts are
    used up. A later entry for the same error never comes into play. In a Task, States.TaskFailed
    stands for every error that the service or function reports.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [Lambda.TooManyRequestsException, States.Timeout]
            MaxAttempts: 1
          - ErrorEquals: [Lambda.TooManyRequestsException]
            MaxAttempts: 5
        End: true

Good:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [States.Timeout]
            MaxAttempts: 1
          - ErrorEquals: [Lambda.TooManyRequestsException]
            MaxAttempts: 5
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.place import Route
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._error_handlers import handlers


@rule("WF214", "unmatched-error")
def unmatched_error(subject: Subject) -> Iterator[Finding]:
    """Error names of Retry or Catch that an earlier entry of the same field takes."""
    for state, field, entries in handlers(subject.machine):
        if len(entries) < 2:
            continue
        taken: dict[str, Route] = {}
        for index, names in enumerate(entries):
            new: dict[str, Route] = {}
            late: dict[str, list[str]] = {}
            for at, name in enumerate(names):
                if not isinstance(name, str) or UNRESOLVED.search(name) or name == "States.ALL":
                    continue
                by = name
                if state.type == "Task" and not name.startswith("States."):
                    by = name if name in taken else "States.TaskFailed"
                new.setdefault(name, (field, index, "ErrorEquals", at))
                if by in taken:
                    late.setdefault("" if by == name else by, []).append(name)
            # What stands in one entry is one mistake.
            for by, them in late.items():
                yield Finding(
                    "WF214",
                    f"state '{state.name}': an earlier entry of {field} takes "
                    + listed([f"'{name}'" for name in them])
                    + (f" as {by}" if by else ""),
                    state.at(*new[them[0]]),
                    (Note("taken here", state.at(*taken[by or them[0]])),),
                    "remove it, or put its entry first",
                    subject.logical_id,
                    state.name,
                )
            taken = new | taken
