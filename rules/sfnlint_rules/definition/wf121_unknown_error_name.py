"""Retry or Catch names an error that does not exist.

Why:
    Error names that start with `States.` are defined by Step Functions. A misspelled name matches
    no error, so the intended error is neither retried nor caught.

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

from sfnlint.asl.error_names import ERROR_NAMES
from sfnlint.finding import Finding
from sfnlint.messages import nearest
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import handlers
from sfnlint_rules._suggestions import replacement


@rule("WF121", "unknown-error-name")
def unknown_error_name(subject: Subject) -> Iterator[Finding]:
    """Report unknown names that start with `States.` and resemble a known name."""
    for state, field, entries in handlers(subject.machine):
        for index, names in enumerate(entries):
            for position, name in enumerate(names):
                if not isinstance(name, str) or not name.startswith("States."):
                    continue
                if name in ERROR_NAMES:
                    continue
                suggestion = nearest(name, ERROR_NAMES, cutoff=0.8)
                if suggestion:
                    place = state.at(field, index, "ErrorEquals", position)
                    yield subject.finding(
                        f"state '{state.name}': unknown error name '{name}'; "
                        f"did you mean '{suggestion}'?",
                        place,
                        state=state,
                        correction=replacement(place, name, ERROR_NAMES),
                    )
