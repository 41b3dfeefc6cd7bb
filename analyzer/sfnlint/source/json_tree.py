"""Nodes of JSON text: the position of every value, found on demand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.source.faults import FAULT_LIMIT, Fault, duplicate
from sfnlint.source.json_tokens import STRING, TOKEN, has_symbols, without_lone_escapes
from sfnlint.source.node import Children, Node
from sfnlint.symbol import MARKER

# Also matches at the end: a failing search would start again at every character.
_BRACKET = lazy_pattern(rf'(?:[^"\[\]{{}}]++|{STRING})*+([\[\]{{}}]|\Z)', re.DOTALL)


class _Source:
    """A valid JSON text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.decodable = without_lone_escapes(text)
        self.has_symbols = has_symbols(text)

    @cached_property
    def closing(self) -> dict[int, int]:
        """Offset of the closing bracket by offset of the opening bracket."""
        closing: dict[int, int] = {}
        opened: list[int] = []
        for found in _BRACKET.finditer(self.text):
            bracket = found.group(1)
            if bracket and bracket in "[{":
                opened.append(found.start(1))
            elif bracket:
                closing[opened.pop()] = found.start(1)
        return closing

    def node(self, start: int, end: int) -> Node:
        """Return the node of a token; an opening bracket gives the node of its container."""
        first = self.text[start]
        if first == '"':
            return Node(start, end, "json")
        if first in "[{":
            return _Container(self, start, self.closing[start] + 1)
        if self.has_symbols and MARKER.search(self.text, start, end):
            return Node(start, end, "bare")
        return Node(start, end)

    def name(self, key: Node) -> str:
        """Return the decoded characters of a key."""
        written = self.decodable[slice(*key.span(self.text))]
        if written[0] != '"':
            return written
        return str(json.loads(written)) if "\\" in written else written[1:-1]


class _Container(Node):
    """An object or an array, whose children are found on demand."""

    __slots__ = ("source",)

    def __init__(self, source: _Source, start: int, end: int) -> None:
        super().__init__(start, end)
        self.source = source

    def members(self) -> Children:
        """Return the children with their keys."""
        if self.children is None:
            self.children = {}
            for key, node in self.pairs():
                name = len(self.children) if key is None else self.source.name(key)
                self.children[name] = (key, node)
        return self.children

    def pairs(self) -> Iterator[tuple[Node | None, Node]]:
        """Yield every key and value, duplicate keys included."""
        source, closing = self.source, self.source.closing[self.start]
        is_object = source.text[self.start] == "{"
        key: Node | None = None
        position = self.start + 1
        while found := TOKEN.search(source.text, position, closing):
            node = source.node(*found.span())
            position = found.end() if node.end is None else node.end
            if is_object and key is None:
                key = node
            else:
                yield key, node
                key = None


def tree(text: str) -> Node:
    """Return the node of the top-level value of valid JSON text."""
    found = TOKEN.search(text)
    if found is None:
        return Node(0, len(text))
    source = _Source(text)
    if found.group() in ("[", "{"):
        # Matching brackets are searched only when a child is requested.
        return _Container(source, found.start(), len(text.rstrip()))
    return source.node(*found.span())


def duplicates(text: str) -> list[Fault]:
    """Return the faults of duplicate keys in valid JSON text."""
    faults: list[Fault] = []
    open_nodes = [tree(text)]
    while open_nodes and len(faults) < FAULT_LIMIT:
        node = open_nodes.pop()
        if not isinstance(node, _Container):
            continue
        first: dict[str, Node] = {}
        values: list[Node] = []
        for key, value in node.pairs():
            values.append(value)
            if key is not None:
                name = node.source.name(key)
                earlier = first.setdefault(name, key)
                if earlier is not key and len(faults) < FAULT_LIMIT:
                    faults.append(duplicate(name, key.span(text), earlier.span(text)))
        open_nodes += reversed(values)
    return faults
