"""What the rules about flow ask of a scope."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Scope, State, Transition, child_execution_type
from sfnlint.subject import Subject


def ways(scope: Scope) -> Iterator[tuple[State | None, Transition]]:
    """Every transition of a scope with the state that has it; StartAt has none."""
    if scope.start is not None:
        yield None, scope.start
    for state in scope.states.values():
        for transition in state.transitions:
            yield state, transition


def endless_cycles(scope: Scope) -> Iterator[list[State]]:
    """The reachable cycles that no way leads out of, each with its states in their order.

    A Choice without Default counts as a way out: when no rule matches, the execution fails, and
    some people end their loops so.
    """
    ending = [
        name
        for name, state in scope.states.items()
        if state.is_terminal or (state.type == "Choice" and "Default" not in state.data)
    ]
    sources: dict[str, list[str]] = {}
    for state in scope.states.values():
        for transition in state.transitions:
            sources.setdefault(transition.target, []).append(state.name)
    can_end = set(ending)
    while ending:
        for name in sources.get(ending.pop(), ()):
            if name not in can_end:
                can_end.add(name)
                ending.append(name)
    trapped = scope.reachable - can_end
    if not trapped:
        return
    import networkx

    from sfnlint.asl.graph import scope_graph

    order = {name: index for index, name in enumerate(scope.states)}
    graph = scope_graph(scope).subgraph(trapped)
    for component in networkx.strongly_connected_components(graph):
        names = sorted(component, key=order.__getitem__)
        if len(names) > 1 or graph.has_edge(names[0], names[0]):
            yield [scope.states[name] for name in names]


def execution_type(state: State, subject: Subject) -> str | None:
    """The type of the execution that runs a state: the machine's, or that of a Distributed Map."""
    if subject.type == "EXPRESS":
        return "EXPRESS"
    scope = state.scope
    while scope.parent is not None:
        kind = child_execution_type(scope)
        if kind is not None:
            return kind
        scope = scope.parent.scope
    return subject.type
