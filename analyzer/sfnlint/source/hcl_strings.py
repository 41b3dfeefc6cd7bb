"""The texts of a template in Terraform's language: escapes, and the indentation of a heredoc.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sfnlint.place import Span
from sfnlint.source.hcl_syntax import Expression, StringLiteral

QUOTED = re.compile(r'\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$\$(?=\{)|%%(?=\{)')
"""What is an escape between quotes."""
PLAIN = re.compile(r"\$\$(?=\{)|%%(?=\{)")
"""What is one in a heredoc, or in a file."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BLANK = re.compile(r"[ \t]*")


def texts(text: str, span: Span, escape: re.Pattern[str]) -> Iterator[StringLiteral]:
    """Characters as the texts that they stand for; each escape is one of its own."""
    start, end = span
    for match in escape.finditer(text, start, end):
        yield from _text(start, match.start(), text[start : match.start()])
        yield from _text(*match.span(), _decoded(match.group()))
        start = match.end()
    yield from _text(start, end, text[start:end])


def stripped(text: str, span: Span, *, left: bool, right: bool) -> Span:
    """Characters without the blanks that a `~` beside them takes away."""
    start, end = span
    if left:
        start = end - len(text[start:end].lstrip())
    if right:
        end = start + len(text[start:end].rstrip())
    return Span(start, end)


def without_indentation(parts: list[Expression]) -> list[Expression]:
    """The parts of a `<<-` heredoc without what all its lines begin with."""
    begins: dict[int, list[int]] = {}
    width = None
    for index, at, indentation in _line_begins(parts):
        begins.setdefault(index, []).append(at)
        width = indentation if width is None else min(width, indentation)
    if not width:
        return parts
    found: list[Expression] = []
    for index, part in enumerate(parts):
        if not isinstance(part, StringLiteral):
            found.append(part)
            continue
        end = 0
        for at in begins.get(index, ()):
            found += _slice(part, end, at)
            end = at + width
        found += _slice(part, end, len(part.value))
    return found


def _line_begins(parts: list[Expression]) -> Iterator[tuple[int, int, int]]:
    """Where lines with something in them begin: part, character, the width of the indentation."""
    if parts and not isinstance(parts[0], StringLiteral):
        yield 0, 0, 0
    for index, part in enumerate(parts):
        if not isinstance(part, StringLiteral):
            continue
        begins = [match.end() for match in re.finditer("\n", part.value)]
        for at in [*([0] if index == 0 else []), *begins]:
            blank = _BLANK.match(part.value, at)
            stop = blank.end() if blank else at
            is_last = stop == len(part.value) and index + 1 == len(parts)
            if not is_last and part.value[stop : stop + 1] not in ("\n", "\r"):
                yield index, at, stop - at


def _text(start: int, end: int, value: str) -> Iterator[StringLiteral]:
    if end > start:
        yield StringLiteral(Span(start, end), value)


def _slice(text: StringLiteral, start: int, end: int) -> Iterator[StringLiteral]:
    if start < end:
        whole = text.span
        if whole.end - whole.start == len(text.value):
            whole = Span(whole.start + start, whole.start + end)
        yield StringLiteral(whole, text.value[start:end])


def _decoded(written: str) -> str:
    if written[0] != "\\":
        return written[0]
    if written[1] in "uU":
        code = int(written[2:], 16)
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _ESCAPES[written[1]]
