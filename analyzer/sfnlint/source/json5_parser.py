"""JSON5 parser: JSON with comments, trailing commas, unquoted keys.

The format: https://spec.json5.org/. Step Functions accepts only JSON
(https://www.rfc-editor.org/rfc/rfc8259), so the first extension is a fault.
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
"""A definition has at most 1 MB: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

# Possessive quantifiers: hostile text must not cause backtracking.
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
_LONGEST_HEXADECIMAL = 1000
"""Python does not print integers of more than 4,300 decimal digits."""


def read(text: str) -> ParseResult:
    """Parse JSON5, with a fault of kind "json5" at the first extension of JSON.

    Raises:
        FaultError: the text is not JSON5, or is nested too deeply.

    """
    try:
        return json_parser.read(text)
    except FaultError as error:
        if error.fault.kind != "syntax":
            raise
    return _Reader(text).read()


def read_loosely(text: str, strict: Fault) -> ParseResult | None:
    """Parse text that is JSON except for comments and trailing commas.

    Args:
        text: the text.
        strict: the fault that makes it invalid JSON, which is kept.

    Returns:
        None when the text has other faults.

    """
    if len(text) > LARGEST:
        return None
    reader = _Reader(text, lenient=False)
    try:
        result = reader.read()
    except FaultError:
        return None
    duplicates = [fault for fault in result.faults if fault.kind == "duplicate-key"]
    return result._replace(faults=[strict, *duplicates])


def comments(text: str, mark: str) -> list[Span]:
    """Return the comments that begin with a mark."""
    begins = re.compile(rf"/[/*][ \t]*{re.escape(mark)}")
    return [
        Span(*found.span())
        for found in _COMMENT_OR_STRING.finditer(text)
        if found["comment"] and begins.match(found["comment"])
    ]


class _Reader:
    """Parses one text.

    Args:
        text: the text.
        lenient: whether all of JSON5 is accepted, not only comments and trailing commas.

    """

    def __init__(self, text: str, *, lenient: bool = True) -> None:
        self.text = text
        self.lenient = lenient
        self.position = 0
        self.faults: list[Fault] = []
        self.addition: Fault | None = None

    def read(self) -> ParseResult:
        if len(self.text) > LARGEST:
            raise fail("too-large", "this JSON5 file is too large; convert it to JSON", 0)
        self.blank()
        data, tree = self.value(1)
        self.blank()
        if self.position < len(self.text):
            message = "unexpected content after the end of the document; remove it"
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
            raise fail("syntax", "expected a value", start)
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
                raise self.ended() or fail("syntax", "expected a colon", self.position)
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
            raise fail("syntax", "expected a key in double quotes", found.start())
        if not MARKER.search(word):
            self.add("an unquoted key", found.start(), found.end())
        self.position = found.end()
        return Node(*found.span(), "bare", word)

    def closes(self, bracket: str) -> bool:
        if not self.text.startswith(bracket, self.position):
            return False
        self.position += 1
        return True

    def comma(self, bracket: str) -> None:
        """Skip a comma; without a comma, the closing bracket must follow."""
        self.blank()
        comma = self.position
        if not self.text.startswith(",", comma):
            if not self.text.startswith(bracket, comma):
                raise self.ended() or fail("syntax", "expected a comma or a closing bracket", comma)
            return
        self.position += 1
        self.blank()
        if self.text.startswith(bracket, self.position):
            self.add("a trailing comma", comma, comma + 1, always=True)

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
            message = "expected a value"
            if self.text[self.position : self.position + 1] in ("'", '"'):
                message = "unterminated string: add the closing quote, or write line breaks as \\n"
            elif self.text.startswith("/*", self.position):
                message = "unterminated comment"
            raise self.ended() or fail("syntax", message, self.position)
        return found

    def ended(self) -> FaultError | None:
        if self.position < len(self.text):
            return None
        message = "unexpected end of file: expected a value or a closing bracket"
        return fail("syntax", message, max(0, self.position - 1), self.position)

    def string(self, found: re.Match[str]) -> tuple[str, Node]:
        written = found["string"]
        inner = written[1:-1]
        start, end = found.span()
        if written[0] == "'":
            self.add("a single-quoted string", start, end)
        if "\\" in inner:
            for escape in JSON5_ESCAPE.finditer(inner):
                if escape[0][1] not in '"\\/bfnrtu':
                    at = start + 1 + escape.start()
                    self.add(f"the escape sequence {_shown(escape[0])}", at, at + len(escape[0]))
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
            raise fail("syntax", "expected a value", start, end)
        if not _JSON_NUMBER.fullmatch(word):
            self.add("this number format", start, end)
        return self.number(number), node

    def number(self, found: re.Match[str]) -> object:
        word = found[0]
        try:
            if found["hex"]:
                if len(word) > _LONGEST_HEXADECIMAL:
                    raise NumberError
                return int(word, 16)
            return int(word) if found["integer"] else finite(word)
        except (ValueError, NumberError):
            message = "this number is too large"
            raise fail("syntax", message, self.position - len(word), self.position) from None

    def add(self, what: str, start: int, end: int, *, always: bool = False) -> None:
        """Record an extension of JSON; only the first is reported."""
        if not (self.lenient or always):
            raise fail("syntax", "this is not valid JSON", start, end)
        if self.addition is None:
            message = (
                f"{what} is JSON5, which Step Functions and CloudFormation do not accept; "
                "convert the file before you deploy it"
            )
            self.addition = Fault("json5", message, Span(start, end))


def _unescaped(found: re.Match[str]) -> str:
    """Return the character of an escape sequence; U+FFFD for a lone surrogate, as in JSON."""
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
