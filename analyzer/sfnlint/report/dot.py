"""Diagrams in DOT, the language of Graphviz: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.finding import Severity
from sfnlint.report.diagram import (
    Diagram,
    DiagramGroup,
    DiagramNode,
    EdgeKind,
    Shape,
    source_lines,
)

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
_SEVERITY_STYLES: Mapping[Severity, str] = {
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


def lines(diagram: Diagram) -> Iterator[str]:
    """Yield the lines of a diagram."""
    yield "digraph {"
    yield "  compound=true"
    yield '  node [fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif", fontsize=10]'
    yield from source_lines(diagram, _node, _opening, _closing)
    for edge in diagram.edges:
        yield f"  {edge.source} -> {edge.target}{_EDGES[edge.kind].format(into=edge.into)}"
    yield "}"


def _opening(group: DiagramGroup) -> Iterator[str]:
    yield f"subgraph cluster_{group.id} {{"
    style = ", style=dashed" if group.unreachable else ""
    yield f'  graph [label={_quoted(group.label)}, fontname="sans-serif"{style}]'


def _closing(_: DiagramGroup) -> Iterator[str]:
    yield "}"


def _node(node: DiagramNode) -> str:
    label = "\\n".join(_quoted(line)[1:-1] for line in node.label)
    style = f", {_SEVERITY_STYLES[node.severity]}" if node.severity else ""
    return f'{node.id} [label="{label}", {_SHAPES[node.shape]}{style}]'


def _quoted(string: str) -> str:
    # Graphviz replaces HTML entities in every label.
    string = string.replace("&", "&amp;")
    string = string.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{string}"'
