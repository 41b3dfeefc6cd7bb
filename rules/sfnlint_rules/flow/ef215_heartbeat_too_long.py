"""HeartbeatSeconds is not less than TimeoutSeconds.

Why:
    HeartbeatSeconds must be less than TimeoutSeconds: otherwise the task times out before it can
    miss a heartbeat. Step Functions rejects the definition.

Bad:
    StartAt: Approve
    States:
      Approve:
        Type: Task
        Resource: arn:aws:states:us-east-1:123456789012:activity:approve
        TimeoutSeconds: 300
        HeartbeatSeconds: 300
        End: true

Good:
    StartAt: Approve
    States:
      Approve:
        Type: Task
        Resource: arn:aws:states:us-east-1:123456789012:activity:approve
        TimeoutSeconds: 300
        HeartbeatSeconds: 60
        End: true

Source:
    https://states-language.net/spec.html#task-state
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.limits import MAX_SECONDS
from sfnlint.finding import Finding
from sfnlint.rule import rule
from sfnlint.subject import Subject


@rule("EF215", "heartbeat-too-long")
def heartbeat_too_long(subject: Subject) -> Iterator[Finding]:
    """Report Tasks whose HeartbeatSeconds is not less than TimeoutSeconds, both constants."""
    for state in subject.machine.states:
        timeout = state.data.get("TimeoutSeconds")
        heartbeat = state.data.get("HeartbeatSeconds")
        if (
            state.type == "Task"
            and type(timeout) is int
            and type(heartbeat) is int
            and MAX_SECONDS >= heartbeat >= timeout > 0  # EF104 reports larger numbers
        ):
            yield subject.finding(
                f"state '{state.name}': HeartbeatSeconds ({heartbeat}) must be less than "
                f"TimeoutSeconds ({timeout})",
                state.at("HeartbeatSeconds"),
                state=state,
            )
