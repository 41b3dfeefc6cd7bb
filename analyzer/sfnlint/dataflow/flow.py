"""The data that certainly reaches each state, and what certainly fails because of it.

A state's input is the join of what all transitions to it carry. A state that certainly fails
carries nothing further, so that each mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.asl.machine import Machine, Scope, State
from sfnlint.asl.memoize import memoize
from sfnlint.dataflow.jsonpath_states import JsonPathState
from sfnlint.dataflow.outcomes import Outcome, Run
from sfnlint.dataflow.problems import FlowProblem
from sfnlint.dataflow.reading import CertainFailureError
from sfnlint.dataflow.shapes import UNKNOWN, Shape, join
from sfnlint.named_tuple import NamedTuple

_MOST_VISITS = 4
"""After so many visits, the input of a state in a loop is taken to be unknown."""
_DEEPEST = 8


class _Entry(NamedTuple):
    """What is known when a state starts.

    Attributes:
        data: its input.
        variables: the variables whose shapes are known.
        origins: the names of the states that it is reached from.

    """

    data: Shape
    variables: Mapping[str, Shape]
    origins: frozenset[str]


@memoize
def flow_problems(machine: Machine) -> list[FlowProblem]:
    """Return what certainly fails in a machine, whatever its input is."""
    problems: list[FlowProblem] = []
    for scope in machine.scopes:
        if scope.parent is None:
            _run(scope, UNKNOWN, {}, problems, _DEEPEST)
    return problems


def _run(
    scope: Scope,
    data: Shape,
    variables: Mapping[str, Shape],
    problems: list[FlowProblem],
    depth: int,
) -> Shape | None:
    """Return the output of a scope; None if it certainly fails.

    Args:
        scope: the scope.
        data: its input.
        variables: the variables that it can read.
        problems: gets what certainly fails.
        depth: how deep scopes inside it are analysed.

    """
    start = scope.start
    if start is None or not scope.is_readable or not scope.is_closed or depth == 0:
        return UNKNOWN

    def run(inner: Scope, data: Shape, variables: Mapping[str, Shape]) -> Shape | None:
        return _run(inner, data, variables, found, depth - 1)

    found: list[FlowProblem] = []
    last: dict[str, tuple[Outcome, list[FlowProblem]]] = {}
    entries = {start.target: _Entry(data, variables, frozenset())}
    visits: dict[str, int] = {}
    pending = [start.target]
    while pending:
        name = pending.pop()
        visits[name] = visits.get(name, 0) + 1
        state, entry = scope.states[name], entries[name]
        found = []
        outcome = _outcome(state, entry, run, found)
        last[name] = outcome, found
        for transition, carried, assigned in outcome.carried:
            target = transition.target
            known = entries.get(target)
            new = _joined(known, carried, assigned, name)
            if visits.get(target, 0) >= _MOST_VISITS:
                new = _Entry(UNKNOWN, {}, new.origins)
            if new != known:
                entries[target] = new
                pending.append(target)
    output: Shape | None = None
    for name in entries:
        outcome, found = last[name]
        problems += found
        if outcome.output is not None:
            output = outcome.output if output is None else join(output, outcome.output)
    return output


def _outcome(state: State, entry: _Entry, run: Run, problems: list[FlowProblem]) -> Outcome:
    origin = None
    if len(entry.origins) == 1:
        (name,) = entry.origins
        origin = state.scope.states.get(name)
    try:
        if state.query_language == "JSONata":
            from sfnlint.dataflow.jsonata_states import JsonataState

            return JsonataState(state, entry.data, entry.variables, run, problems).outcome()
        path_state = JsonPathState(state, entry.data, entry.variables, run, problems, origin)
        return path_state.outcome()
    except CertainFailureError:
        return Outcome([], None)


def _joined(
    known: _Entry | None, data: Shape, variables: Mapping[str, Shape], origin: str
) -> _Entry:
    if known is None:
        return _Entry(data, variables, frozenset((origin,)))
    both = {
        name: join(shape, variables[name])
        for name, shape in known.variables.items()
        if name in variables
    }
    return _Entry(join(known.data, data), both, known.origins | {origin})
