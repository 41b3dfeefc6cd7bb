"""A Wait is longer than an EXPRESS execution.

Why:
    An EXPRESS execution ends after five minutes: the execution of an EXPRESS state machine, and
    each child execution of a Distributed Map with ExecutionType EXPRESS. An execution that reaches
    this state times out.

Bad:
    StartAt: Each
    States:
      Each:
        Type: Map
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: EXPRESS}
          StartAt: Pause
          States:
            Pause: {Type: Wait, Seconds: 600, End: true}
        End: true

Good:
    StartAt: Each
    States:
      Each:
        Type: Map
        ItemProcessor:
          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}
          StartAt: Pause
          States:
            Pause: {Type: Wait, Seconds: 600, End: true}
        End: true

Source:
    https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.limits import MAX_EXPRESS_SECONDS
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._execution import execution_type


@rule("EF306", "express-wait-too-long")
def express_wait_too_long(subject: Subject) -> Iterator[Finding]:
    """Report Wait states with more seconds than an EXPRESS execution has."""
    for state in subject.machine.states:
        seconds = state.data.get("Seconds") if state.type == "Wait" else None
        if type(seconds) is not int or seconds <= MAX_EXPRESS_SECONDS:
            continue
        if execution_type(state, subject) == "EXPRESS":
            yield subject.finding(
                f"state '{state.name}' waits {seconds} seconds, but an EXPRESS execution lasts at most "
                f"{MAX_EXPRESS_SECONDS}",
                state.at("Seconds"),
                state=state,
                fix="shorten the wait, or use a STANDARD execution",
            )
