"""A scope as a networkx graph, for what needs one: cycles and components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfnlint.asl.machine import Scope

if TYPE_CHECKING:
    import networkx


def scope_graph(scope: Scope) -> networkx.DiGraph[str]:
    """The scope's states by name, and its transitions between states that exist."""
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(scope.states)
    graph.add_edges_from(
        (state.name, transition.target)
        for state in scope.states.values()
        for transition in state.transitions
        if transition.target in scope.states
    )
    return graph
