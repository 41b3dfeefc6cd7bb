"""Drawings in Graphviz's language: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.finding import Severity
from sfnlint.report.drawing import Drawing, EdgeKind, Group, Node, Shape

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
    """The drawing; a single machine stands without a frame."""
    yield "digraph {"
    yield "  compound=true"
    yield '  node [fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif", fontsize=10]'
    if len(drawing.groups) == 1:
        yield from _content(drawing.groups[0], "  ")
    else:
        for group in drawing.groups:
            yield from _group(group, "  ")
    for edge in drawing.edges:
        yield f"  {edge.source} -> {edge.target}{_EDGES[edge.kind].format(into=edge.into)}"
    yield "}"


def _group(group: Group, indent: str) -> Iterator[str]:
    yield f"{indent}subgraph cluster_{group.id} {{"
    style = ", style=dashed" if group.unreached else ""
    yield f'{indent}  graph [label={_quoted(group.label)}, fontname="sans-serif"{style}]'
    yield from _content(group, indent + "  ")
    yield f"{indent}}}"


def _content(group: Group, indent: str) -> Iterator[str]:
    for node in group.nodes:
        yield f"{indent}{_node(node)}"
    for inner in group.groups:
        yield from _group(inner, indent)


def _node(node: Node) -> str:
    label = "\\n".join(_quoted(line)[1:-1] for line in node.label)
    mark = f", {_MARKS[node.mark]}" if node.mark else ""
    return f'{node.id} [label="{label}", {_SHAPES[node.shape]}{mark}]'


def _quoted(text: str) -> str:
    # Graphviz reads HTML's entities in every label.
    text = text.replace("&", "&amp;")
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
