"""The type of the execution that runs a state."""

from __future__ import annotations

from sfnlint.asl.distributed_map import child_execution_type
from sfnlint.asl.machine import State
from sfnlint.subject import Subject


def execution_type(state: State, subject: Subject) -> str | None:
    """Return STANDARD or EXPRESS, from the machine or its Distributed Map; None if unknown."""
    if subject.type == "EXPRESS":
        return "EXPRESS"
    scope = state.scope
    while scope.parent is not None:
        kind = child_execution_type(scope)
        if kind is not None:
            return kind
        scope = scope.parent.scope
    return subject.type
