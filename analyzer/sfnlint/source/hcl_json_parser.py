"""Parser for the JSON syntax of Terraform.

https://developer.hashicorp.com/terraform/language/syntax/json, whose strings are templates:
https://github.com/hashicorp/hcl/blob/main/json/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sfnlint.place import Span
from sfnlint.source import hcl_parser, json_parser, json_tree
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.faults import Fault
from sfnlint.source.hcl_expressions import DEEPEST
from sfnlint.source.hcl_syntax import Attribute, Block, Body, Expression
from sfnlint.source.node import Node
from sfnlint.source.parse_result import ParseResult
from sfnlint.source.string_layout import JSON_ESCAPE

_LABELS = {
    "resource": 2,
    "data": 2,
    "module": 1,
    "variable": 1,
    "output": 1,
    "provider": 1,
    "locals": 0,
}
"""Block types with their number of labels: JSON does not tell blocks from arguments."""
_NESTED = {
    "dynamic": 1,
    "content": 0,
    "inline_policy": 0,
    "statement": 0,
    "principals": 0,
    "not_principals": 0,
    "condition": 0,
    "logging_configuration": 0,
    "tracing_configuration": 0,
    "encryption_configuration": 0,
}
"""Nested block types that readers use."""
_HOLDERS = {"resource", "data", *_NESTED}
_BARE = {("variable", "type"), ("dynamic", "iterator")}
"""Arguments that are not strings in the native syntax."""
_COMMENT = "//"
_FAULT = "invalid Terraform JSON: expected an object"
_Places = Mapping[str | int, tuple[Node, Node]]
"""Nodes of the keys and values of an object, by name."""


def read(text: str) -> ParseResult:
    """Parse a file to its body. Parts that cannot be parsed are left out, each with a fault.

    Raises:
        FaultError: the text is not JSON.

    """
    too_large = hcl_parser.too_large(text)
    if too_large is not None:
        return ParseResult(Body(), None, [too_large])
    result = json_parser.read(text)
    reader = _Reader(text)
    body = reader.file(result.data, json_tree.tree(text))
    return ParseResult(body, None, [*result.faults, *reader.faults])


def comments(text: str, mark: str) -> list[Span]:
    """Return the values of keys named `//` that begin with a mark."""
    form = rf'(?<!\\)"//"\s*:\s*"\s*{re.escape(mark)}[^"\n]*"[ \t]*,?'
    return [Span(*found.span()) for found in re.finditer(form, text)]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []

    def file(self, data: object, node: Node) -> Body:
        body = Body()
        for members, places in self._objects(data, node):
            for kind, value in members.items():
                if kind in _LABELS:
                    body.blocks += self._blocks(kind, _LABELS[kind], value, places[kind])
        return body

    def _objects(self, data: object, node: Node) -> Iterator[tuple[dict[str, object], _Places]]:
        """Yield an object, or the objects of a list, each with the nodes of its keys and values."""
        if isinstance(data, dict):
            yield data, node.members()  # type: ignore[misc]
            return
        for index, one in enumerate(data if isinstance(data, list) else ()):
            if isinstance(one, dict):
                yield from self._objects(one, (node.members() or {})[index][1])
            else:
                self._fault(node)
        if data is not None and not isinstance(data, list):
            self._fault(node)

    def _fault(self, node: Node) -> None:
        if not self.faults:
            self.faults.append(Fault("syntax", _FAULT, node.span(self.text)))

    def _blocks(
        self,
        kind: str,
        labels: int,
        data: object,
        place: tuple[Node, Node],
        given: tuple[str, ...] = (),
    ) -> Iterator[Block]:
        """Yield the blocks that the value of a key defines, those below labels included."""
        key, node = place
        for members, places in self._objects(data, node):
            if labels == 0:
                yield Block(kind, given, key.span(self.text), self._body(kind, members, places))
                continue
            for label, value in members.items():
                if label != _COMMENT:
                    inside = places[label]
                    yield from self._blocks(kind, labels - 1, value, inside, (*given, label))

    def _body(self, kind: str, members: dict[str, object], places: _Places) -> Body:
        body = Body()
        for name, value in members.items():
            key, node = places[name]
            if name == _COMMENT:
                continue
            if kind in _HOLDERS and name in _NESTED and isinstance(value, (dict, list)):
                body.blocks += self._blocks(name, _NESTED[name], value, (key, node))
                continue
            if (kind, name) in _BARE and isinstance(value, str):
                expression = self._template(f"${{{value}}}", node, 2)
            else:
                expression = self._expression(value, node, 0, literal=kind == "variable")
            head = key.cut(self.text, Span(0, len(name)))
            body.attributes[name] = Attribute(head, expression)
        return body

    def _expression(self, data: object, node: Node, depth: int, *, literal: bool) -> Expression:
        span = node.span(self.text)
        if depth > DEEPEST:
            return nodes.Unknown(span)
        if isinstance(data, str):
            return self._string(data, node, literal=literal)
        if isinstance(data, list):
            places = node.members() or {}
            items = [
                self._expression(one, places[index][1], depth + 1, literal=literal)
                for index, one in enumerate(data)
            ]
            return nodes.TupleExpression(span, items)
        if isinstance(data, dict):
            return nodes.ObjectExpression(
                span, list(self._members(data, node, depth, literal=literal))
            )
        return nodes.Literal(span, data)  # type: ignore[arg-type]

    def _members(
        self, data: dict[str, object], node: Node, depth: int, *, literal: bool
    ) -> Iterator[tuple[Expression, Expression]]:
        for name, value in data.items():
            key, child = (node.members() or {})[name]
            if key is not None:
                value_read = self._expression(value, child, depth + 1, literal=literal)
                yield self._string(name, key, literal=literal), value_read

    def _string(self, text: str, node: Node, *, literal: bool) -> Expression:
        if not literal and ("${" in text or "%{" in text):
            return self._template(text, node, 0)
        parts: list[Expression] = [*self._texts(Span(0, len(text)), text, node)]
        return nodes.StringTemplate(node.span(self.text), parts)

    def _template(self, text: str, node: Node, by: int) -> Expression:
        """Parse a template, whose first `by` characters the file does not contain."""
        template = hcl_parser.read_template(text)
        waiting: list[Expression] = [template]
        while waiting:
            one = waiting.pop()
            start, end = one.span
            one.span = node.cut(self.text, Span(start - by, end - by))
            for name in ("parts", "yes", "no"):
                parts = getattr(one, name, None)
                if isinstance(parts, list):
                    placed = [self._placed(part, node, by) for part in parts]
                    setattr(one, name, [part for some in placed for part in some])
            waiting += [
                part for part in nodes.inner(one) if not isinstance(part, nodes.StringLiteral)
            ]
        template.span = node.span(self.text)
        if len(template.parts) == 1 and isinstance(template.parts[0], nodes.Interpolation):
            return template.parts[0].value
        return template

    def _placed(self, part: Expression, node: Node, by: int) -> list[Expression]:
        if not isinstance(part, nodes.StringLiteral):
            return [part]
        span = Span(part.span.start - by, part.span.end - by)
        if span.end - span.start != len(part.value):
            # An escape sequence of the template.
            return [nodes.StringLiteral(node.cut(self.text, span), part.value)]
        return [*self._texts(span, part.value, node)]

    def _texts(self, span: Span, value: str, node: Node) -> Iterator[nodes.StringLiteral]:
        """Yield the literal strings of a range; each escape sequence is a string of its own."""
        start, end = node.cut(self.text, span)
        at = 0
        if end - start != len(value):
            for found in JSON_ESCAPE.finditer(self.text, start, end):
                length = found.start() - start
                if length:
                    yield nodes.StringLiteral(Span(start, found.start()), value[at : at + length])
                at += length + 1
                yield nodes.StringLiteral(Span(*found.span()), value[at - 1 : at])
                start = found.end()
        if end > start:
            yield nodes.StringLiteral(Span(start, end), value[at:])
