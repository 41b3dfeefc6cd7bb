"""Literal strings of an HCL template: escape sequences, `~` markers, heredoc indentation.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sfnlint.place import Span
from sfnlint.source.hcl_syntax import Expression, StringLiteral

QUOTED = re.compile(r'\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\$\$(?=\{)|%%(?=\{)')
"""Matches an escape sequence of a quoted string."""
PLAIN = re.compile(r"\$\$(?=\{)|%%(?=\{)")
"""Matches an escape sequence of a heredoc or a template file."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BLANK = re.compile(r"[ \t]*")


def texts(text: str, span: Span, escape: re.Pattern[str]) -> Iterator[StringLiteral]:
    """Yield the literal strings of a range; each escape sequence is a string of its own."""
    start, end = span
    for match in escape.finditer(text, start, end):
        yield from _text(start, match.start(), text[start : match.start()])
        yield from _text(*match.span(), _decoded(match.group()))
        start = match.end()
    yield from _text(start, end, text[start:end])


def stripped(text: str, span: Span, *, left: bool, right: bool) -> Span:
    """Return a range without the white space that a `~` next to it strips."""
    start, end = span
    if left:
        start = end - len(text[start:end].lstrip())
    if right:
        end = start + len(text[start:end].rstrip())
    return Span(start, end)


def without_indentation(parts: list[Expression]) -> list[Expression]:
    """Return the parts of a `<<-` heredoc without the common indentation."""
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
    """Yield the start of each line that is not blank: part, character, width of indentation."""
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
