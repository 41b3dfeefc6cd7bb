"""States.ALL does not stand alone and last.

Why:
    States.ALL must be the only name of its ErrorEquals, and its entry the last one. Step
    Functions refuses the definition.

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
from sfnlint_rules.flow._error_handlers import handlers


@rule("EF213", "misplaced-states-all")
def misplaced_states_all(subject: Subject) -> Iterator[Finding]:
    """Entries of Retry and Catch with States.ALL before others, or beside another name."""
    for state, field, entries in handlers(subject.machine):
        for index, names in enumerate(entries):
            if "States.ALL" not in names:
                continue
            problem = fix = ""
            if len(names) > 1:
                problem, fix = "must be the only name", "remove the other names"
            elif index + 1 < len(entries):
                problem, fix = "must stand in the last entry", "move its entry to the end"
            if problem:
                at = names.index("States.ALL")
                yield Finding(
                    "EF213",
                    f"state '{state.name}': States.ALL in {field} {problem}",
                    state.at(field, index, "ErrorEquals", at),
                    fix=fix,
                    machine=subject.logical_id,
                    state=state.name,
                )
