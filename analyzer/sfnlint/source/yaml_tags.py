"""Tags and anchors before YAML values.

https://yaml.org/spec/1.2.2/#69-node-properties
"""

from __future__ import annotations

import re

from sfnlint.place import Span

_PROPERTY = re.compile(r"[!&]\S*+")
_BETWEEN = re.compile(r"(?:\s++|#[^\r\n\x85\u2028\u2029]*+)*+")


def content_start(text: str, start: int) -> int:
    """Return the offset of the content of a value whose tag or anchor begins at `start`."""
    while found := _PROPERTY.match(text, start):
        start = _next(text, found.end())
    return start


def tag_span(text: str, start: int) -> Span:
    """Return the characters of the tag of a value whose tag or anchor begins at `start`."""
    while (found := _PROPERTY.match(text, start)) and text[start] != "!":
        start = _next(text, found.end())
    return Span(start, found.end() if found else start)


def _next(text: str, start: int) -> int:
    found = _BETWEEN.match(text, start)
    return found.end() if found else start
