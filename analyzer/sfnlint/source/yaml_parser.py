"""YAML parser: events from PyYAML, data and positions from a builder.

https://yaml.org/spec/1.1/; for differences to YAML 1.2 see `yaml_scalars`.
CloudFormation's short tags:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sfnlint.source.faults import (
    DEPTH_LIMIT,
    FAULT_LIMIT,
    TOO_DEEP,
    Fault,
    FaultError,
    duplicate,
    fail,
    printable,
    quoted,
)
from sfnlint.source.node import Children, Node, Slice, Tag
from sfnlint.source.parse_result import ParseResult
from sfnlint.source.yaml_scalars import resolve, resolve_tagged
from sfnlint.source.yaml_tags import content_start
from sfnlint.symbol import MARKER

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import (
        AliasEvent,
        Event,
        MappingStartEvent,
        ScalarEvent,
        SequenceStartEvent,
        YAMLError,
    )

    from sfnlint.source.string_layout import Style

_Data = list[object] | dict[str, object]

SIZE_LIMIT = 1_000_000
"""Maximum number of values of a document with its aliases expanded."""

_TAG_DIRECTIVES = 100
_REPLACEMENT = "\ufffd"
_STANDARD = "tag:yaml.org,2002:"
_SYMBOL_ESCAPE = re.compile(r"\\U00(?:0[fF]|10)|\\u[dD][89a-fA-F]")
_UNSAFE = re.compile("[\ud800-\udfff\U000f0000-\U0010ffff]")


class _Value:
    """A complete value.

    Attributes:
        data: the plain data.
        node: its position.
        text: the text of a scalar, which can be a key; None for other values.
        size: the number of values in it, itself included.
        height: the nesting depth of containers in it.

    """

    __slots__ = ("data", "height", "node", "size", "text")

    def __init__(
        self, data: object, node: Node, text: str | None = None, size: int = 1, height: int = 0
    ) -> None:
        self.data = data
        self.node = node
        self.text = text
        self.size = size
        self.height = height


class _Collection(_Value):
    """A sequence or a mapping, complete when its end event arrives.

    Attributes:
        anchor: the name by which an alias may refer to it.
        function: the name of the intrinsic function of its short tag.
        children: the nodes of the children.
        has_brackets: whether it ends with a bracket; otherwise it ends with its last child.
        key: the key whose value has not arrived yet.
        merged: the data of merge keys.

    """

    __slots__ = ("anchor", "children", "function", "has_brackets", "key", "merged")
    data: _Data

    def __init__(self, data: _Data, node: Node, anchor: str | None, function: str) -> None:
        super().__init__(data, node, None, 1, 1)
        self.anchor = anchor
        self.function = function
        self.children: Children = {}
        self.key: tuple[str, Node] | None = None
        self.merged: list[tuple[object, Node]] = []
        self.has_brackets = False
        node.children = self.children


def read(text: str) -> ParseResult:
    """Parse YAML text to data and nodes.

    Raises:
        FaultError: the text is not YAML, or is not supported in a template.

    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(text)
    actions: dict[type[Event], Callable[..., None]] = {
        yaml.ScalarEvent: builder.scalar,
        yaml.AliasEvent: builder.alias,
        yaml.MappingStartEvent: builder.mapping_start,
        yaml.SequenceStartEvent: builder.sequence_start,
        yaml.MappingEndEvent: builder.end,
        yaml.SequenceEndEvent: builder.end,
        yaml.DocumentStartEvent: builder.document_start,
    }
    if text.count("%TAG") > _TAG_DIRECTIVES:
        # The parser compares each directive with all before it.
        raise fail("too-large", "too many %TAG directives; remove them", 0)
    try:
        parser = loader(text)
        try:
            while (event := parser.get_event()) is not None:
                action = actions.get(type(event))
                if action is not None:
                    action(event)
        finally:
            parser.dispose()
    except yaml.YAMLError as error:
        raise _syntax(text, error) from None
    except ValueError:
        raise fail("syntax", "this is not valid YAML", 0) from None
    root = builder.root()
    return ParseResult(root.data, root.node, builder.faults)


