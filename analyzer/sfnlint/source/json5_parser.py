"""JSON with what people add to it: comments, trailing commas, names without quotes.

https://spec.json5.org/ for all of it. Step Functions reads none of it
(https://www.rfc-editor.org/rfc/rfc8259), so that the first addition is a fault.
"""

from __future__ import annotations

import re

from sfnlint.place import Span
from sfnlint.source import json_parser
from sfnlint.source.faults import (
    DEPTH_LIMIT,
    FAULT_LIMIT,
    TOO_DEEP,
    Fault,
    FaultError,
    duplicate,
    fail,
)
from sfnlint.source.json_numbers import NumberError, finite
from sfnlint.source.node import Children, Node
from sfnlint.source.parse_result import ParseResult
from sfnlint.source.string_layout import JSON5_ESCAPE
from sfnlint.symbol import MARKER

LARGEST = 2 * 1024 * 1024
"""A definition has at most a megabyte: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

# Possessive: hostile text must not make the search go back.
_COMMENT = r"//[^\n\r\u2028\u2029]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_BLANK = re.compile(rf"(?:[\s\ufeff]++|(?P<comment>{_COMMENT}))*+")
_COMMENT_OR_STRING = re.compile(
    rf"""(?P<comment>{_COMMENT})|"(?:[^"\\]++|\\.)*+"?+|'(?:[^'\\]++|\\.)*+'?+""", re.DOTALL
)
_TOKEN = re.compile(
    r"""(?P<mark>[\[\]{}:,])"""
    r"""|(?P<string>"(?:[^"\\\n\r]++|\\(?:\r\n|.))*+"|'(?:[^'\\\n\r]++|\\(?:\r\n|.))*+')"""
    r"""|(?P<word>[^\s\ufeff\[\]{}:,"'/]++)""",
    re.DOTALL,
)
_NUMBER = re.compile(
    r"[+-]?(?:(?P<hex>0[xX][0-9a-fA-F]++)"
    r"|(?P<integer>0|[1-9][0-9]*+)(?![.eE])"
    r"|(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_NAME = re.compile(r"(?:[^\W\d]|\$)(?:\w|[$\u200c\u200d])*+")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_WORDS = {"true": True, "false": False, "null": None}
_REPLACEMENT = "\ufffd"


def read(text: str) -> ParseResult:
    """The data of a text in JSON5, with a fault of the kind "json5" where it is more than JSON.

    Raises:
        FaultError: it is no JSON5, or nested too deeply.

    """
    try:
        return json_parser.read(text)
    except FaultError as error:
        if error.fault.kind != "syntax":
            raise
    return _Reader(text).read()


def read_loosely(text: str, strict: Fault) -> ParseResult | None:
    """The data of what should be JSON, and is but for comments and commas before a bracket.

    Args:
        text: the text.
        strict: why it is no JSON, which stays a fault.

    Returns:
        None when more is wrong with it.

    """
    if len(text) > LARGEST:
        return None
    reader = _Reader(text, lenient=False)
    try:
        reading = reader.read()
    except FaultError:
        return None
    return reading._replace(faults=[strict, *(one for one in reading.faults if one.other)])


def comments(text: str, mark: str) -> list[Span]:
    """The comments that begin with a mark, each to its end."""
    begins = re.compile(rf"/[/*][ \t]*{re.escape(mark)}")
    return [
        Span(*found.span())
        for found in _COMMENT_OR_STRING.finditer(text)
        if found["comment"] and begins.match(found["comment"])
    ]


class _Reader:
    """Reads one text.

    Args:
        text: the text.
        lenient: whether all of JSON5 is read, rather than comments and trailing commas only.

    """

    def __init__(self, text: str, *, lenient: bool = True) -> None:
        self.text = text
        self.lenient = lenient
        self.position = 0
        self.faults: list[Fault] = []
        self.addition: Fault | None = None

    def read(self) -> ParseResult:
        if len(self.text) > LARGEST:
            raise fail("too-large", "JSON5 of this size is not read; write JSON", 0)
        self.blank()
        data, tree = self.value(1)
        self.blank()
        if self.position < len(self.text):
            message = "the document ends before this; remove what follows"
            raise fail("syntax", message, self.position)
        first = [] if self.addition is None else [self.addition]
        return ParseResult(data, tree, [*first, *self.faults])

    def value(self, depth: int) -> tuple[object, Node]:
        found = self.token()
        start, end = found.span()
        if found["string"]:
            return self.string(found)
        if found["word"]:
            return self.word(found)
        if found["mark"] not in "[{":
            raise fail("syntax", "a value is expected here", start)
        if depth > DEPTH_LIMIT:
            raise fail("too-deep", TOO_DEEP, start)
        self.position = end
        data, children = self.members(depth) if found["mark"] == "{" else self.items(depth)
        node = Node(start, self.position)
        node.children = children
        return data, node

    def members(self, depth: int) -> tuple[dict[str, object], Children]:
        data: dict[str, object] = {}
        children: Children = {}
        self.blank()
        while not self.closes("}"):
            key = self.key()
            name = key.value
            self.blank()
            if not self.text.startswith(":", self.position):
                raise self.ended() or fail(
                    "syntax", "a colon is missing before this", self.position
                )
            self.position += 1
            self.blank()
            value, node = self.value(depth + 1)
            if name in children and len(self.faults) < FAULT_LIMIT:
                earlier = children[name][0]
                if earlier is not None:
                    spans = key.span(self.text), earlier.span(self.text)
                    self.faults.append(duplicate(name, *spans))
            data[name] = value
            children[name] = (key, node)
            self.comma("}")
        return data, children

    def items(self, depth: int) -> tuple[list[object], Children]:
        data: list[object] = []
        children: Children = {}
        self.blank()
        while not self.closes("]"):
            value, node = self.value(depth + 1)
            children[len(data)] = (None, node)
            data.append(value)
            self.comma("]")
        return data, children

    def key(self) -> Node:
        found = self.token()
        if found["string"]:
            value, node = self.string(found)
            node.value = str(value)
            return node
        word = found["word"]
        name = _NAME.match(word) if word else None
        if word is None or not (MARKER.search(word) or (name and name.end() == len(word))):
            raise fail("syntax", "a key in double quotes is expected here", found.start())
        if not MARKER.search(word):
            self.add("a key without quotes", found.start(), found.end())
        self.position = found.end()
        return Node(*found.span(), "bare", word)

    def closes(self, bracket: str) -> bool:
        if not self.text.startswith(bracket, self.position):
            return False
        self.position += 1
        return True

    def comma(self, bracket: str) -> None:
        """Pass a comma; without one, the closing bracket has to follow."""
        self.blank()
        comma = self.position
        if not self.text.startswith(",", comma):
            if not self.text.startswith(bracket, comma):
                raise self.ended() or fail(
                    "syntax", "a comma or a closing bracket is missing before this", comma
                )
            return
        self.position += 1
        self.blank()
        if self.text.startswith(bracket, self.position):
            self.add("a comma before a closing bracket", comma, comma + 1, always=True)

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.position)
        if found is None:
            return
        if found["comment"] and self.addition is None:
            comment = re.compile(_COMMENT).search(self.text, self.position)
            if comment is not None:
                self.add("a comment", *comment.span(), always=True)
        self.position = found.end()

    def token(self) -> re.Match[str]:
        found = _TOKEN.match(self.text, self.position)
        if found is None:
            message = "a value is expected here"
            if self.text[self.position : self.position + 1] in ("'", '"'):
                message = "this string lacks its closing quote, or holds a line break: write \\n"
            elif self.text.startswith("/*", self.position):
                message = "this comment is not closed"
            raise self.ended() or fail("syntax", message, self.position)
        return found

    def ended(self) -> FaultError | None:
        if self.position < len(self.text):
            return None
        message = "the text ends too early: a bracket or a value is missing"
        return fail("syntax", message, max(0, self.position - 1), self.position)

    def string(self, found: re.Match[str]) -> tuple[str, Node]:
        written = found["string"]
        inner = written[1:-1]
        start, end = found.span()
        if written[0] == "'":
            self.add("a text in single quotes", start, end)
        if "\\" in inner:
            for escape in JSON5_ESCAPE.finditer(inner):
                if escape[0][1] not in '"\\/bfnrtu':
                    at = start + 1 + escape.start()
                    self.add(f"the escape {_shown(escape[0])}", at, at + len(escape[0]))
            inner = JSON5_ESCAPE.sub(_unescaped, inner)
        self.position = end
        return inner, Node(start, end, "json5")

    def word(self, found: re.Match[str]) -> tuple[object, Node]:
        word = found["word"]
        start, end = self.position, found.end()
        self.position = end
        node = Node(start, end)
        if word in _WORDS:
            return _WORDS[word], node
        if MARKER.search(word):
            return word, Node(start, end, "bare")
        if word.lstrip("+-") in ("NaN", "Infinity"):
            message = f"JSON has no {word.lstrip('+-')}; write a number or null"
            if not self.lenient:
                raise fail("syntax", message, start, end)
            self.faults.append(Fault("syntax", message, Span(start, end)))
            return None, node
        number = _NUMBER.fullmatch(word)
        if number is None:
            raise fail("syntax", "a value is expected here", start, end)
        if not _JSON_NUMBER.fullmatch(word):
            self.add("a number in this form", start, end)
        return self.number(number), node

    def number(self, found: re.Match[str]) -> object:
        word = found[0]
        try:
            if found["hex"]:
                return int(word, 16)
            return int(word) if found["integer"] else finite(word)
        except (ValueError, NumberError):
            message = "this number is too large to be read"
            raise fail("syntax", message, self.position - len(word), self.position) from None

    def add(self, what: str, start: int, end: int, *, always: bool = False) -> None:
        """Note what JSON does not have; the first one is told."""
        if not (self.lenient or always):
            raise fail("syntax", "this is not valid JSON", start, end)
        if self.addition is None:
            message = (
                f"{what} is JSON5, which Step Functions and CloudFormation do not read; "
                "convert the file before it is deployed"
            )
            self.addition = Fault("json5", message, Span(start, end))


def _unescaped(found: re.Match[str]) -> str:
    """The character of an escape; one that must not be let through is U+FFFD, as in JSON."""
    written = found[0]
    if len(written) == 12:
        pair = written.encode("ascii").decode("unicode_escape")
        return pair.encode("utf-16", "surrogatepass").decode("utf-16")
    if len(written) > 2 and written[1] in "ux":
        character = chr(int(written[2:], 16))
        return _REPLACEMENT if "\ud800" <= character <= "\udfff" else character
    if written[1] in "\n\r\u2028\u2029":
        return ""
    return _ESCAPED.get(written[1], written[1])


def _shown(escape: str) -> str:
    return escape if escape.isprintable() else "of a line break"
