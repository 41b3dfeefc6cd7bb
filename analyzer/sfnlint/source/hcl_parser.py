"""HCL parser for Terraform files, on tree-sitter: https://pypi.org/project/tree-sitter-hcl/.

tree-sitter is installed by the extra `sfn-lint[terraform]`. Its tree has the positions; the literal
strings of a template are the characters between its nodes.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sfnlint.place import Span
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.faults import Fault
from sfnlint.source.hcl_expressions import DEEPEST, Expressions
from sfnlint.source.hcl_syntax import Attribute, Block, Body, Expression
from sfnlint.source.parse_result import ParseResult

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_FAULT = "invalid or unsupported HCL syntax"
_LONGEST = 1024 * 1024
"""Maximum length of a file: a definition has at most 1 MB."""
INSTALL = "pip install 'sfn-lint[terraform]'"


def installed() -> bool:
    """Whether tree-sitter and its HCL grammar are installed."""
    return find_spec("tree_sitter") is not None and find_spec("tree_sitter_hcl") is not None


def read(text: str) -> ParseResult:
    """Parse a file to its body. Parts that cannot be parsed are left out, each with a fault."""
    fault = too_large(text)
    if fault is not None:
        return ParseResult(Body(), None, [fault])
    reader = _Reader(text)
    body = reader.file()
    return ParseResult(body, None, reader.faults)


def too_large(text: str) -> Fault | None:
    """Return the fault of a text that is too long; None for any other."""
    message = "this file is larger than 1 MB and was not read"
    return Fault("too-large", message, Span(0, 0)) if len(text) > _LONGEST else None


def read_template(text: str) -> nodes.StringTemplate:
    """Parse the content of a template file."""
    whole = Span(0, len(text))
    if len(text) > _LONGEST:
        return nodes.StringTemplate(whole, [nodes.Unknown(whole)])
    # No text contains its own hash.
    mark = f"E{sha256(text.encode(errors='replace')).hexdigest()}"
    before = f"x = <<{mark}\n"
    reader = _Reader(f"{before}{text}\n{mark}\n")
    found = reader.file().attributes.get("x")
    if found is None or not isinstance(found.value, nodes.StringTemplate) or reader.faults:
        return nodes.StringTemplate(whole, [nodes.Unknown(whole)])
    _shift(found.value, -len(before))
    parts = found.value.parts
    last = parts[-1] if parts else None
    if isinstance(last, nodes.StringLiteral) and last.span.end > len(text):
        # The line break before the delimiter is not part of the text.
        last.value, last.span = last.value[:-1], Span(last.span.start, len(text))
    return nodes.StringTemplate(whole, parts)


def _shift(expression: Expression, by: int) -> None:
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        one.span = Span(one.span.start + by, one.span.end + by)
        waiting += nodes.inner(one)


def comments(text: str, mark: str) -> list[Span]:
    """Return the comments that begin with a mark."""
    begin = re.compile(rf"(?:#|//|/\*)[ \t]*{re.escape(mark)}")
    reader = _Reader(text)
    waiting = [reader.root]
    found = []
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            span = reader.span(node)
            if begin.match(text, *span):
                found.append(span)
        waiting += node.children
    return sorted(found)


def block_at(text: str, start: int) -> Span | None:
    """Return the characters of the block that begins at a character; None if there is none."""
    reader = _Reader(text)
    waiting = [reader.root]
    while waiting:
        node = waiting.pop()
        span = reader.span(node)
        if span.start == start and node.type == "block":
            return span
        if span.start <= start < span.end:
            waiting += node.children
    return None


@cache
def _parser() -> Parser:
    import tree_sitter_hcl
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_hcl.language()))


class _Reader(Expressions):
    def __init__(self, text: str) -> None:
        content = text.encode()
        super().__init__(text, content)
        self.faults: list[Fault] = []
        self.root = _parser().parse(content).root_node

    def file(self) -> Body:
        body = Body()
        for child in self.root.children:
            if child.type == "body":
                self._fill(body, child, 0)
            elif child.type == "ERROR":
                self._fault(child)
        return body

    def _fill(self, body: Body, node: Node, depth: int) -> None:
        for child in node.children:
            if child.has_error and (child.type != "block" or not _whole(child)):
                self._fault(child)
            elif child.type == "attribute":
                name, value = child.named_children[0], child.named_children[-1]
                body.attributes[self.written(name)] = Attribute(
                    self.span(name), self.expression(value, 0)
                )
            elif child.type == "block" and depth < DEEPEST:
                body.blocks.append(self._block(child, depth))

    def _block(self, node: Node, depth: int) -> Block:
        body = Body()
        words = []
        for child in node.children:
            if child.type in ("identifier", "string_lit"):
                words.append(child)
            elif child.type == "body":
                self._fill(body, child, depth + 1)
        first, *labels = words
        head = Span(self.span(first).start, self.span(words[-1]).end)
        texts = [self.written(label).strip('"') for label in labels]
        return Block(self.written(first), texts, head, body)

    def _fault(self, node: Node) -> None:
        """Record the first syntax error."""
        if self.faults:
            return
        while not node.is_missing and node.type != "ERROR":
            node = next((one for one in node.children if one.has_error), node.children[-1])
        start, end = self.span(node)
        self.faults.append(
            Fault("syntax", _FAULT, Span(start, max(start + 1, min(end, start + 40))))
        )


def _whole(block: Node) -> bool:
    """Whether a block itself is free of faults; its content may have some."""
    return not any(one.type == "ERROR" or one.is_missing for one in block.children) and all(
        one.type == "body" or not one.has_error for one in block.children
    )
