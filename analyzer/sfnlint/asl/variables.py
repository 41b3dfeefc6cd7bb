"""Variables: where each is assigned, where each is read, and whether that comes too early.

A scope's variables can be read in the scopes inside it, save in a Distributed Map's. New values
are there from the next state on. https://states-language.net/spec.html#assign-field and
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from sfnlint.asl import jsonata
from sfnlint.asl.expressions import UNRESOLVED, Expression, expressions, is_jsonata
from sfnlint.asl.jsonata_functions import JSONATA_FUNCTIONS
from sfnlint.asl.machine import Machine, Scope, State, Transition, child_execution_type
from sfnlint.asl.memoize import memoize
from sfnlint.place import Place, Route, value_at

_JSONPATH_NAME = re.compile(
    r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|(?<![\w.$\]])\$([^\W\d]\w*+)""", re.DOTALL
)
_BEGINNING = re.compile(r"\$[^\W\d]")
"""Finds how each `_JSONPATH_NAME` begins: most texts have none, which is quicker to say."""
_NAME = re.compile(r"\$?([^\W\d]\w*)")
_MOST_ROUNDS = 50


class VariableReference(NamedTuple):
    """A variable that is read.

    Attributes:
        name: without `$`.
        state: where.
        place: its characters, `$` too.

    """

    name: str
    state: State
    place: Place


class Assignment(NamedTuple):
    """A variable that gets a value.

    Attributes:
        name: what a read of it would say after `$`, as far as its name is one.
        written: the name as it is written, without an ending `.$`.
        state: by which state.
        path: the route to its name in the definition.

    """

    name: str
    written: str
    state: State
    path: Route

    @property
    def place(self) -> Place:
        """The place of its name."""
        return Place(self.state.scope.machine.document, self.path, "key")


class _AssignedBits(NamedTuple):
    """What is known of variables when a state begins, as sets of bits."""

    some: int
    every: int


