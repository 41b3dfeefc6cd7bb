"""HCL expressions: tree-sitter nodes converted to syntax nodes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sfnlint.place import Span
from sfnlint.source import hcl_syntax as nodes
from sfnlint.source.hcl_strings import PLAIN, QUOTED, stripped, texts, without_indentation
from sfnlint.source.hcl_syntax import Expression

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 100
"""Maximum nesting depth of expressions and blocks, so that all later code may recurse safely."""
_ACCESSES = ("get_attr", "index")


class Expressions:
    """Converts the expressions of one text.

    Args:
        text: the text.
        content: the same in UTF-8, in whose bytes tree-sitter counts.

    """

    def __init__(self, text: str, content: bytes) -> None:
        self.text = text
        # Ends of multi-byte characters, each with the surplus of bytes over characters there.
        self._wide: list[int] = []
        self._surplus: list[int] = [0]
        if len(content) != len(text):
            offset = 0
            for character in text:
                size = len(character.encode())
                offset += size
                if size > 1:
                    self._wide.append(offset)
                    self._surplus.append(self._surplus[-1] + size - 1)

    def span(self, node: Node) -> Span:
        """Return the characters of a node."""
        return Span(self._offset(node.start_byte), self._offset(node.end_byte))

    def written(self, node: Node) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def _offset(self, byte: int) -> int:
        return byte - self._surplus[bisect_right(self._wide, byte)]

    def expression(self, node: Node, depth: int) -> Expression:
        """Convert a node at a nesting depth."""
        while node.type in ("expression", "literal_value", "collection_value", "template_expr"):
            inside = [one for one in node.named_children if one.type != "comment"]
            if len(inside) == 1:
                node = inside[0]
            elif inside and inside[0].type != "ERROR":
                return self._steps(inside, depth)
            else:
                break
        handler = _HANDLERS.get(node.type)
        if handler is None or depth > DEEPEST:
            return nodes.Unknown(self.span(node))
        return handler(self, node, depth + 1)

    def _steps(self, children: Sequence[Node], depth: int) -> Expression:
        """Convert a value followed by accesses: `.name`, `[index]`, splats."""
        value = self.expression(children[0], depth)
        start = value.span.start
        for index, step in enumerate(children[1:]):
            if index + depth > DEEPEST:
                return nodes.Unknown(Span(start, self.span(children[-1]).end))
            span = Span(start, self.span(step).end)
            if step.type in _ACCESSES:
                value = nodes.Index(span, value, self._accessed(step, depth))
            elif step.type == "splat":
                value = nodes.Splat(span, value, self._each(step.children[0], depth))
            else:
                return nodes.Unknown(span)
        return value

    def _each(self, splat: Node, depth: int) -> Expression:
        value: Expression = nodes.Name(self.span(splat), "*")
        for step in (child for child in splat.named_children if child.type in _ACCESSES):
            span = Span(value.span.start, self.span(step).end)
            value = nodes.Index(span, value, self._accessed(step, depth))
        return value

    def _accessed(self, step: Node, depth: int) -> Expression:
        """Convert the key of an access: a name, or an index in brackets or after a dot."""
        if step.type == "get_attr":
            return self._word(step.named_children[-1])
        node = step.children[0]
        if node.type == "new_index":
            return self.expression(node.named_children[0], depth + 1)
        span = self.span(node)
        digits = self.written(node).lstrip(".")
        try:
            return nodes.Literal(span, int(digits))
        except ValueError:
            return nodes.Unknown(span)

    def _word(self, node: Node) -> nodes.StringTemplate:
        span = self.span(node)
        return nodes.StringTemplate(span, [nodes.StringLiteral(span, self.written(node))])

    def _variable(self, node: Node, depth: int) -> Expression:
        return nodes.Name(self.span(node), self.written(node))

    def _number(self, node: Node, depth: int) -> Expression:
        written = self.written(node)
        try:
            number: float = int(written) if written.isdecimal() else float(written)
        except ValueError:
            return nodes.Unknown(self.span(node))
        return nodes.Literal(self.span(node), number)

    def _boolean(self, node: Node, depth: int) -> Expression:
        return nodes.Literal(self.span(node), self.written(node) == "true")

    def _null(self, node: Node, depth: int) -> Expression:
        return nodes.Literal(self.span(node), None)

    def _tuple(self, node: Node, depth: int) -> Expression:
        items = [one for one in node.named_children if one.type == "expression"]
        return nodes.TupleExpression(
            self.span(node), [self.expression(one, depth) for one in items]
        )

    def _object(self, node: Node, depth: int) -> Expression:
        items = []
        for element in node.named_children:
            if element.type == "object_elem":
                key, value = (one for one in element.named_children if one.type == "expression")
                items.append((self._key(key, depth), self.expression(value, depth)))
        return nodes.ObjectExpression(self.span(node), items)

    def _key(self, node: Node, depth: int) -> Expression:
        """Convert a key of an object: a bare word is a literal."""
        first = node.children[0]
        alone = len(node.children) == 1 and first.type == "variable_expr"
        return self._word(first) if alone else self.expression(node, depth)

    def _call(self, node: Node, depth: int) -> Expression:
        arguments: list[Expression] = []
        expands = False
        for child in node.named_children[1:]:
            for one in child.named_children if child.type == "function_arguments" else ():
                if one.type == "expression":
                    arguments.append(self.expression(one, depth))
                expands = expands or one.type == "ellipsis"
        name = self.written(node.named_children[0])
        return nodes.FunctionCall(self.span(node), name, arguments, expands)

    def _conditional(self, node: Node, depth: int) -> Expression:
        # The grammar groups `a ? b : c ? d : e` from the left, Terraform from the right.
        operands: list[Node] = []
        current: Node | None = node
        while current is not None:
            condition, *results = (
                child for child in current.named_children if child.type == "expression"
            )
            operands = [*results, *operands]
            inside = [child for child in condition.children if child.type != "comment"]
            is_chained = [child.type for child in inside] == ["conditional"]
            current = inside[0] if is_chained else None
        operands.insert(0, condition)
        value = self.expression(operands.pop(), depth)
        while operands:
            yes = self.expression(operands.pop(), depth)
            condition_value = self.expression(operands.pop(), depth)
            span = Span(condition_value.span.start, self.span(node).end)
            value = nodes.Conditional(span, condition_value, yes, value)
        return value

    def _operation(self, node: Node, depth: int) -> Expression:
        node = node.named_children[0]
        operator = ""
        operands: list[list[Node]] = [[]]
        for child in node.children:
            if child.type in ("comment", "(", ")"):
                continue
            if child.is_named:
                operands[-1].append(child)
            else:
                operator = child.type
                operands.append([])
        values = [self._steps(one, depth) for one in operands if one]
        return nodes.Operation(self.span(node), operator, values)

    def _for(self, node: Node, depth: int) -> Expression:
        node = node.named_children[0]
        children = [one for one in node.children if one.type != "comment"]
        intro = next(one for one in children if one.type == "for_intro")
        condition = next((one for one in children if one.type == "for_cond"), None)
        values = [self.expression(one, depth) for one in children if one.type == "expression"]
        names, collection = self._intro(intro, depth)
        return nodes.ForExpression(
            self.span(node),
            names,
            collection,
            values[0] if len(values) == 2 else None,
            values[-1],
            self.expression(condition.named_children[-1], depth) if condition else None,
            any(one.type == "ellipsis" for one in children),
        )

    def _intro(self, node: Node, depth: int) -> tuple[list[str], Expression]:
        names = [self.written(one) for one in node.named_children if one.type == "identifier"]
        collection = next(one for one in node.named_children if one.type == "expression")
        return names, self.expression(collection, depth)

    # Templates

    def _quoted(self, node: Node, depth: int) -> Expression:
        start, end = self.span(node)
        inside = [one for one in node.children if one.type.startswith("template_")]
        parts = self._parts(inside, Span(start + 1, end - 1), QUOTED, depth)
        single = len(parts) == 1 and isinstance(parts[0], nodes.Interpolation)
        return nodes.StringTemplate(Span(start, end), parts, single)

    def _heredoc(self, node: Node, depth: int) -> Expression:
        first, last = (one for one in node.children if one.type == "heredoc_identifier")
        start = self.text.find("\n", self.span(first).end) + 1
        end = max(start, self.text.rfind("\n", 0, self.span(last).start) + 1)
        inside = [one for one in node.children if one.type.startswith("template_")]
        parts = self._parts(inside, Span(start, end), PLAIN, depth)
        if self.text.startswith("<<-", self.span(node).start):
            parts = without_indentation(parts)
        return nodes.StringTemplate(Span(start, end), parts)

    def _parts(
        self,
        inside: Sequence[Node],
        within: Span,
        escape: re.Pattern[str],
        depth: int,
        around: tuple[bool, bool] = (False, False),
    ) -> list[Expression]:
        """Return the parts of a template: its nodes, and the literal strings between them.

        `around` says whether a `~` next to the first and the last string strips white space.
        """
        found: list[Expression] = []
        start, strips = within.start, around[0]
        for node in inside:
            if node.type == "template_literal":
                continue
            span = self.span(node)
            left, right = self._strips(node)
            before = stripped(self.text, Span(start, span.start), left=strips, right=left)
            found += texts(self.text, before, escape)
            found.append(self._part(node, escape, depth))
            start, strips = span.end, right
        rest = stripped(self.text, Span(start, within.end), left=strips, right=around[1])
        return [*found, *texts(self.text, rest, escape)]

    def _strips(self, node: Node) -> tuple[bool, bool]:
        written = self.written(node)
        return written[2:3] == "~", written[-2:-1] == "~"

    def _part(self, node: Node, escape: re.Pattern[str], depth: int) -> Expression:
        inside = [one for one in node.named_children if one.type == "expression"]
        if node.type == "template_interpolation" and inside:
            return nodes.Interpolation(self.span(node), self.expression(inside[0], depth))
        if node.type == "template_directive":
            return self._directive(node.named_children[0], escape, depth)
        return nodes.Unknown(self.span(node))

    def _directive(self, node: Node, escape: re.Pattern[str], depth: int) -> Expression:
        span = self.span(node)
        marks = ("_intro", "_start", "_end")
        bounds = [one for one in node.children if one.type.endswith(marks)]
        if depth > DEEPEST or len(bounds) < 2:
            return nodes.Unknown(span)
        bodies = []
        for first, last in pairwise(bounds):
            inside = [
                one for one in node.children if first.end_byte <= one.start_byte < last.start_byte
            ]
            within = Span(self.span(first).end, self.span(last).start)
            around = self._strips(first)[1], self._strips(last)[0]
            bodies.append(self._parts(inside, within, escape, depth + 1, around))
        if node.type == "template_for":
            return nodes.TemplateFor(span, *self._intro(bounds[0], depth), bodies[0])
        condition = next(one for one in bounds[0].named_children if one.type == "expression")
        no = bodies[1] if len(bodies) > 1 else []
        return nodes.TemplateIf(span, self.expression(condition, depth), bodies[0], no)


_HANDLERS: dict[str, Callable[[Expressions, Node, int], Expression]] = {
    "variable_expr": Expressions._variable,
    "numeric_lit": Expressions._number,
    "bool_lit": Expressions._boolean,
    "null_lit": Expressions._null,
    "tuple": Expressions._tuple,
    "object": Expressions._object,
    "function_call": Expressions._call,
    "conditional": Expressions._conditional,
    "operation": Expressions._operation,
    "for_expr": Expressions._for,
    "string_lit": Expressions._quoted,
    "quoted_template": Expressions._quoted,
    "heredoc_template": Expressions._heredoc,
}
