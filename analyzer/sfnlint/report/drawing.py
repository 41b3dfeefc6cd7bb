"""State machines as drawings: what is to be seen, whatever language it is drawn in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sfnlint.asl.machine import Machine, Scope, State
from sfnlint.finding import SEVERITIES, Finding, Severity
from sfnlint.place import Place
from sfnlint.report import printable
from sfnlint.subject import Subject

Shape = Literal["start", "end", "point", "state", "choice", "scopes", "last", "missing"]
EdgeKind = Literal["next", "choice", "default", "catch", "inside"]
_LONGEST_NAME = 20
"""In the title of a group: a title makes no group wider, and would lie over the next one."""
_EDGES: Mapping[str, EdgeKind] = {"Choices": "choice", "Default": "default", "Catch": "catch"}


class Node(NamedTuple):
    """One thing to draw.

    Attributes:
        id: unique in the drawing: letters and digits.
        label: its lines, printable but otherwise as they are.
        shape: what it is; "last" ends its scope, "scopes" holds others, "point" is where an inner
            scope begins, "missing" is a name that no state has.
        mark: the worst severity of its findings.

    """

    id: str
    label: tuple[str, ...]
    shape: Shape
    mark: Severity | None = None


class Edge(NamedTuple):
    """A transition, or from a state to the scope inside it.

    Attributes:
        source: the id of a node.
        target: the id of a node.
        kind: what it is.
        into: the id of the group that it leads to, for one to a scope.

    """

    source: str
    target: str
    kind: EdgeKind
    into: str = ""


@dataclass(slots=True)
class Group:
    """Nodes that stand together: a machine, a scope, the states that nothing reaches."""

    id: str
    label: str
    unreached: bool = False
    nodes: list[Node] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class Drawing:
    """Machines side by side."""

    groups: list[Group] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


def draw(subjects: Sequence[Subject], findings: Iterable[Finding] = ()) -> Drawing:
    """Machines, with the states that have findings marked."""
    told = list(findings)
    drawing = Drawing()
    names = Counter(subject.logical_id for subject in subjects)
    for index, subject in enumerate(subjects):
        file, named = subject.place.document.file, subject.logical_id
        title = file if named is None else f"{named} in {file}" if names[named] > 1 else named
        group = Group(f"m{index}", printable(title))
        _Artist(drawing, f"m{index}", _marks(subject, told)).draw(subject.machine.top, group)
        drawing.groups.append(group)
    return drawing


def nested(
    drawing: Drawing,
    node: Callable[[Node], str],
    before: Callable[[Group], Iterable[str]],
    after: Callable[[Group], Iterable[str]],
) -> Iterator[str]:
    """The groups and their nodes as lines of a language; a single machine stands without a frame.

    Args:
        drawing: the drawing.
        node: the line of a node.
        before: the lines that open a group.
        after: those that close it.

    """

    def framed(group: Group, indent: str) -> Iterator[str]:
        yield from (f"{indent}{line}" for line in before(group))
        yield from content(group, indent + "  ")
        yield from (f"{indent}{line}" for line in after(group))

    def content(group: Group, indent: str) -> Iterator[str]:
        yield from (f"{indent}{node(one)}" for one in group.nodes)
        for inner in group.groups:
            yield from framed(inner, indent)

    draw_group = content if len(drawing.groups) == 1 else framed
    for group in drawing.groups:
        yield from draw_group(group, "  ")


def _marks(subject: Subject, findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The findings of each state, by the state's identity."""
    machine = subject.machine
    by_path = {state.path: state for state in machine.states}
    by_name = {state.name: state for state in machine.states}
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        places = [finding.place, *(note.place for note in finding.notes)]
        states = [_state(machine, place, by_path) for place in places]
        if not any(states) and finding.machine == subject.logical_id is not None:
            # It stands in a policy, or in another combination of the template's conditions.
            states = [by_name.get(finding.state or "")]
        for state in {id(one): one for one in states if one}.values():
            found.setdefault(id(state), []).append(finding)
    return found


def _state(
    machine: Machine, place: Place, by_path: Mapping[tuple[str | int, ...], State]
) -> State | None:
    if place.document is not machine.document:
        return None
    lengths = range(len(place.path), 0, -1)
    return next((by_path[place.path[:n]] for n in lengths if place.path[:n] in by_path), None)


