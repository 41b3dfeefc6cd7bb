"""A polling loop reaches the limit of 25,000 events.

Why:
    An execution of a Standard machine ends with an error after 25,000 events. A loop that waits and
    asks again adds events in each iteration; without a bound it reaches the limit after a time that
    follows from the wait. The finding has the arithmetic.

Bad:
    StartAt: Ask
    States:
      Ask:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: ask}
        Next: Finished
      Finished:
        Type: Choice
        Choices:
          - {Variable: $.Payload.done, BooleanEquals: true, Next: Done}
        Default: Pause
      Pause: {Type: Wait, Seconds: 5, Next: Ask}
      Done: {Type: Succeed}

Good:
    StartAt: Ask
    TimeoutSeconds: 3600
    States:
      Ask:
        Type: Task
        Resource: arn:aws:states:::lambda:invoke
        Parameters: {FunctionName: ask}
        Next: Finished
      Finished:
        Type: Choice
        Choices:
          - {Variable: $.Payload.done, BooleanEquals: true, Next: Done}
        Default: Pause
      Pause: {Type: Wait, Seconds: 5, Next: Ask}
      Done: {Type: Succeed}

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules.flow._polling_loops import EVENTS, polling_loop

_LIMIT = 25_000
_MOST_HOURS = 24
"""Loops that last longer are taken to be intended."""


@rule("IF224", "too-many-events")
def too_many_events(subject: Subject) -> Iterator[Finding]:
    """Report loops with a Wait that no counter and no timeout ends before the limit."""
    machine = subject.machine
    if subject.type == "EXPRESS":
        return
    timeout = machine.data.get("TimeoutSeconds")
    for scope in machine.scopes:
        if scope.parent is not None or not scope.is_readable or not scope.is_closed:
            continue
        for state in scope.states.values():
            seconds = state.data.get("Seconds")
            if state.type != "Wait" or type(seconds) is not int or seconds <= 0:
                continue
            loop = polling_loop(scope, state)
            if loop is None:
                continue
            events = sum(EVENTS[str(each.type)] for each in loop)
            iterations = _LIMIT // events
            duration = iterations * seconds
            is_bounded = isinstance(timeout, int) and timeout <= duration
            if is_bounded or duration > _MOST_HOURS * 3600:
                continue
            yield subject.finding(
                f"state '{state.name}': this loop of {events} events every {seconds} seconds "
                f"reaches the limit of {_LIMIT:,} events after about {_hours(duration)}",
                state.at("Seconds"),
                state=state,
                fix="set TimeoutSeconds of the state machine, wait longer, or start a new execution",
            )


def _hours(seconds: int) -> str:
    hours = seconds / 3600
    return f"{hours:.0f} hours" if hours >= 2 else f"{seconds // 60} minutes"