class _Builder:
    """Builds values from events; each method is named after the event that it handles."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self._anchors: dict[str, _Value | None] = {}
        self._documents: list[_Value] = []
        self._stack: list[_Collection] = []
        self._depth = 0
        self._has_escapes = _SYMBOL_ESCAPE.search(text) is not None

    def root(self) -> _Value:
        """Return the only document that is not empty."""
        filled = [
            value for value in self._documents if value.text != "" or value.node.style != "plain"
        ]
        if not filled:
            raise fail("syntax", "the file is empty", 0, 0)
        if len(filled) > 1:
            message = "several YAML documents in this file; keep one"
            raise fail("syntax", message, filled[1].node.start)
        return filled[0]

    def document_start(self, _event: Event) -> None:
        """Forget the anchors, which are local to a document."""
        self._anchors.clear()

    def scalar(self, event: ScalarEvent) -> None:
        """Add a scalar, or the call of a short tag with a scalar."""
        text: str = event.value
        style: Style = event.style or "plain"  # type: ignore[assignment]
        node = Node(*_span(event), style, text)
        if style == '"' and self._has_escapes:
            text = node.value = _without_escaped_symbols(self.text, node)
        if event.tag or event.anchor or not self._stack:
            self._finish(self._tagged(event.tag, text, node), event.anchor)
            return
        parent = self._stack[-1]
        self._grow(parent, node, 1)
        if parent.key is None and type(parent.data) is dict:
            # Half of all scalars are keys, which need no resolving.
            parent.key = (text, node)
        else:
            self._add(parent, resolve(text) if style == "plain" else text, node)

    def _tagged(self, tag: str | None, text: str, node: Node) -> _Value:
        if function := _function(tag):
            return self._wrapped(_content(node, text, function), function)
        if tag and tag.startswith(_STANDARD):
            return _Value(resolve_tagged(text, tag.removeprefix(_STANDARD)), node, text)
        is_plain = not tag and node.style == "plain"
        return _Value(resolve(text) if is_plain else text, node, text)

    def alias(self, event: AliasEvent) -> None:
        """Add the value of an anchor again."""
        node = Node(*_span(event))
        name = event.anchor or ""
        if name not in self._anchors:
            message = f"undefined anchor {quoted(name)}"
            raise fail("syntax", message, node.start, node.end)
        value = self._anchors[name]
        if value is None:
            message = f"recursive alias {quoted(name)}: it is inside its own anchor"
            raise fail("syntax", message, node.start, node.end)
        self._put(value, node)

    def mapping_start(self, event: MappingStartEvent) -> None:
        """Begin a mapping."""
        self._start(event, {})

    def sequence_start(self, event: SequenceStartEvent) -> None:
        """Begin a sequence."""
        self._start(event, [])

    def _start(self, event: MappingStartEvent | SequenceStartEvent, data: _Data) -> None:
        node = Node(_span(event)[0], None)
        function = _function(event.tag) if event.tag else ""
        if event.anchor:
            self._anchors[event.anchor] = None
        collection = _Collection(data, node, event.anchor, function)
        self._stack.append(collection)
        self._depth += 2 if function else 1
        if self._depth > DEPTH_LIMIT:
            raise fail("too-deep", TOO_DEEP, node.start)
        # A pair in a flow sequence, `[a: b]`, is a mapping without its own brackets.
        is_pair = not (event.tag or event.anchor) and self.text[node.start] not in "[{"
        collection.has_brackets = bool(event.flow_style) and not is_pair

    def end(self, event: Event) -> None:
        """End a sequence or a mapping."""
        collection = self._stack.pop()
        self._depth -= 2 if collection.function else 1
        if collection.has_brackets:
            collection.node.last = None
            collection.node.end = _span(event)[1]
        for merged in collection.merged:
            _merge(collection, *merged)
        value: _Value = collection
        if collection.function:
            value = self._wrapped(collection, collection.function)
        self._finish(value, collection.anchor)

    def _finish(self, value: _Value, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = value
        self._put(value, value.node)

    def _put(self, value: _Value, node: Node) -> None:
        """Add a value to its parent; `node` is its position, or the position of its alias."""
        if not self._stack:
            self._documents.append(value)
            return
        parent = self._stack[-1]
        self._grow(parent, node, value.size)
        if value.height:
            parent.height = max(parent.height, value.height + 1)
            if self._depth + value.height > DEPTH_LIMIT:
                raise fail("too-deep", TOO_DEEP, node.start)
        if parent.key is None and type(parent.data) is dict:
            if value.text is None:
                raise fail("syntax", "a key must be a plain string", *node.span(self.text))
            parent.key = (value.text, node)
        else:
            self._add(parent, value.data, value.node)

    def _grow(self, parent: _Collection, node: Node, size: int) -> None:
        parent.node.last = node
        parent.size += size
        if parent.size > SIZE_LIMIT:
            message = f"with aliases expanded, this document has more than {SIZE_LIMIT:,} values"
            raise fail("too-large", message, node.start)

    def _add(self, parent: _Collection, data: object, node: Node) -> None:
        """Add an item to a sequence, or the value of the pending key to a mapping."""
        members = parent.data
        if parent.key is None:
            parent.children[len(members)] = (None, node)
            members.append(data)  # type: ignore[union-attr]
            return
        name, key = parent.key
        parent.key = None
        if name == "<<" and key.style == "plain":
            parent.merged.append((data, node))
            return
        if name in members and len(self.faults) < FAULT_LIMIT:
            earlier = parent.children[name][0]
            if earlier is not None:
                first, second = earlier.span(self.text), key.span(self.text)
                self.faults.append(duplicate(name, second, first))
        members[name] = data  # type: ignore[call-overload]
        parent.children[name] = (key, node)

    def _wrapped(self, value: _Value, function: str) -> _Value:
        """Return the call of a short tag: an object with the function's name as its key."""
        node = Node(value.node.start, None)
        node.last = value.node
        node.children = {function: (Tag(node.start, None), value.node)}
        value.node.bare = True
        return _Value({function: value.data}, node, None, value.size + 1, value.height + 1)


