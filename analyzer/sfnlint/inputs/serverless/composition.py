"""Data composed of the values of several files, with their variables replaced."""

from __future__ import annotations

from typing import Any

from sfnlint.inputs.serverless.variables import Value, Variables
from sfnlint.place import Route
from sfnlint.source.composed_document import Origin
from sfnlint.symbol import Symbol, Symbols

_MAX_VALUES = 100_000
"""How many values are visited: variables and YAML aliases can repeat a value again and again."""
_MAX_DEPTH = 100


class Composition:
    """An object that is composed value by value.

    Args:
        variables: replaces the variables of the values.
        symbols: where the symbols of unknown values are kept.

    Attributes:
        data: the object.
        origins: the places of its values.
        keys: the places of its keys.

    """

    def __init__(self, variables: Variables, symbols: Symbols) -> None:
        self.data: dict[str, Any] = {}
        self.origins: dict[Route, Origin] = {}
        self.keys: dict[Route, Origin] = {}
        self._variables = variables
        self._symbols = symbols
        self._left = _MAX_VALUES
        self._in_progress: set[Origin] = set()

    def put(self, value: Value, at: Route) -> object:
        """Put a value and everything in it at a route of the object; return it.

        Two objects at the same route are merged; of other values, the last one counts.
        """
        target: Any = self.data
        for step in at[:-1]:
            target = target.setdefault(step, {})
        resolved = self._variables.value(value)
        current = target.get(at[-1])
        if isinstance(current, dict) and isinstance(resolved.data, dict):
            for key, item in resolved.data.items():
                self.put(resolved.child(key, item), (*at, key))
            return current
        self.origins[at] = resolved.origin
        self.keys[at] = value.origin
        target[at[-1]] = result = self._copy(resolved, at)
        return result

    def _copy(self, value: Value, at: Route) -> object:
        """Copy a value whose own variables are replaced, with those in it replaced as well."""
        self._left -= 1
        if self._left < 0 or len(at) > _MAX_DEPTH:
            return self._unknown()
        if isinstance(value.data, dict):
            return {key: self._child(value, key, item, at) for key, item in value.data.items()}
        if isinstance(value.data, list):
            return [self._child(value, key, item, at) for key, item in enumerate(value.data)]
        return value.data

    def _child(self, parent: Value, key: str | int, item: object, at: Route) -> object:
        here = (*at, key)
        child = parent.child(key, item)
        resolved = self._variables.value(child)
        if resolved.origin == child.origin:
            return self._copy(resolved, here)
        self.origins[here] = resolved.origin
        self.keys[here] = child.origin
        if resolved.origin in self._in_progress:
            # A value that contains itself.
            return self._unknown()
        self._in_progress.add(resolved.origin)
        copy = self._copy(resolved, here)
        self._in_progress.discard(resolved.origin)
        return copy

    def _unknown(self) -> str:
        return self._symbols.mark(Symbol("…", "free"))
