"""Distributed Map states.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from sfnlint.asl.machine import CHILD_FIELDS, Scope, State

DISTRIBUTED_MAP_FIELDS = frozenset(
    ("ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount")
) | {"ToleratedFailureCountPath", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath"}
"""The fields of a Map state that have an effect only in Distributed mode."""


def is_distributed(state: State) -> bool | None:
    """Whether a Map state runs its iterations as child executions; None if that is unknown."""
    for field in CHILD_FIELDS:
        processor = state.data.get(field)
        config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
        mode = config.get("Mode", "INLINE") if isinstance(config, dict) else "INLINE"
        if mode != "INLINE":
            return True if mode == "DISTRIBUTED" else None
    return False


def child_execution_type(scope: Scope) -> str | None:
    """The ExecutionType of the child executions that run the scope of a Distributed Map.

    "" if the scope of a Distributed Map has no ExecutionType; None for every other scope.
    """
    config = scope.data.get("ProcessorConfig")
    if not isinstance(config, dict) or config.get("Mode") != "DISTRIBUTED":
        return None
    kind = config.get("ExecutionType")
    return kind if isinstance(kind, str) else ""