def _span(event: Event) -> tuple[int, int]:
    # The parser sets both marks on every event; the type stubs declare them optional.
    return event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]


def _function(tag: str | None) -> str:
    """Return the function name of a short tag; empty for other tags and without a tag."""
    if not tag or tag[0] != "!" or tag == "!":
        return ""
    name = MARKER.sub(_REPLACEMENT, tag[1:])
    return name if name in ("Ref", "Condition") or name.startswith("Fn::") else f"Fn::{name}"


def _content(node: Node, text: str, function: str) -> _Value:
    """Return the scalar argument of a short tag: always a string."""
    if function != "Fn::GetAtt":
        return _Value(text, node, text)
    resource, dot, attribute = text.partition(".")
    parts = [resource, attribute] if dot else [resource]
    whole = Node(node.start, node.end)
    whole.last = node
    whole.children = {0: (None, Slice(node, 0, resource))}
    if dot:
        whole.children[1] = (None, Slice(node, len(resource) + 1, attribute))
    return _Value(parts, whole, None, 1 + len(parts), 1)


def _merge(target: _Collection, merged: object, place: Node) -> None:
    """Merge the keys of a mapping, or of several; existing keys are kept.

    https://yaml.org/type/merge.html
    """
    children = place.children or {}
    sources = [(merged, place)]
    if isinstance(merged, list):
        sources = [(data, children[index][1]) for index, data in enumerate(merged)]
    for data, node in sources:
        if not isinstance(data, dict):
            raise fail(
                "syntax", "a merge key (<<) needs a mapping or a list of mappings", node.start
            )
        for name, member in data.items():
            if isinstance(target.data, dict) and name not in target.data:
                target.data[name] = member
                target.children[name] = (node.children or {})[name]


def _without_escaped_symbols(text: str, node: Node) -> str:
    """Return the string with U+FFFD for escapes of characters that are reserved for symbols."""
    from sfnlint.source.string_layout import layout

    made = layout(text, content_start(text, node.start), node.end or 0, '"', "")
    characters = list(node.value)
    for index in made.escapes() if made else ():
        if _UNSAFE.match(characters[index]):
            characters[index] = _REPLACEMENT
    return "".join(characters)


def _syntax(text: str, error: YAMLError) -> FaultError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        position = min(mark.index, max(0, len(text) - 1))
        if text[position : position + 1] == "\t":
            return fail("syntax", "tab used for indentation; YAML requires spaces", position)
        reasons = [getattr(error, "problem", None), getattr(error, "context", None)]
        reason = " ".join(reason for reason in reasons if reason)
        if "nesting depth" in reason:
            # Since 0.2.6 libyaml has its own limit, which its scanner reaches before this one.
            return fail("too-deep", TOO_DEEP, position)
        return fail("syntax", f"this is not valid YAML: {printable(reason)}", position)
    character = getattr(error, "character", None)
    if isinstance(character, int):
        message = f"YAML does not allow the character U+{character:04X}; remove it"
        return fail("syntax", message, max(0, text.find(chr(character))))
    return fail("syntax", "this is not valid YAML", 0)
