"""Drawings in Graphviz's language: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.finding import Severity
from sfnlint.report.drawing import Drawing, EdgeKind, Group, Node, Shape, nested

_SHAPES: Mapping[Shape, str] = {
    "start": 'shape=oval, style=filled, fillcolor="#57606a", fontcolor=white',
    "end": 'shape=oval, style=filled, fillcolor="#57606a", fontcolor=white',
    "point": 'shape=point, width=0.12, color="#57606a"',
    "state": "shape=box",
    "choice": "shape=diamond",
    "scopes": "shape=box, peripheries=2",
    "last": "shape=box, style=rounded",
    "missing": "shape=box",
}
_MARKS: Mapping[Severity, str] = {
    "error": 'color="#cf222e", fillcolor="#ffd7d5", style=filled',
    "warning": 'color="#9a6700", fillcolor="#fff8c5", style=filled',
    "info": 'color="#0969da", fillcolor="#ddf4ff", style=filled',
}
_EDGES: Mapping[EdgeKind, str] = {
    "next": "",
    "choice": "",
    "default": " [label=default]",
    "catch": " [label=catch, style=dashed]",
    "inside": " [style=dotted, lhead=cluster_{into}]",
}


def lines(drawing: Drawing) -> Iterator[str]:
    """The drawing."""
    yield "digraph {"
    yield "  compound=true"
    yield '  node [fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif", fontsize=10]'
    yield from nested(drawing, _node, _before, _after)
    for edge in drawing.edges:
        yield f"  {edge.source} -> {edge.target}{_EDGES[edge.kind].format(into=edge.into)}"
    yield "}"


def _before(group: Group) -> Iterator[str]:
    yield f"subgraph cluster_{group.id} {{"
    style = ", style=dashed" if group.unreached else ""
    yield f'  graph [label={_quoted(group.label)}, fontname="sans-serif"{style}]'


def _after(_: Group) -> Iterator[str]:
    yield "}"


def _node(node: Node) -> str:
    label = "\\n".join(_quoted(line)[1:-1] for line in node.label)
    mark = f", {_MARKS[node.mark]}" if node.mark else ""
    return f'{node.id} [label="{label}", {_SHAPES[node.shape]}{mark}]'


def _quoted(text: str) -> str:
    # Graphviz reads HTML's entities in every label.
    text = text.replace("&", "&amp;")
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
