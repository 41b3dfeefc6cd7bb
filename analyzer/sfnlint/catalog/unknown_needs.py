"""The reasons why the requirements of a state are unknown."""

from __future__ import annotations

from sfnlint.asl.distributed_map import is_distributed
from sfnlint.asl.machine import State
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.asl.task_resource import parse_resource
from sfnlint.iam.decision import Uncertainty
from sfnlint.symbol import MARKER, Symbols


def unknown_needs(state: State, symbols: Symbols) -> Uncertainty:
    """Return why `state_requirements` returns None for a state."""
    if state.type == "Map":
        if is_distributed(state) is None:
            return Uncertainty("the mode of the Map state is unknown", state.place)
        field = next(name for name in ("ItemReader", "ResultWriter") if name in state.data)
        return Uncertainty(f"the needs of its {field} are unknown", state.at(field))
    if state.type != "Task":
        return Uncertainty("its Type is unknown", state.place)
    resource = state.data.get("Resource")
    if not isinstance(resource, str):
        return Uncertainty("its Resource is not a string", state.place)
    marked = mark_placeholders(resource, symbols)
    task = parse_resource(marked)
    if task is not None:
        message = f"the needs of '{task}' are unknown"
    elif MARKER.search(marked):
        message = "the files do not show its Resource"
    else:
        message = "its Resource is not a known integration"
    return Uncertainty(message, state.at("Resource"))
