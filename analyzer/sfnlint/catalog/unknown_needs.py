"""The reasons why the requirements of a state are unknown."""

from __future__ import annotations

from sfnlint.asl.distributed_map import is_distributed
from sfnlint.asl.machine import State
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.asl.task_resource import parse_resource
from sfnlint.finding import Note
from sfnlint.symbol import MARKER, Symbols


def unknown_needs(state: State, symbols: Symbols) -> Note:
    """Return why `state_requirements` returns None for a state."""
    if state.type == "Map":
        if is_distributed(state) is None:
            return Note("the mode of the Map state is unknown", state.place)
        field = next(name for name in ("ItemReader", "ResultWriter") if name in state.data)
        return Note(f"the needs of the {field} are unknown", state.at(field))
    if state.type != "Task":
        return Note("the Type is unknown", state.place)
    resource = state.data.get("Resource")
    if not isinstance(resource, str):
        return Note("the Resource is not a string", state.place)
    marked = mark_placeholders(resource, symbols)
    task = parse_resource(marked)
    if task is not None:
        message = f"sfn-lint does not know the needs of '{task}'"
    elif MARKER.search(marked):
        message = "the files do not show the Resource"
    else:
        message = "the Resource is not a known integration"
    return Note(message, state.at("Resource"))
