"""The model of a state machine: scopes, states, transitions.

Parts of a definition that cannot be read are left out of the model; rules report them. Language:
https://states-language.net/spec.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Literal

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document, Place, Route

QueryLanguage = Literal["JSONPath", "JSONata"]

STATE_TYPES = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")

CHILD_FIELDS = ("ItemProcessor", "Iterator")
"""The fields of a Map state that contain a scope."""


class Transition(NamedTuple):
    """A transition from a state to the next state.

    Attributes:
        target: the name of the next state.
        path: the path of that name in the definition.
        field: the field that contains it.

    """

    target: str
    path: Route
    field: Literal["StartAt", "Next", "Default", "Choices", "Catch"]


class State:
    """A state of a state machine.

    Attributes:
        name: the state's name.
        data: its fields.
        scope: the scope that contains it.
        path: its path in the definition.
        type: its Type; None if that is not a string.
        scopes: the scopes inside it: its Branches or its ItemProcessor.
        query_language: its own QueryLanguage, else the machine's. It does not inherit from a Map
            or Parallel state around it.

    """

    def __init__(self, name: str, data: Mapping[str, object], scope: Scope, path: Route) -> None:
        self.name = name
        self.data = data
        self.scope = scope
        self.path = path
        kind = data.get("Type")
        self.type: str | None = kind if isinstance(kind, str) else None
        self.scopes: list[Scope] = []
        language = data.get("QueryLanguage", scope.machine.query_language)
        self.query_language: QueryLanguage = "JSONPath" if language == "JSONPath" else "JSONata"

    @property
    def place(self) -> Place:
        """The place of the state's name."""
        return Place(self.scope.machine.document, self.path, "key")

    def at(self, *path: str | int) -> Place:
        """The place of a field of the state."""
        return Place(self.scope.machine.document, self.path + path)

    @cached_property
    def transitions(self) -> list[Transition]:
        """Every transition of the state."""
        data, path = self.data, self.path
        transitions: list[Transition] = []
        target = data.get("Next")
        if isinstance(target, str):
            transitions.append(Transition(target, (*path, "Next"), "Next"))
        for field in ("Choices", "Catch"):
            entries = data.get(field)
            if not isinstance(entries, list):
                continue
            for index, entry in enumerate(entries):
                target = entry.get("Next") if isinstance(entry, dict) else None
                if isinstance(target, str):
                    transitions.append(Transition(target, (*path, field, index, "Next"), field))
        target = data.get("Default")
        if isinstance(target, str):
            transitions.append(Transition(target, (*path, "Default"), "Default"))
        return transitions

    @property
    def has_known_transitions(self) -> bool:
        """Whether every field with a target is a string, and so among the transitions."""
        targets = [self.data[field] for field in ("Next", "Default") if field in self.data]
        for field in ("Choices", "Catch"):
            entries = self.data.get(field, [])
            if not isinstance(entries, list):
                return False
            targets += [entry.get("Next") if isinstance(entry, dict) else None for entry in entries]
        return all(isinstance(target, str) for target in targets)

    @property
    def is_terminal(self) -> bool:
        """Whether the scope can end at this state: `End`, Succeed or Fail.

        A state with neither Next nor End counts as terminal, because another rule reports it. A
        Choice state without Default does not count, although the execution fails if no rule
        matches.
        """
        if self.type in ("Succeed", "Fail", "Choice"):
            return self.type != "Choice"
        if "Next" not in self.data:
            return True
        end = self.data.get("End", False)
        return getattr(end, "boolean", end) is not False

    @property
    def parameters(self) -> tuple[str, object]:
        """The name and the value of the field with the parameters of a Task's service call."""
        field = "Parameters" if self.query_language == "JSONPath" else "Arguments"
        return field, self.data.get(field)


