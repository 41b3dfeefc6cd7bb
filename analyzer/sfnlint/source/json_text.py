"""JSON texts: data by the standard library's C scanner, positions by a scanner of our own.

https://www.rfc-editor.org/rfc/rfc8259; NaN, Infinity and numbers that no float can hold are
mistakes here.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable

from sfnlint.source.fault import DEPTH_LIMIT, TOO_DEEP, Fault, FaultError, Reading, duplicate, fail
from sfnlint.source.node import Children, Node
from sfnlint.symbol import MARKER

# Possessive, and without a closing quote in need: no text makes the search go back.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[\[\]{}]|[^\s\[\]{}:,"]++', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<alone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_REPLACEMENT = r"\ufffd"

_HINTS = {
    "Expecting property name": "a key in double quotes is expected here",
    "Expecting ':'": "a colon is missing before this",
    "Expecting ','": "a comma or a closing bracket is missing before this",
    "Expecting value": "a value is expected here",
    "Extra data": "the document ends before this; remove what follows",
    "Unterminated string": "this string lacks its closing quote",
    "Invalid control": r"a string holds a line break or a control character; write \n or \u00XX",
    "Invalid \\": "this is no escape of JSON; double the backslash",
}


class _RefusedNumberError(Exception):
    """A number that is none."""


def read(text: str) -> Reading:
    """The data of a JSON text.

    A symbol's character outside of a string counts as a string of its own.

    Raises:
        FaultError: it is no JSON, or nested too deeply.

    """
    original = text
    text, inserted = _with_quotes(without_lone_escapes(text))
    repeated = False

    def gather(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        members = dict(pairs)
        if len(members) != len(pairs):
            repeated = True
        return members

    try:
        data = _loads(text, gather)
    except json.JSONDecodeError as error:
        raise _syntax(original, error.msg, error.pos - bisect_left(inserted, error.pos)) from None
    except RecursionError:
        raise _too_deep(original) from None
    except (ValueError, _RefusedNumberError):
        # Python refuses to make an integer of more than some thousand digits.
        raise _bad_number(original) from None
    if _is_too_deep(data):
        raise _too_deep(original)
    if not repeated:
        return Reading(data, None, [])
    faults: list[Fault] = []
    return Reading(data, scan(original, faults), faults)


def scan(text: str, faults: list[Fault] | None = None) -> Node:
    """Where the values of a valid JSON text are; equal keys are added to `faults`."""
    escapes = without_lone_escapes(text)
    has_symbols = _has_symbols(text)
    root = Node(0, len(text))
    holder: Children = {}
    stack: list[tuple[Node, Children, bool]] = []
    current, children, is_object = root, holder, False
    name, key = "", None
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        first = text[start]
        if first in "]}":
            current.end = end
            current, children, is_object = stack.pop()
            continue
        node = Node(start, end, "json" if first == '"' else None)
        if has_symbols and first not in '"[{' and MARKER.search(text, start, end):
            node.style = "bare"
        if not is_object:
            children[len(children)] = (None, node)
        elif key is None:
            name, key = _decoded(escapes, start, end) if first == '"' else found.group(), node
            continue
        else:
            if faults is not None and name in children:
                earlier = children[name][0] or node
                faults.append(duplicate(name, key.span(text), earlier.span(text)))
            children[name] = (key, node)
            key = None
        if first in "[{":
            stack.append((current, children, is_object))
            node.children = {}
            current, children, is_object = node, node.children, first == "{"
    return holder[0][1] if holder else root


def without_lone_escapes(text: str) -> str:
    """The text with escapes that must not be decoded written as U+FFFD, of the same length.

    Half of a surrogate pair cannot be printed, and characters of the private planes stand for
    symbols.
    """
    return _ESCAPE.sub(_harmless, text) if _SURROGATE.search(text) else text


def _harmless(found: re.Match[str]) -> str:
    high, low = found["high"], found["low"]
    if high is None:
        return found.group() if found["alone"] is None else _REPLACEMENT
    # The two halves of a pair hold ten bits each of the character's distance from U+10000.
    character = chr(0x10000 + (int(high, 16) - 0xD800) * 0x400 + int(low, 16) - 0xDC00)
    return _REPLACEMENT * 2 if MARKER.match(character) else found.group()


def _with_quotes(text: str) -> tuple[str, list[int]]:
    """The text with words that hold a symbol made strings, and where a quote came in."""
    if not _has_symbols(text):
        return text, []
    pieces: list[str] = []
    inserted: list[int] = []
    position = 0
    for found in _TOKEN.finditer(text):
        word = found.group()
        if word[0] in '"[]{}' or "\\" in word or not MARKER.search(word):
            continue
        start, end = found.span()
        pieces += (text[position:start], '"', word, '"')
        inserted += (start + len(inserted), end + len(inserted) + 1)
        position = end
    return "".join(pieces) + text[position:], inserted


def _has_symbols(text: str) -> bool:
    return not text.isascii() and MARKER.search(text) is not None


def _loads(text: str, gather: Callable[[list[tuple[str, object]]], dict[str, object]]) -> object:
    return json.loads(text, object_pairs_hook=gather, parse_constant=_refuse, parse_float=_finite)


def _refuse(_name: str) -> object:
    raise _RefusedNumberError


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _RefusedNumberError
    return number


def _syntax(text: str, message: str, position: int) -> FaultError:
    """The fault that the scanner means; its own words differ between versions of Python."""
    if not text.strip():
        return fail("syntax", "the file is empty", 0, 0)
    position = min(position, len(text))
    before = text[:position].rstrip()
    if "trailing comma" in message or (
        before.endswith(",") and text[position : position + 1] in "]}"
    ):
        comma = position if text[position : position + 1] == "," else len(before) - 1
        return fail("syntax", "a comma stands before the closing bracket; remove it", comma)
    if position == len(text):
        return fail(
            "syntax", "the text ends too early: a bracket or a value is missing", position - 1
        )
    if text.startswith(("//", "/*", "#"), position):
        return fail("syntax", "JSON has no comments; remove this one", position)
    if text[position] == "'":
        return fail("syntax", "JSON strings stand in double quotes", position)
    hint = next((hint for start, hint in _HINTS.items() if message.startswith(start)), None)
    return fail("syntax", hint or "this is not valid JSON", position)


def _bad_number(text: str) -> FaultError:
    for found in _TOKEN.finditer(text):
        word = found.group()
        if word.lstrip("-") in ("NaN", "Infinity"):
            return fail("syntax", f"JSON has no {word}; write a number or null", *found.span())
        if word[0] in "-0123456789" and _is_too_large(word):
            return fail("syntax", "this number is too large to be read", *found.span())
    return fail("syntax", "this is not valid JSON", 0)


def _is_too_large(number: str) -> bool:
    try:
        if number.lstrip("-").isdigit():
            int(number)
        else:
            _finite(number)
    except (ValueError, _RefusedNumberError):
        return True
    return False


def _is_too_deep(data: object) -> bool:
    level = [data] if isinstance(data, (dict, list)) else []
    depth = 0
    while level:
        depth += 1
        if depth > DEPTH_LIMIT:
            return True
        level = [
            value
            for container in level
            for value in (container.values() if type(container) is dict else container)
            if type(value) is dict or type(value) is list
        ]
    return False


def _too_deep(text: str) -> FaultError:
    depth = start = 0
    for found in _TOKEN.finditer(text):
        depth += (found.group() in "[{") - (found.group() in "]}")
        if depth > DEPTH_LIMIT:
            start = found.start()
            break
    return fail("too-deep", TOO_DEEP, start)


def _decoded(text: str, start: int, end: int) -> str:
    if "\\" in text[start:end]:
        return str(json.loads(text[start:end]))
    return text[start + 1 : end - 1]
