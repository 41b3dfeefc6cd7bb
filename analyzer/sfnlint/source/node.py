"""Nodes: the positions of values and keys, as a tree that parallels the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfnlint.place import Span

if TYPE_CHECKING:
    # Imported when a string is taken apart: compiling its patterns costs a small run 2 ms of 40.
    from sfnlint.source.string_layout import Layout, Style


class Node:
    """Position of a value or a key.

    Attributes:
        start: the first character; in YAML, of the tag or anchor if there is one.
        end: the character after the last one; None for a block collection, which ends with its
            last child.
        style: how a string is written; None for other values.
        value: the decoded string; kept only for YAML and for keys of JSON5.
        children: by name or by position, each with the node of its key.
        last: the node that ends a block collection.
        bare: whether the tag before it is excluded (`x` in `!Ref x`).

    """

    __slots__ = ("_layout", "bare", "children", "end", "last", "start", "style", "value")

    def __init__(
        self, start: int, end: int | None, style: Style | None = None, value: str = ""
    ) -> None:
        self.start = start
        self.end = end
        self.style = style
        self.value = value
        self.children: Children | None = None
        self.last: Node | None = None
        self.bare = False
        self._layout: Layout | None = None

    def members(self) -> Children | None:
        """Return the children by name or by position; None for a scalar."""
        return self.children

    def span(self, text: str) -> Span:
        """Return the characters of the whole value, quotes included."""
        end = self._end(text)
        start = self.start
        if self.bare:
            from sfnlint.source.yaml_tags import content_start

            start = min(content_start(text, start), end)
        return Span(start, max(start, end))

    def cut(self, text: str, within: Span) -> Span:
        """Return the characters in which a part of the decoded string is written.

        For a value that is not a string, these are all its characters.
        """
        made = self._made(text)
        return self.span(text) if made is None else made.cut(within)

    def _end(self, text: str) -> int:
        node = self
        while node.last is not None:
            node = node.last
        if node.style in ("|", ">"):
            # The parser's end mark is after the blank lines and comments that follow.
            made = node._made(text)
            if made is not None:
                return made.end
        return node.start if node.end is None else node.end

    def _made(self, text: str) -> Layout | None:
        if self._layout is None and self.style is not None and self.end is not None:
            from sfnlint.source.string_layout import layout
            from sfnlint.source.yaml_tags import content_start

            start = self.start
            if self.style not in ("json", "json5", "bare"):
                start = min(content_start(text, start), self.end)
            self._layout = layout(text, start, self.end, self.style, self.value)
        return self._layout


class Slice(Node):
    """Position of a part of a string: `Arn` in `!GetAtt Role.Arn`."""

    __slots__ = ("offset", "whole")

    def __init__(self, whole: Node, offset: int, value: str) -> None:
        super().__init__(whole.start, whole.end, whole.style, value)
        self.whole = whole
        self.offset = offset

    def span(self, text: str) -> Span:
        """Return the characters of this part."""
        return self.whole.cut(text, Span(self.offset, self.offset + len(self.value)))

    def cut(self, text: str, within: Span) -> Span:
        """Return the characters in which a range of this part is written."""
        start = self.offset + min(within.start, len(self.value))
        end = self.offset + min(within.end, len(self.value))
        return self.whole.cut(text, Span(start, end))


class Tag(Node):
    """Position of the tag of a YAML value, which may follow an anchor."""

    __slots__ = ()

    def span(self, text: str) -> Span:
        """Return the characters of the tag."""
        from sfnlint.source.yaml_tags import tag_span

        return tag_span(text, self.start)


Children = dict[str | int, tuple[Node | None, Node]]
"""Children by key or index: the node of the key (None in a list) and the node of the value."""