class Scope:
    """A set of states that transitions cannot leave: the top level, a branch, an ItemProcessor.

    Attributes:
        machine: the machine that contains the scope.
        path: its path in the definition.
        data: its fields.
        parent: the state that contains it; None for the top level.
        states: its states by name.
        start: the transition to the first state; None if StartAt is not a string.

    """

    def __init__(
        self, machine: Machine, data: Mapping[str, object], path: Route, parent: State | None
    ) -> None:
        self.machine = machine
        self.data = data
        self.path = path
        self.parent = parent
        self.states: dict[str, State] = {}
        target = data.get("StartAt")
        self.start: Transition | None = None
        if isinstance(target, str):
            self.start = Transition(target, (*path, "StartAt"), "StartAt")

    def place(self, *path: str | int) -> Place:
        """The place of a field of the scope, or of the scope itself."""
        return Place(self.machine.document, self.path + path)

    @cached_property
    def is_readable(self) -> bool:
        """Whether the scope has a StartAt, and every state a Type."""
        return self.start is not None and all(state.type for state in self.states.values())

    @cached_property
    def is_closed(self) -> bool:
        """Whether every transition is known and leads to a state of the scope."""
        start, states = self.start, self.states
        if not all(state.has_known_transitions for state in states.values()):
            return False
        targets = [
            transition.target for state in states.values() for transition in state.transitions
        ]
        return (start is None or start.target in states) and states.keys() >= set(targets)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The names of the states that are reachable from StartAt."""
        return frozenset(self._visited([self.start.target] if self.start else []))

    def reachable_from(self, names: list[str], without: Set[str] = frozenset()) -> list[str]:
        """The names of the states that are reachable from some states, in definition order.

        Args:
            names: the states to start from; they are in the result as well.
            without: states not to enter.

        """
        return sorted(self._visited(names, without), key=self._order.__getitem__)

    def _visited(self, names: list[str], without: Set[str] = frozenset()) -> set[str]:
        states = self.states
        pending = [name for name in names if name in states]
        visited = set(pending)
        while pending:
            for transition in states[pending.pop()].transitions:
                target = transition.target
                if target in states and target not in visited and target not in without:
                    visited.add(target)
                    pending.append(target)
        return visited

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.states)}


class Machine:
    """A state machine's definition.

    Attributes:
        document: the document that contains the definition.
        data: its fields.
        query_language: the query language of states without a QueryLanguage of their own.
        scopes: all scopes, each before the scopes inside it; the first is the top level.

    """

    def __init__(self, document: Document, data: Mapping[str, object]) -> None:
        self.document = document
        self.data = data
        language = data.get("QueryLanguage", "JSONPath")
        self.query_language: QueryLanguage = "JSONPath" if language == "JSONPath" else "JSONata"
        self.scopes: list[Scope] = []
        pending = [Scope(self, data, (), None)]
        while pending:
            scope = pending.pop()
            self.scopes.append(scope)
            inner: list[Scope] = []
            for state in _states(scope):
                scope.states[state.name] = state
                state.scopes = list(_inner_scopes(state))
                inner += state.scopes
            pending += reversed(inner)

    @property
    def top(self) -> Scope:
        """The scope at the top level."""
        return self.scopes[0]

    @cached_property
    def states(self) -> Sequence[State]:
        """All states of all scopes."""
        return [state for scope in self.scopes for state in scope.states.values()]


def is_machine(data: object) -> bool:
    """Whether data has the required fields of a state machine's definition."""
    return isinstance(data, dict) and "StartAt" in data and isinstance(data.get("States"), dict)


def looks_like_machine(data: object) -> bool:
    """Whether data can only be a definition, even if StartAt or States is missing."""
    if not isinstance(data, dict) or is_machine(data):
        return isinstance(data, dict)
    states = data.get("States")
    if isinstance(states, dict) and states:
        return all(
            isinstance(state, dict) and state.get("Type") in STATE_TYPES
            for state in states.values()
        )
    return isinstance(data.get("StartAt"), str)


def _states(scope: Scope) -> Iterator[State]:
    states = scope.data.get("States")
    if isinstance(states, dict):
        for name, data in states.items():
            if isinstance(data, dict):
                yield State(name, data, scope, (*scope.path, "States", name))


def _inner_scopes(state: State) -> Iterator[Scope]:
    machine = state.scope.machine
    branches = state.data.get("Branches")
    if isinstance(branches, list):
        for index, branch in enumerate(branches):
            if isinstance(branch, dict):
                yield Scope(machine, branch, (*state.path, "Branches", index), state)
    for field in CHILD_FIELDS:
        data = state.data.get(field)
        if isinstance(data, dict):
            yield Scope(machine, data, (*state.path, field), state)
