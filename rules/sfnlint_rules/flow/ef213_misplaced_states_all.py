"""States.ALL is not alone or not last.

Why:
    States.ALL must be the only name in its ErrorEquals, and in the last retrier or catcher. Step
    Functions rejects the definition.

Bad:
    StartAt: Train
    States:
      Train:
        Type: Task
        Resource: arn:aws:lambda:us-east-1:123456789012:function:train
        Retry:
          - ErrorEquals: [States.ALL]
            MaxAttempts: 1
          - ErrorEquals: [States.Timeout]
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
            MaxAttempts: 5
          - ErrorEquals: [States.ALL]
            MaxAttempts: 1
        End: true

Source:
    https://states-language.net/spec.html#errors
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import HANDLER, handlers


@rule("EF213", "misplaced-states-all")
def misplaced_states_all(subject: Subject) -> Iterator[Finding]:
    """Report retriers and catchers with States.ALL next to another name, or before others."""
    for state, field, entries in handlers(subject.machine):
        for index, names in enumerate(entries):
            if "States.ALL" not in names:
                continue
            if len(names) > 1:
                problem, fix = "the only name in ErrorEquals", "remove the other names"
            elif index + 1 < len(entries):
                problem = f"in the last {HANDLER[field]}"
                fix = f"move this {HANDLER[field]} to the end"
            else:
                continue
            yield subject.finding(
                f"state '{state.name}': States.ALL must be {problem}",
                state.at(field, index, "ErrorEquals", names.index("States.ALL")),
                state=state,
                fix=fix,
            )
