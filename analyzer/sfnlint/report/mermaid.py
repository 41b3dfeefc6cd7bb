"""Diagrams in Mermaid: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.report.diagram import (
    Diagram,
    DiagramGroup,
    DiagramNode,
    EdgeKind,
    Shape,
    source_lines,
)

MOST_EDGES = 500
MOST_CHARACTERS = 50_000
"""The default limits of a page: https://mermaid.js.org/config/schema-docs/config"""

_SHAPES: Mapping[Shape, tuple[str, str]] = {
    "start": ("([", "])"),
    "end": ("([", "])"),
    "point": ("((", "))"),
    "state": ("[", "]"),
    "choice": ("{{", "}}"),
    "scopes": ("[[", "]]"),
    "last": ("([", "])"),
    "missing": ("[", "]"),
}
_ARROWS: Mapping[EdgeKind, str] = {
    "next": "-->",
    "choice": "-->",
    "default": '-->|"default"|',
    "catch": '-.->|"catch"|',
    "inside": "-.->",
}
_STYLES = (
    "classDef error fill:#ffd7d5,stroke:#cf222e,color:#1f2328,stroke-width:2px",
    "classDef warning fill:#fff8c5,stroke:#9a6700,color:#1f2328,stroke-width:2px",
    "classDef info fill:#ddf4ff,stroke:#0969da,color:#1f2328",
    "classDef point fill:#57606a,stroke:#57606a,color:#ffffff",
    "classDef scope fill:#8c959f22,stroke:#8c959f",
    "classDef unreachable fill:#8c959f11,stroke:#8c959f,stroke-dasharray:5 4",
)


def lines(diagram: Diagram) -> Iterator[str]:
    """Yield the lines of a diagram."""
    yield "flowchart TB"
    yield from source_lines(diagram, _node, _opening, _closing)
    for edge in diagram.edges:
        yield f"  {edge.source} {_ARROWS[edge.kind]} {edge.target}"
    for style in _STYLES:
        yield f"  {style}"


def _opening(group: DiagramGroup) -> Iterator[str]:
    yield f'subgraph {group.id}["{_escaped(group.label)}"]'
    # The default direction of a group without edges from outside is left to right.
    yield "  direction TB"


def _closing(group: DiagramGroup) -> Iterator[str]:
    yield "end"
    yield f"class {group.id} {'unreachable' if group.unreachable else 'scope'}"


def _node(node: DiagramNode) -> str:
    left, right = _SHAPES[node.shape]
    label = "<br/>".join(_escaped(line) for line in node.label)
    style = "point" if node.shape in ("start", "end", "point") else node.severity
    return f'{node.id}{left}"{label}"{right}' + (f":::{style}" if style else "")


def _escaped(label: str) -> str:
    """Return a label without syntax of Mermaid, Markdown or HTML."""
    return "".join(
        character if character.isalnum() or character in " _.,-/" else f"#{ord(character)};"
        for character in label
    )
