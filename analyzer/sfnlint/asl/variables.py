"""The variables of a machine: assignments, references, and which variables a state can read.

A scope's variables can be read in the scopes inside it, except in that of a Distributed Map. A
value can be read from the next state on. https://states-language.net/spec.html#assign-field and
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from sfnlint.asl.distributed_map import child_execution_type
from sfnlint.asl.expressions import UNRESOLVED, Expression, expressions, is_jsonata
from sfnlint.asl.jsonata_functions import JSONATA_FUNCTIONS
from sfnlint.asl.machine import Machine, Scope, State, Transition
from sfnlint.asl.memoize import memoize
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route, value_at

_JSONPATH_NAME = lazy_pattern(
    r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|(?<![\w.$\]])\$([^\W\d]\w*+)""", re.DOTALL
)
_DOLLAR_NAME = re.compile(r"\$[^\W\d]")
"""Matches only where `_JSONPATH_NAME` can match a variable, and is faster."""
_NAME = lazy_pattern(r"\$?([^\W\d]\w*)")
_MAX_ROUNDS = 50


class VariableReference(NamedTuple):
    """A reference to a variable in an expression.

    Attributes:
        name: the variable's name without `$`.
        state: the state that contains the expression.
        place: the place of the name, with `$`.

    """

    name: str
    state: State
    place: Place


class Assignment(NamedTuple):
    """A variable in an Assign field.

    Attributes:
        name: the variable's name as references use it, after `$`.
        written: the name in the Assign field, without `.$` at the end.
        state: the state that assigns it.
        path: the path of the name in the definition.

    """

    name: str
    written: str
    state: State
    path: Route

    @property
    def place(self) -> Place:
        """The place of the variable's name."""
        return Place(self.state.scope.machine.document, self.path, "key")


class _AssignedBits(NamedTuple):
    """The variables that are assigned before a state starts, as bit sets.

    Attributes:
        some: the variables that are assigned on at least one path to the state.
        every: the variables that are assigned on every path to the state.

    """

    some: int
    every: int


class Variables:
    """The variables of a machine.

    Attributes:
        is_complete: whether all fields that can assign a variable can be read.
        assignments: all assignments.
        references: all references.
        tested: the names of variables that a condition tests for presence, so that the machine
            may handle their absence.

    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.is_complete = True
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
            for index, name in enumerate(
                dict.fromkeys(assignment.name for assignment in self.assignments)
            )
        }
        self._entry: dict[State, _AssignedBits] = {}
        if self.assignments and self.is_complete:
            self._flow()

    @cached_property
    def assigned(self) -> Mapping[str, Sequence[Assignment]]:
        """The assignments by the variable's name, from all scopes."""
        by_name: dict[str, list[Assignment]] = {}
        for assignment in self.assignments:
            by_name.setdefault(assignment.name, []).append(assignment)
        return by_name

    def assigned_before(self, state: State, name: str) -> tuple[bool, bool] | None:
        """Whether a variable is assigned on some path to a state, and whether on every path.

        None if that is not known, as in an unreachable state.
        """
        assigned = self._entry.get(state)
        if assigned is None:
            return None
        bit = self._bits.get(name, 0)
        return bool(assigned.some & bit), bool(assigned.every & bit)

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
            self.is_complete = False
            return
        for key in values:
            if UNRESOLVED.search(key) or key.startswith("Fn::"):
                self.is_complete = False
            written = key.removesuffix(".$")
            match = _NAME.match(written)
            name = match.group(1) if match else written
            assignment = Assignment(name, written, state, (*state.path, *route, key))
            self.assignments.append(assignment)
            self._own.setdefault(state, []).append(assignment)

    def _read_references(self, state: State, expression: Expression) -> None:
        if not expression.jsonata:
            if _DOLLAR_NAME.search(expression.text) is None:
                return
            if UNRESOLVED.search(expression.text) or is_jsonata(expression.text):
                return
            is_test = expression.path[-1] == "Variable" and _is_test(state, expression.path)
            for match in _JSONPATH_NAME.finditer(expression.text):
                name = match.group(1)
                if name and is_test:
                    self.tested.add(name)
                elif name and name != "states":
                    self._add_reference(name, state, expression, *match.span())
            return
        # Most machines have no JSONata (benchmarks/compare.py).
        from sfnlint.asl.jsonata import parse

        parsed = parse(expression.text)
        if parsed is None:
            return
        self.tested |= parsed.tested
        for variable in parsed.variables:
            if variable.name not in JSONATA_FUNCTIONS:
                self._add_reference(variable.name, state, expression, variable.start, variable.end)

    def _add_reference(
        self, name: str, state: State, expression: Expression, start: int, end: int
    ) -> None:
        self.references.append(VariableReference(name, state, expression.place(state, start, end)))

    # Data flow: the variables that are assigned before each state

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
        order = _reverse_postorder(scope, start)
        for _ in range(_MAX_ROUNDS):
            changed = False
            for state in order:
                assigned = entry[state]
                for transition in state.transitions:
                    target = scope.states[transition.target]
                    bits = self._assigned_by(state, transition)
                    some, every = assigned.some | bits, assigned.every | bits
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
        """The variables that a state assigns on a transition, as a bit set.

        On a Catch transition only the catcher's Assign applies. Of a choice rule's Assign and the
        state's own, either may apply, so both count.
        """
        owner = transition.path[:-1]
        bits = 0
        for assignment in self._own.get(state, ()):
            at = assignment.path[:-2]
            if at == owner or (at == state.path and transition.field != "Catch"):
                bits |= self._bits[assignment.name]
        return bits


@memoize
def variables(machine: Machine) -> Variables:
    """The variables of a machine."""
    return Variables(machine)


def enclosing_scopes(scope: Scope) -> Iterator[Scope]:
    """The scopes around a scope whose variables can be read in it, innermost first."""
    while scope.parent is not None and child_execution_type(scope) is None:
        scope = scope.parent.scope
        yield scope


def _reverse_postorder(scope: Scope, start: State) -> list[State]:
    """The reachable states in reverse postorder: without loops, predecessors come first."""
    finished: list[State] = []
    visited = {start}
    stack = [(start, iter(start.transitions))]
    while stack:
        state, transitions = stack[-1]
        for transition in transitions:
            target = scope.states[transition.target]
            if target not in visited:
                visited.add(target)
                stack.append((target, iter(target.transitions)))
                break
        else:
            finished.append(state)
            stack.pop()
    return finished[::-1]


def _is_test(state: State, path: Route) -> bool:
    """Whether a `Variable` field belongs to a choice rule with IsPresent."""
    rule = value_at(state.data, path[len(state.path) : -1])
    return isinstance(rule, dict) and "IsPresent" in rule
