"""Comments of YAML text, which the parser drops."""

from __future__ import annotations

import re

from sfnlint.place import Span
from sfnlint.source.node import Node
from sfnlint.source.yaml_tags import content_start


def comments(text: str, tree: Node, mark: str) -> list[Span]:
    """Return the comments that begin with a mark, each from its `#` to the end of its line.

    A `#` inside a quoted or a block scalar does not begin a comment.
    """
    pattern = rf"(?:^|(?<=[ \t]))#[ \t]*{re.escape(mark)}[^\r\n]*"
    found = [Span(*match.span()) for match in re.finditer(pattern, text, re.MULTILINE)]
    waiting = [tree] if found else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.style not in (None, "plain"):
            start, end = node.span(text)
            if node.style in ("|", ">"):
                # A comment may follow the indicator on its line.
                header = re.compile(r"[^\r\n]*").match(text, content_start(text, start))
                start = header.end() if header else start
            found = [span for span in found if not start <= span.start < end]
        for key, value in (node.members() or {}).values():
            waiting += [value] if key is None else [key, value]
    return found
