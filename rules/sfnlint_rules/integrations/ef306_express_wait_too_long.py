"""A Wait is longer than an EXPRESS execution may take.

Why:
    An EXPRESS execution has five minutes in all: the machine's own, and each that a Distributed
    Map with ExecutionType EXPRESS starts. One that comes to this state times out in it.

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

from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject
from sfnlint_rules._execution import execution_type

_LONGEST = 300


@rule("EF306", "express-wait-too-long")
def express_wait_too_long(subject: Subject) -> Iterator[Finding]:
    """Wait states with more seconds than five minutes have."""
    for state in subject.machine.states:
        seconds = state.data.get("Seconds") if state.type == "Wait" else None
        if (
            type(seconds) is int
            and seconds > _LONGEST
            and execution_type(state, subject) == "EXPRESS"
        ):
            yield Finding(
                "EF306",
                f"state '{state.name}' waits {seconds} seconds, but an EXPRESS execution has "
                f"{_LONGEST} in all",
                state.at("Seconds"),
                fix="wait for a shorter time, or in a STANDARD execution",
                machine=subject.logical_id,
                state=state.name,
            )
