"""Drawings in Mermaid's language: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.report.drawing import Drawing, EdgeKind, Group, Node, Shape, nested

MOST_EDGES = 500
MOST_CHARACTERS = 50_000
"""What a page draws unless it is told otherwise: https://mermaid.js.org/config/schema-docs/config"""

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
    "classDef unreached fill:#8c959f11,stroke:#8c959f,stroke-dasharray:5 4",
)


def lines(drawing: Drawing) -> Iterator[str]:
    """The drawing."""
    yield "flowchart TB"
    yield from nested(drawing, _node, _before, _after)
    for edge in drawing.edges:
        yield f"  {edge.source} {_ARROWS[edge.kind]} {edge.target}"
    for style in _STYLES:
        yield f"  {style}"


def _before(group: Group) -> Iterator[str]:
    yield f'subgraph {group.id}["{_escaped(group.label)}"]'
    # Without it, groups to which nothing leads lie on their side.
    yield "  direction TB"


def _after(group: Group) -> Iterator[str]:
    yield "end"
    yield f"class {group.id} {'unreached' if group.unreached else 'scope'}"


def _node(node: Node) -> str:
    before, after = _SHAPES[node.shape]
    label = "<br/>".join(_escaped(line) for line in node.label)
    style = "point" if node.shape in ("start", "end", "point") else node.mark
    return f'{node.id}{before}"{label}"{after}' + (f":::{style}" if style else "")


def _escaped(text: str) -> str:
    """A label of which no character means anything to Mermaid, Markdown or HTML."""
    return "".join(one if one.isalnum() or one in " _.,-/" else f"#{ord(one)};" for one in text)
