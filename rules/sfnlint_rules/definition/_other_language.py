"""Advice for fields of the other query language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sfnlint.asl.machine import State
from sfnlint.asl.query_languages import equivalent_field, is_jsonpath_field
from sfnlint.asl.schema import state_fields
from sfnlint.messages import listed
from sfnlint.place import Route


def replacement(state: State, paths: Sequence[Route]) -> str:
    """Name the fields to use instead, and those that have no counterpart in this type of state."""
    fields = state_fields(state.type or "")
    pairs = [(path[-1], equivalent_field(path, fields)) for path in paths]
    instead = _quoted(field for _, field in pairs if field)
    replaced = _quoted(name for name, field in pairs if field)
    removed = _quoted(name for name, field in pairs if not field)
    parts = [f"use {instead}, not {replaced}"] if instead else []
    if removed:
        parts.append(f"remove {removed}")
    return "; ".join(parts)


def _quoted(names: Iterable[object]) -> str:
    quoted = dict.fromkeys(f"'{name}'" for name in names)
    return listed(list(quoted)) if quoted else ""


def fix(state: State) -> str:
    """Suggest JSONata where it does not make other fields of the state invalid."""
    if state.query_language == "JSONata" or any(map(is_jsonpath_field, state.data)):
        return ""
    return "replace the fields, or set QueryLanguage: JSONata in this state"
