"""The states of a scope as a networkx graph.

Import this module only where a graph is needed: importing networkx takes longer than most checks
(tests/test_layers.py refuses it at start-up).
"""

from __future__ import annotations

from collections.abc import Iterator, Set

import networkx

from sfnlint.asl.machine import Scope, State


def _scope_graph(scope: Scope) -> networkx.DiGraph[str]:
    """Build the graph of a scope: state names, and the transitions between existing states."""
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(scope.states)
    graph.add_edges_from(
        (state.name, transition.target)
        for state in scope.states.values()
        for transition in state.transitions
        if transition.target in scope.states
    )
    return graph


def cycles(scope: Scope, names: Set[str]) -> Iterator[list[State]]:
    """Yield the cycles among some states of a scope, each as its states in definition order."""
    order = {name: index for index, name in enumerate(scope.states)}
    graph = _scope_graph(scope).subgraph(names)
    for component in networkx.strongly_connected_components(graph):
        members = sorted(component, key=order.__getitem__)
        if len(members) > 1 or graph.has_edge(members[0], members[0]):
            yield [scope.states[name] for name in members]
