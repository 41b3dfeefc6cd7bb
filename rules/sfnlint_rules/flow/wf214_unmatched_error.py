"""An earlier retrier or catcher handles the same error.

Why:
    The first retrier or catcher that names an error handles it, even after its last attempt. A
    later one for the same error has no effect. In a Task, States.TaskFailed matches every error
    that the service or the function reports.

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

from sfnlint.asl.error_names import ALL_ERRORS, TASK_FAILED
from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.finding import Finding, Note
from sfnlint.messages import listed
from sfnlint.place import Place
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import HANDLER, handlers


@rule("WF214", "unmatched-error")
def unmatched_error(subject: Subject) -> Iterator[Finding]:
    """Report error names of Retry or Catch that an earlier entry of the same field handles."""
    for state, field, entries in handlers(subject.machine):
        handled: dict[str, Place] = {}
        for index, names in enumerate(entries):
            own: dict[str, Place] = {}
            for position, name in enumerate(names):
                if isinstance(name, str) and name != ALL_ERRORS and not UNRESOLVED.search(name):
                    own.setdefault(name, state.at(field, index, "ErrorEquals", position))
            exact = [name for name in own if name in handled]
            others = [name for name in own if not (name in handled or name.startswith("States."))]
            as_failed = others if state.type == "Task" and TASK_FAILED in handled else []
            # All names of an entry are one mistake.
            for late, match in ((exact, ""), (as_failed, TASK_FAILED)):
                if late:
                    yield subject.finding(
                        f"state '{state.name}': an earlier {HANDLER[field]} handles "
                        + listed([f"'{name}'" for name in late])
                        + (f" as {match}" if match else ""),
                        own[late[0]],
                        state=state,
                        fix=f"remove it, or move its {HANDLER[field]} up",
                        notes=(Note("handled here", handled[match or late[0]]),),
                    )
            handled = own | handled
