"""Diagrams of state machines: nodes, edges and groups, for any diagram language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sfnlint.asl.machine import Machine, Scope, State
from sfnlint.finding import SEVERITIES, Finding, Severity
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route
from sfnlint.report.escaping import escape_controls
from sfnlint.subject import Subject

Shape = Literal["start", "end", "point", "state", "choice", "scopes", "last", "missing"]
EdgeKind = Literal["next", "choice", "default", "catch", "inside"]
_LONGEST_NAME = 20
"""In the title of a group: a longer title would overlap the next group."""
_EDGE_KINDS: Mapping[str, EdgeKind] = {
    "Choices": "choice",
    "Default": "default",
    "Catch": "catch",
}


class DiagramNode(NamedTuple):
    """A node of a diagram.

    Attributes:
        id: unique in the diagram: letters and digits.
        label: the lines of the label, without control characters.
        shape: "last" ends its scope, "scopes" contains scopes, "point" is the start of an inner
            scope, "missing" is the name of a state that does not exist.
        severity: the highest severity of the findings of the state.

    """

    id: str
    label: tuple[str, ...]
    shape: Shape
    severity: Severity | None = None


class DiagramEdge(NamedTuple):
    """A transition, or an edge from a state to a scope inside it.

    Attributes:
        source: the id of a node.
        target: the id of a node.
        kind: the field of the transition; "inside" leads to a scope.
        into: for an edge to a scope, the id of its group.

    """

    source: str
    target: str
    kind: EdgeKind
    into: str = ""


@dataclass(slots=True)
class DiagramGroup:
    """Nodes in a frame: a machine, a scope, or the unreachable states of a scope."""

    id: str
    label: str
    unreachable: bool = False
    nodes: list[DiagramNode] = field(default_factory=list)
    groups: list[DiagramGroup] = field(default_factory=list)


@dataclass(slots=True)
class Diagram:
    """State machines side by side."""

    groups: list[DiagramGroup] = field(default_factory=list)
    edges: list[DiagramEdge] = field(default_factory=list)


def draw(subjects: Sequence[Subject], findings: Iterable[Finding] = ()) -> Diagram:
    """Return the diagram of state machines, with the findings of each state."""
    findings = list(findings)
    diagram = Diagram()
    names = Counter(subject.logical_id for subject in subjects)
    for index, subject in enumerate(subjects):
        file, name = subject.place.document.file, subject.logical_id
        title = file if name is None else f"{name} in {file}" if names[name] > 1 else name
        group = DiagramGroup(f"m{index}", escape_controls(title))
        builder = _DiagramBuilder(diagram, f"m{index}", _by_state(subject, findings))
        builder.add_machine(subject.machine.top, group)
        diagram.groups.append(group)
    return diagram


def source_lines(
    diagram: Diagram,
    node_line: Callable[[DiagramNode], str],
    opening: Callable[[DiagramGroup], Iterable[str]],
    closing: Callable[[DiagramGroup], Iterable[str]],
) -> Iterator[str]:
    """Yield the groups and nodes of a diagram in a diagram language; one machine has no frame.

    Args:
        diagram: the diagram.
        node_line: returns the line of a node.
        opening: returns the lines that open a group.
        closing: returns the lines that close it.

    """

    def frame(group: DiagramGroup, indent: str) -> Iterator[str]:
        yield from (f"{indent}{line}" for line in opening(group))
        yield from content(group, indent + "  ")
        yield from (f"{indent}{line}" for line in closing(group))

    def content(group: DiagramGroup, indent: str) -> Iterator[str]:
        yield from (f"{indent}{node_line(node)}" for node in group.nodes)
        for inner in group.groups:
            yield from frame(inner, indent)

    write_group = content if len(diagram.groups) == 1 else frame
    for group in diagram.groups:
        yield from write_group(group, "  ")


def _by_state(subject: Subject, findings: Iterable[Finding]) -> dict[Route, list[Finding]]:
    """Return the findings of each state, by the path of the state."""
    machine = subject.machine
    by_path = {state.path: state for state in machine.states}
    by_name = {state.name: state for state in machine.states}
    by_state: dict[Route, list[Finding]] = {}
    for finding in findings:
        places = [finding.place, *(note.place for note in finding.notes)]
        states = [state for place in places if (state := _state_at(machine, place, by_path))]
        if not states and finding.machine == subject.logical_id is not None:
            # The place is in a policy, or in another combination of the template's conditions.
            named = by_name.get(finding.state or "")
            states = [named] if named else []
        for path in dict.fromkeys(state.path for state in states):
            by_state.setdefault(path, []).append(finding)
    return by_state


def _state_at(machine: Machine, place: Place, by_path: Mapping[Route, State]) -> State | None:
    """Return the innermost state that contains a place."""
    if place.document is not machine.document:
        return None
    lengths = range(len(place.path), 0, -1)
    return next((by_path[place.path[:n]] for n in lengths if place.path[:n] in by_path), None)


class _DiagramBuilder:
    """Adds the nodes and edges of a state machine to a diagram."""

    def __init__(
        self, diagram: Diagram, prefix: str, findings: Mapping[Route, list[Finding]]
    ) -> None:
        self.diagram = diagram
        self.prefix = prefix
        self.findings = findings
        self.count = 0
        self.end_node: str | None = None

    def new_id(self) -> str:
        self.count += 1
        return f"{self.prefix}n{self.count}"

    def add_machine(self, top: Scope, group: DiagramGroup) -> None:
        """Add the scopes of a machine, however deep they are."""
        pending: list[tuple[Scope, DiagramGroup, str | None]] = [(top, group, None)]
        while pending:
            scope, target, parent = pending.pop()
            reachable = scope.reachable if scope.is_readable else frozenset(scope.states)
            ids, unreachable = self.add_states(scope, target, reachable)
            if unreachable.nodes:
                target.groups.append(unreachable)
            self.add_start(scope, target, ids, parent)
            # Reachable states first: a missing state belongs to the group of those that lead to it.
            for state in sorted(
                scope.states.values(), key=lambda state: state.name not in reachable
            ):
                own = target if state.name in reachable else unreachable
                self.add_transitions(state, own, ids)
                if state.is_terminal and state.name in reachable and parent is None:
                    self.diagram.edges.append(
                        DiagramEdge(ids[state.name], self.end(target), "next")
                    )
                for number, inner in enumerate(state.scopes, 1):
                    inner_group = DiagramGroup(self.new_id(), _scope_title(state, inner, number))
                    own.groups.append(inner_group)
                    pending.append((inner, inner_group, ids[state.name]))

    def add_states(
        self, scope: Scope, group: DiagramGroup, reachable: frozenset[str]
    ) -> tuple[dict[str, str], DiagramGroup]:
        """Add the reachable states to the group, the others to a new group.

        Returns:
            The ids of the nodes by the names of the states, and the new group.

        """
        ids: dict[str, str] = {}
        unreachable = DiagramGroup(self.new_id(), "unreachable", unreachable=True)
        order = list(SEVERITIES.values())
        for name, state in scope.states.items():
            ids[name] = self.new_id()
            findings = self.findings.get(state.path, [])
            severities = [finding.severity for finding in findings]
            rules = " ".join(dict.fromkeys(finding.rule for finding in findings))
            label = (escape_controls(name), rules) if rules else (escape_controls(name),)
            highest = min(severities, key=order.index, default=None)
            node = DiagramNode(ids[name], label, _shape(state), highest)
            (group if name in reachable else unreachable).nodes.append(node)
        return ids, unreachable

    def add_start(
        self, scope: Scope, group: DiagramGroup, ids: dict[str, str], parent: str | None
    ) -> None:
        """Add the start node of a scope, and the edge from the state that contains it."""
        if scope.start is None:
            return
        start = self.new_id()
        if parent is None:
            group.nodes.insert(0, DiagramNode(start, ("Start",), "start"))
        else:
            group.nodes.insert(0, DiagramNode(start, (" ",), "point"))
            self.diagram.edges.append(DiagramEdge(parent, start, "inside", group.id))
        self.add_edge(start, scope.start.target, "next", group, ids)

    def end(self, group: DiagramGroup) -> str:
        """Return the id of the end node of the machine, which the first call adds."""
        if self.end_node is None:
            self.end_node = self.new_id()
            group.nodes.append(DiagramNode(self.end_node, ("End",), "end"))
        return self.end_node

    def add_transitions(self, state: State, group: DiagramGroup, ids: dict[str, str]) -> None:
        seen: set[tuple[str, str]] = set()
        for transition in state.transitions:
            if (transition.target, transition.field) not in seen:
                seen.add((transition.target, transition.field))
                kind = _EDGE_KINDS.get(transition.field, "next")
                self.add_edge(ids[state.name], transition.target, kind, group, ids)

    def add_edge(
        self, source: str, target: str, kind: EdgeKind, group: DiagramGroup, ids: dict[str, str]
    ) -> None:
        """Add an edge to a state; a node for the state if it does not exist."""
        if target not in ids:
            ids[target] = self.new_id()
            label = (escape_controls(target), "no such state")
            group.nodes.append(DiagramNode(ids[target], label, "missing", "error"))
        self.diagram.edges.append(DiagramEdge(source, ids[target], kind))


def _scope_title(state: State, scope: Scope, number: int) -> str:
    name = state.name
    if len(name) > _LONGEST_NAME:
        name = name[:_LONGEST_NAME].rstrip() + "…"
    part = f"branch {number} of" if scope.path[-2] == "Branches" else "each item of"
    return f"{part} {escape_controls(name)}"


def _shape(state: State) -> Shape:
    if state.scopes:
        return "scopes"
    if state.type == "Choice":
        return "choice"
    return "last" if state.type in ("Succeed", "Fail") else "state"