class _Artist:
    def __init__(self, drawing: Drawing, prefix: str, marks: dict[int, list[Finding]]) -> None:
        self.drawing = drawing
        self.prefix = prefix
        self.marks = marks
        self.count = 0
        self.last: str | None = None

    def new(self) -> str:
        self.count += 1
        return f"{self.prefix}n{self.count}"

    def draw(self, scope: Scope, group: Group) -> None:
        """A scope and all inside it; the scopes wait in a list, however deep they stand."""
        waiting: list[tuple[Scope, Group, str | None]] = [(scope, group, None)]
        while waiting:
            inner, target, holder = waiting.pop()
            known = inner.reachable if inner.is_readable else frozenset(inner.states)
            ids, apart = self.states(inner, target, known)
            if apart.nodes:
                target.groups.append(apart)
            self.ways_in(inner, target, ids, holder)
            # First what is reached: a name that no state has stands with those who lead to it.
            for state in sorted(inner.states.values(), key=lambda one: one.name not in known):
                self.transitions(state, target if state.name in known else apart, ids)
                if state.is_terminal and state.name in known and holder is None:
                    self.drawing.edges.append(Edge(ids[state.name], self.end(target), "next"))
                for number, child in enumerate(state.scopes, 1):
                    title = (
                        f"branch {number} of" if child.path[-2] == "Branches" else "each item of"
                    )
                    name = state.name
                    if len(name) > _LONGEST_NAME:
                        name = name[:_LONGEST_NAME].rstrip() + "…"
                    below = Group(self.new(), f"{title} {printable(name)}")
                    (target if state.name in known else apart).groups.append(below)
                    waiting.append((child, below, ids[state.name]))

    def states(
        self, scope: Scope, group: Group, known: frozenset[str]
    ) -> tuple[dict[str, str], Group]:
        """Put the states into a group, and those that nothing reaches into another."""
        ids: dict[str, str] = {}
        apart = Group(self.new(), "never reached", unreached=True)
        for name, state in scope.states.items():
            ids[name] = self.new()
            found = self.marks.get(id(state), [])
            order = list(SEVERITIES.values())
            mark = min((one.severity for one in found), key=order.index, default=None)
            rules = " ".join(dict.fromkeys(one.rule for one in found))
            label = (printable(name), rules) if rules else (printable(name),)
            node = Node(ids[name], label, _shape(state), mark)
            (group if name in known else apart).nodes.append(node)
        return ids, apart

    def ways_in(self, scope: Scope, group: Group, ids: dict[str, str], holder: str | None) -> None:
        if scope.start is None:
            return
        start = self.new()
        if holder is None:
            group.nodes.insert(0, Node(start, ("Start",), "start"))
        else:
            group.nodes.insert(0, Node(start, (" ",), "point"))
            self.drawing.edges.append(Edge(holder, start, "inside", group.id))
        self.edge(start, scope.start.target, "next", group, ids)

    def end(self, group: Group) -> str:
        """Where the machine ends: one node, made when it is wanted."""
        if self.last is None:
            self.last = self.new()
            group.nodes.append(Node(self.last, ("End",), "end"))
        return self.last

    def transitions(self, state: State, group: Group, ids: dict[str, str]) -> None:
        seen: set[tuple[str, str]] = set()
        for transition in state.transitions:
            if (transition.target, transition.field) not in seen:
                seen.add((transition.target, transition.field))
                kind = _EDGES.get(transition.field, "next")
                self.edge(ids[state.name], transition.target, kind, group, ids)

    def edge(
        self, source: str, target: str, kind: EdgeKind, group: Group, ids: dict[str, str]
    ) -> None:
        if target not in ids:
            ids[target] = self.new()
            label = (printable(target), "no such state")
            group.nodes.append(Node(ids[target], label, "missing", "error"))
        self.drawing.edges.append(Edge(source, ids[target], kind))


def _shape(state: State) -> Shape:
    if state.scopes:
        return "scopes"
    if state.type == "Choice":
        return "choice"
    return "last" if state.type in ("Succeed", "Fail") else "state"