class Variables:
    """The variables of a machine.

    Attributes:
        is_known: False when a part of the machine that could assign a variable cannot be read.
        assignments: every value that a variable gets.
        references: every read of a variable.
        tested: names whose presence the machine asks for somewhere, so that it may be prepared
            for their absence.

    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.is_known = True
        self.assignments: list[Assignment] = []
        self.references: list[VariableReference] = []
        self.tested: set[str] = set()
        self._own: dict[State, list[Assignment]] = {}
        for state in machine.states:
            self._read_assignments(state)
        for state in machine.states:
            for expression in expressions(state):
                self._read_references(state, expression)
        self._bits = {
            name: 1 << index
            for index, name in enumerate(dict.fromkeys(one.name for one in self.assignments))
        }
        self._entry: dict[State, _AssignedBits] = {}
        if self.assignments and self.is_known:
            self._flow()

    @cached_property
    def assigned(self) -> Mapping[str, Sequence[Assignment]]:
        """Where each variable gets a value, in whatever scope, by its name."""
        found: dict[str, list[Assignment]] = {}
        for one in self.assignments:
            found.setdefault(one.name, []).append(one)
        return found

    def before(self, state: State, name: str) -> tuple[bool, bool] | None:
        """Whether a variable is assigned on some way to a state, and whether on every one.

        None where that is not known, as in a state that cannot be reached.
        """
        known = self._entry.get(state)
        if known is None:
            return None
        bit = self._bits.get(name, 0)
        return bool(known.some & bit), bool(known.every & bit)

    def _read_assignments(self, state: State) -> None:
        data = state.data
        if "Assign" in data:
            self._assign(state, data["Assign"], ("Assign",))
        for field in ("Choices", "Catch"):
            entries = data.get(field)
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                if isinstance(entry, dict) and "Assign" in entry:
                    self._assign(state, entry["Assign"], (field, index, "Assign"))

    def _assign(self, state: State, values: object, route: Route) -> None:
        if not isinstance(values, dict):
            self.is_known = False
            return
        for key in values:
            if UNRESOLVED.search(key) or key.startswith("Fn::"):
                self.is_known = False
            written = key.removesuffix(".$")
            match = _NAME.match(written)
            name = match.group(1) if match else written
            one = Assignment(name, written, state, (*state.path, *route, key))
            self.assignments.append(one)
            self._own.setdefault(state, []).append(one)

    def _read_references(self, state: State, expression: Expression) -> None:
        if not expression.jsonata:
            if _BEGINNING.search(expression.text) is None:
                return
            if UNRESOLVED.search(expression.text) or is_jsonata(expression.text):
                return
            is_test = expression.path[-1] == "Variable" and _is_test(state, expression.path)
            for match in _JSONPATH_NAME.finditer(expression.text):
                name = match.group(1)
                if name and is_test:
                    self.tested.add(name)
                elif name and name != "states":
                    self._refer(name, state, expression, *match.span())
            return
        parsed = jsonata.parse(expression.text)
        if parsed is None:
            return
        self.tested |= parsed.tested
        for one in parsed.variables:
            if one.name not in JSONATA_FUNCTIONS:
                self._refer(one.name, state, expression, one.start, one.end)

    def _refer(self, name: str, state: State, text: Expression, start: int, end: int) -> None:
        self.references.append(VariableReference(name, state, text.place(state, start, end)))

    # What is assigned before a state begins

    def _flow(self) -> None:
        for scope in self.machine.scopes:
            outer: _AssignedBits | None = _AssignedBits(0, 0)
            if scope.parent is not None:
                outer = self._entry.get(scope.parent)
                if outer is not None and child_execution_type(scope) is not None:
                    outer = _AssignedBits(0, 0)
            start = scope.start
            if start is not None and outer is not None and scope.is_readable and scope.is_closed:
                self._flow_through(scope, scope.states[start.target], outer)

    def _flow_through(self, scope: Scope, start: State, outer: _AssignedBits) -> None:
        entry = {start: outer}
        order = _order(scope, start)
        for _ in range(_MOST_ROUNDS):
            changed = False
            for state in order:
                known = entry[state]
                for transition in state.transitions:
                    target = scope.states[transition.target]
                    bits = self._assigned_by(state, transition)
                    some, every = known.some | bits, known.every | bits
                    if target in entry:
                        some |= entry[target].some
                        every &= entry[target].every
                    if entry.get(target) != (some, every):
                        entry[target] = _AssignedBits(some, every)
                        changed = True
            if not changed:
                self._entry.update(entry)
                return

    def _assigned_by(self, state: State, transition: Transition) -> int:
        """What a state assigns on its way to another one.

        A Catch assigns what it says itself and nothing else. Of a Choice whose rule and which
        itself assign, it is not certain that only one does.
        """
        way = transition.path[:-1]
        bits = 0
        for one in self._own.get(state, ()):
            at = one.path[:-2]
            if at == way or (at == state.path and transition.field != "Catch"):
                bits |= self._bits[one.name]
        return bits


@memoize
def variables(machine: Machine) -> Variables:
    """The variables of a machine, worked out once."""
    return Variables(machine)


def enclosing_scopes(scope: Scope) -> Iterator[Scope]:
    """The scopes whose variables can be read in this one, itself not among them."""
    while scope.parent is not None and child_execution_type(scope) is None:
        scope = scope.parent.scope
        yield scope


def _order(scope: Scope, start: State) -> list[State]:
    """The states that can be reached, each as far as possible after those that lead to it."""
    finished: list[State] = []
    seen = {start}
    waiting = [(start, iter(start.transitions))]
    while waiting:
        state, transitions = waiting[-1]
        for transition in transitions:
            target = scope.states[transition.target]
            if target not in seen:
                seen.add(target)
                waiting.append((target, iter(target.transitions)))
                break
        else:
            finished.append(state)
            waiting.pop()
    return finished[::-1]


def _is_test(state: State, path: Route) -> bool:
    """Whether the rule that a `Variable` stands in asks for its presence."""
    rule = value_at(state.data, path[len(state.path) : -1])
    return isinstance(rule, dict) and "IsPresent" in rule
