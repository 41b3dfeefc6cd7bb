"""A state machine as a model: scopes, states, transitions.

The model takes what it can read and leaves out the rest: whether a definition is well formed is
for rules to say. Language: https://states-language.net/spec.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Literal, NamedTuple

from sfnlint.place import Document, Place, Route

QueryLanguage = Literal["JSONPath", "JSONata"]

STATE_TYPES = ("Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")

CHILD_FIELDS = ("ItemProcessor", "Iterator")
"""The fields of a Map state that hold a scope."""


class Transition(NamedTuple):
    """A state's way to another one.

    Attributes:
        target: the name of the state it leads to.
        path: the path of that name in the definition.
        field: the field that says so.

    """

    target: str
    path: Route
    field: Literal["StartAt", "Next", "Default", "Choices", "Catch"]


class State:
    """One state.

    Attributes:
        name: its name.
        data: its fields.
        scope: the scope that it stands in.
        path: the route to it in the definition.
        type: its Type; None where it has none.
        scopes: those that it holds: Branches, an ItemProcessor.
        query_language: its own language, else the machine's: that of the Map or the Parallel
            around it does not reach it.

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
        """The place of one of its fields."""
        return Place(self.scope.machine.document, self.path + path)

    @cached_property
    def transitions(self) -> list[Transition]:
        """Every transition that the state's fields write down, in their order."""
        data, path = self.data, self.path
        found: list[Transition] = []
        target = data.get("Next")
        if isinstance(target, str):
            found.append(Transition(target, (*path, "Next"), "Next"))
        for field in ("Choices", "Catch"):
            entries = data.get(field)
            if not isinstance(entries, list):
                continue
            for index, entry in enumerate(entries):
                target = entry.get("Next") if isinstance(entry, dict) else None
                if isinstance(target, str):
                    found.append(Transition(target, (*path, field, index, "Next"), field))
        target = data.get("Default")
        if isinstance(target, str):
            found.append(Transition(target, (*path, "Default"), "Default"))
        return found

    @property
    def is_terminal(self) -> bool:
        """Whether the scope can end here: `End`, Succeed or Fail.

        A state that has no Next, though its End is not true, is a mistake of its own, and counts
        as an end. A Choice without Default ends the execution when no rule
        matches, but as a failure that nobody wrote down; it does not count.
        """
        if self.type in ("Succeed", "Fail", "Choice"):
            return self.type != "Choice"
        if "Next" not in self.data:
            return True
        end = self.data.get("End", False)
        return getattr(end, "boolean", end) is not False

    @property
    def parameters(self) -> tuple[str, object]:
        """The field that holds what a Task passes to its service, and that field's value."""
        field = "Parameters" if self.query_language == "JSONPath" else "Arguments"
        return field, self.data.get(field)


class Scope:
    """A set of states that transitions do not leave: the top level, a Branch, an ItemProcessor.

    Attributes:
        machine: the machine that it belongs to.
        path: the route to it in the definition.
        data: its fields.
        parent: the state that holds it; None for the top level.
        states: its states by name.
        start: the way in; None where the scope has no StartAt.

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
        """The place of one of its fields, or of the scope itself."""
        return Place(self.machine.document, self.path + path)

    @cached_property
    def is_readable(self) -> bool:
        """Whether the scope's flow is known: a start, and a `Type` for each state."""
        return self.start is not None and all(state.type for state in self.states.values())

    @cached_property
    def is_closed(self) -> bool:
        """Whether every transition leads to a state: else, what is reachable is not known."""
        start, states = self.start, self.states
        targets = [to.target for state in states.values() for to in state.transitions]
        return (start is None or start.target in states) and states.keys() >= set(targets)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The names of the states that a walk from StartAt meets."""
        return frozenset(self._met([self.start.target] if self.start else []))

    def reachable_from(self, names: list[str], without: Set[str] = frozenset()) -> list[str]:
        """The states that can be reached from those, themselves included, in their order.

        Args:
            names: where to begin.
            without: states not to enter.

        """
        return sorted(self._met(names, without), key=self._order.__getitem__)

    def _met(self, names: list[str], without: Set[str] = frozenset()) -> set[str]:
        states = self.states
        waiting = [name for name in names if name in states]
        seen = set(waiting)
        while waiting:
            for transition in states[waiting.pop()].transitions:
                target = transition.target
                if target in states and target not in seen and target not in without:
                    seen.add(target)
                    waiting.append(target)
        return seen

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.states)}


class Machine:
    """A state machine's definition.

    Attributes:
        document: the document that holds it.
        data: its fields.
        query_language: the language of states that name none of their own.
        scopes: all its scopes, each before those inside it; the first is the top level.

    """

    def __init__(self, document: Document, data: Mapping[str, object]) -> None:
        self.document = document
        self.data = data
        language = data.get("QueryLanguage", "JSONPath")
        self.query_language: QueryLanguage = "JSONPath" if language == "JSONPath" else "JSONata"
        self.scopes: list[Scope] = []
        waiting = [Scope(self, data, (), None)]
        while waiting:
            scope = waiting.pop()
            self.scopes.append(scope)
            inner: list[Scope] = []
            for state in _states(scope):
                scope.states[state.name] = state
                state.scopes = list(_inner(state))
                inner += state.scopes
            waiting += reversed(inner)

    @property
    def top(self) -> Scope:
        """The top level."""
        return self.scopes[0]

    @cached_property
    def states(self) -> Sequence[State]:
        """All states of all scopes."""
        return [state for scope in self.scopes for state in scope.states.values()]


def is_machine(data: object) -> bool:
    """Whether data has the marks of a state machine's definition."""
    return isinstance(data, dict) and "StartAt" in data and isinstance(data.get("States"), dict)


def looks_like_machine(data: object) -> bool:
    """Whether data can only be a definition, though it may lack StartAt or States."""
    if not isinstance(data, dict) or is_machine(data):
        return isinstance(data, dict)
    states = data.get("States")
    if isinstance(states, dict) and states:
        return all(
            isinstance(state, dict) and state.get("Type") in STATE_TYPES
            for state in states.values()
        )
    return isinstance(data.get("StartAt"), str)


def child_execution_type(scope: Scope) -> str | None:
    """The type of the executions that a Distributed Map starts for a scope; None for no such scope.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
    """
    config = scope.data.get("ProcessorConfig")
    if not isinstance(config, dict) or config.get("Mode") != "DISTRIBUTED":
        return None
    kind = config.get("ExecutionType")
    return kind if isinstance(kind, str) else ""


def _states(scope: Scope) -> Iterator[State]:
    states = scope.data.get("States")
    if isinstance(states, dict):
        for name, data in states.items():
            if isinstance(data, dict):
                yield State(name, data, scope, (*scope.path, "States", name))


def _inner(state: State) -> Iterator[Scope]:
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
