"""The context object and the `$states` variable.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html and
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Mapping

CONTEXT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Execution": ("Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"),
    "State": ("EnteredTime", "Name", "RetryCount"),
    "StateMachine": ("Id", "Name"),
    "Task": ("Token",),
    "Map": ("Item",),
}
"""The fields of the context object (`$$`, `$states.context`), each with its own fields."""

STATES_FIELDS = ("input", "result", "errorOutput", "context")
"""The fields of `$states` in JSONata states."""
