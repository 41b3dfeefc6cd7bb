"""Parsed documents: data, faults, and the position of every value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Format, Located, Place, PlacePart, Route, Span
from sfnlint.source import json_parser
from sfnlint.source.faults import Fault, FaultError, FaultKind
from sfnlint.source.node import Node
from sfnlint.source.parse_result import ParseResult
from sfnlint.symbol import MARKER

_OF_TERRAFORM = ("hcl", "hcl-json")

_REPLACEMENT = "\ufffd"
_FEW = 20
"""Number of positions that are counted from the start before a table of lines is built."""


class TextProblem(NamedTuple):
    """A fault of a text, at a place.

    Attributes:
        kind: the kind of fault.
        message: the fault and its fix in one line, without a full stop or control characters.
        place: a range of the document's own text; for duplicate keys, the second key.
        other: the first of two duplicate keys.

    """

    kind: FaultKind
    message: str
    place: Place
    other: Place | None = None


class ParsedText:
    """A text with its data, and the position of each value in the text.

    Attributes:
        file: the name of the file, as the user knows it.
        text: the text.
        format: the format of the text.
        data: plain data; None when there is an error. Of duplicate keys, the last one counts. In
            HCL, a `sfnlint.source.hcl_syntax.Body`.
        error: the fault that prevented parsing.
        problems: faults that did not prevent parsing.

    """

    def __init__(self, file: str, text: str, format: Format) -> None:  # noqa: A002
        self.file = file
        self.text = text
        self.format: Format = format
        self.data: object = None
        self.error: TextProblem | None = None
        self.problems: list[TextProblem] = []
        self._tree: Node | None = None
        try:
            result = _reader(format)(text)
        except FaultError as error:
            self.error = self._problem(error.fault)
        else:
            self.data = result.data
            self.problems = [self._problem(fault) for fault in result.faults]
            self._tree = result.tree

    def find(self, path: Route, part: PlacePart, within: Span | None) -> tuple[Span, Route]:
        """Return the characters of this text at a path, and the part of the path that exists."""
        if part == "text" or self.error is not None or self.format in _OF_TERRAFORM:
            whole = Span(0, len(self.text))
            return (whole if within is None or part != "text" else _clipped(within, whole)), ()
        if self._tree is None:
            from sfnlint.source.json_tree import tree

            self._tree = tree(self.text)
        key, node = None, self._tree
        for depth, step in enumerate(path):
            child = (node.members() or {}).get(step)
            if child is None:
                return node.span(self.text), path[:depth]
            key, node = child
        if part == "key" and key is not None:
            node = key
        span = node.span(self.text) if within is None else node.cut(self.text, within)
        return span, path

    def _problem(self, fault: Fault) -> TextProblem:
        other = None if fault.other is None else self._place(fault.other)
        return TextProblem(fault.kind, fault.message, self._place(fault.span), other)

    def _place(self, span: Span) -> Place:
        return Place(self, (), "text", span)

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file; see `sfnlint.place.Document`."""
        raise NotImplementedError


class TextDocument(ParsedText):
    """A parsed file.

    Characters reserved for symbols (see `sfnlint.symbol`) and lone surrogates become U+FFFD in its
    text. A byte order mark is removed.
    """

    def __init__(self, file: str, text: str, format: Format) -> None:  # noqa: A002
        text = text.removeprefix("\ufeff")
        if not text.isascii():
            text = MARKER.sub(_REPLACEMENT, re.sub("[\ud800-\udfff]", _REPLACEMENT, text))
        self._line_starts: list[int] | None = None
        self._asked = 0
        super().__init__(file, text, format)

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file; see `sfnlint.place.Document`."""
        span, known = self.find(path, part, within)
        return Located(self, span, known)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of a character, both counted from 1."""
        offset = max(0, min(offset, len(self.text)))
        if self._line_starts is None and self._has_plain_lines and self._asked < _FEW:
            # Building the table of lines takes as long as counting for a few positions.
            self._asked += 1
            line = self.text.count("\n", 0, offset) + 1
            return line, offset - self.text.rfind("\n", 0, offset)
        starts = self._starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """Return a line, counted from 1, without its line break; empty when it does not exist."""
        starts = self._starts()
        if not 1 <= line <= len(starts):
            return ""
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    def comments(self, mark: str) -> list[Span]:
        """Return the comments that begin with a mark, each from its `#` or `/`; none in JSON.

        In Terraform's JSON syntax, these are the keys named `//`.
        """
        if self.format == "json5" and mark in self.text:
            from sfnlint.source.json5_parser import comments as in_json5

            return in_json5(self.text, mark)
        if self.format == "hcl" and mark in self.text:
            from sfnlint.source import hcl_parser

            return hcl_parser.comments(self.text, mark)
        if self.format == "hcl-json" and mark in self.text:
            from sfnlint.source import hcl_json_parser

            return hcl_json_parser.comments(self.text, mark)
        if self.format != "yaml" or self._tree is None or mark not in self.text:
            return []
        from sfnlint.source.yaml_comments import comments

        return comments(self.text, self._tree, mark)

    def _starts(self) -> list[int]:
        if self._line_starts is None:
            if self._has_plain_lines:
                lines = self.text.split("\n")
                self._line_starts = [0, *accumulate(len(line) + 1 for line in lines[:-1])]
            else:
                ends = re.finditer(r"\r\n|[\r\n]", self.text)
                self._line_starts = [0, *(found.end() for found in ends)]
        return self._line_starts

    @property
    def _has_plain_lines(self) -> bool:
        """Whether LF ends every line: only YAML treats a lone CR as a line break."""
        return self.format != "yaml" or "\r" not in self.text


def _reader(format: Format) -> Callable[[str], ParseResult]:  # noqa: A002
    if format == "json":
        return _read_json
    if format == "json5":
        from sfnlint.source import json5_parser

        return json5_parser.read
    if format == "hcl":
        from sfnlint.source import hcl_parser

        return hcl_parser.read
    if format == "hcl-json":
        from sfnlint.source import hcl_json_parser

        return hcl_json_parser.read
    # Importing the YAML package takes longer than parsing most files.
    from sfnlint.source import yaml_parser

    return yaml_parser.read


def _read_json(text: str) -> ParseResult:
    """Parse JSON; comments and trailing commas are faults that do not prevent parsing."""
    try:
        return json_parser.read(text)
    except FaultError as error:
        fault = error.fault
        if fault.kind == "syntax" and text[fault.span.start : fault.span.start + 1] in (",", "/"):
            from sfnlint.source import json5_parser

            result = json5_parser.read_loosely(text, fault)
            if result is not None:
                return result
        raise


def _clipped(span: Span, whole: Span) -> Span:
    start = min(max(span.start, 0), whole.end)
    return Span(start, min(max(span.end, start), whole.end))
