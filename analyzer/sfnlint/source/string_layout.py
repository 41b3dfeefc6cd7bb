"""Layout of strings: maps characters of a decoded string to characters of its source.

YAML: https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions and the next chapter.
JSON: https://www.rfc-editor.org/rfc/rfc8259#section-7.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Literal

from sfnlint.place import Span

Style = Literal["json", "json5", "bare", "plain", "'", '"', "|", ">"]
"""How a string is written; "bare" is a symbol outside a string."""

# A definition has at most 1 MB; escape sequences can double that:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_LONGEST = 2 * 1024 * 1024

# Possessive quantifiers: hostile text must not cause backtracking.
_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
_BREAKS = re.compile(_BREAK)
_FOLD = rf"[ \t]++(?:{_BREAK}(?:[ \t]*+{_BREAK})*+[ \t]*+)?|{_BREAK}(?:[ \t]*+{_BREAK})*+[ \t]*+"
PAIR = r"\\u[dD](?:[89aA][0-9a-fA-F]|[bB][0-7])[0-9a-fA-F]\\u[dD][c-fC-F][0-9a-fA-F]{2}"
"""Two escapes that form one character, except a character that is reserved for symbols.

See `json_tokens`.
"""
JSON_ESCAPE = re.compile(rf"{PAIR}|\\u[0-9a-fA-F]{{4}}|\\.", re.DOTALL)
JSON5_ESCAPE = re.compile(rf"{PAIR}|\\u[0-9a-fA-F]{{4}}|\\x[0-9a-fA-F]{{2}}|\\\r\n|\\.", re.DOTALL)
_PLAIN = re.compile(_FOLD)
_SINGLE = re.compile(rf"''|{_FOLD}")
_DOUBLE = re.compile(
    rf"\\(?:x..|u.{{4}}|U.{{8}}|{_BREAK}[ \t]*+(?:{_BREAK}[ \t]*+)*+|.)|{_FOLD}", re.DOTALL
)
_HEADER = re.compile(rf"([|>][-+0-9]*+)[ \t]*+(?:#[^\r\n\x85\u2028\u2029]*+)?{_BREAK}?+")
_SPACES = re.compile(" *+")


class Layout:
    """Runs of a decoded string, each with its source characters.

    In a run that is as long as its source, each character has its own position; any other run is
    one unit (an escape sequence, a folded line break).

    Attributes:
        length: the number of decoded characters.
        end: the end of the source of the last run.

    """

    __slots__ = ("_decoded", "_ends", "_starts", "end", "length")

    def __init__(self, start: int) -> None:
        self.length = 0
        self.end = start
        # A string may have a million escapes, for which lists would take hundreds of megabytes.
        self._decoded = array("L")
        self._starts = array("L")
        self._ends = array("L")

    def add(self, length: int, start: int, end: int) -> None:
        """Append a run: `length` decoded characters, written from `start` to `end`."""
        if length > 0:
            self._decoded.append(self.length)
            self._starts.append(start)
            self._ends.append(end)
            self.length += length
            self.end = end

    def cut(self, within: Span) -> Span:
        """Return the source of a range of decoded characters, clipped to the string."""
        first = min(max(within.start, 0), self.length)
        last = min(max(within.end, first), self.length)
        if not self.length:
            return Span(self.end, self.end)
        if first == last:
            at = self.end if first == self.length else self._source(first).start
            return Span(at, at)
        return Span(self._source(first).start, self._source(last - 1).end)

    def escapes(self) -> list[int]:
        """Return the offsets of decoded characters that are written as more than one character."""
        # An empty string has no run, and so no end of a run.
        bounds = [*self._decoded[1:], self.length][: len(self._decoded)]
        return [
            at
            for at, to, start, end in zip(
                self._decoded, bounds, self._starts, self._ends, strict=True
            )
            if to - at != end - start
        ]

    def _source(self, index: int) -> Span:
        """Return the source of one decoded character."""
        run = bisect_right(self._decoded, index) - 1
        decoded, start, end = self._decoded[run], self._starts[run], self._ends[run]
        following = self._decoded[run + 1] if run + 1 < len(self._decoded) else self.length
        if following - decoded != end - start:
            return Span(start, end)
        start += index - decoded
        return Span(start, start + 1)


def layout(text: str, start: int, end: int, style: Style, value: str) -> Layout | None:
    """Return the layout of a string.

    Args:
        text: the text of the document.
        start: the first character, with quotes or block header.
        end: the character after the last one.
        style: how the string is written.
        value: the decoded string, needed only for block scalars.

    Returns:
        None when source and value do not match, and for a string longer than any definition.

    """
    if end - start > _LONGEST:
        return None
    if style in ("|", ">"):
        made = _block(text, start, value, style == ">")
        return made if made.length == len(value) else None
    if style == "bare":
        made = Layout(start)
        made.add(end - start, start, end)
        return made
    if style == "plain":
        return _flow(text, start, end, _PLAIN)
    if style == "json5":
        return _flow(text, start + 1, end - 1, JSON5_ESCAPE, _json5_length)
    units = {"json": JSON_ESCAPE, "'": _SINGLE, '"': _DOUBLE}[style]
    return _flow(text, start + 1, end - 1, units, _json_length if style == "json" else None)


def _flow(
    text: str,
    start: int,
    end: int,
    units: re.Pattern[str],
    length_of: Callable[[str], int | None] | None = None,
) -> Layout:
    made = Layout(start)
    position = start
    for found in units.finditer(text, start, end):
        length = (length_of or _decoded_length)(found.group())
        if length is None:
            continue
        made.add(found.start() - position, position, found.start())
        made.add(length, *found.span())
        position = found.end()
    made.add(end - position, position, end)
    return made


def _json_length(_unit: str) -> int:
    return 1


def _json5_length(unit: str) -> int:
    """Return the decoded length of a JSON5 escape: 0 for an escaped line break, else 1."""
    return 0 if unit[1] in "\n\r\u2028\u2029" else 1


def _decoded_length(unit: str) -> int | None:
    """Return the decoded length of an escape or fold; None for white space that is kept."""
    if unit == "''":
        return 1
    breaks = _BREAKS.findall(unit)
    if unit[0] == "\\":
        # An escaped line break is removed; empty lines after it are kept.
        return len(breaks) - 1 if breaks else 1
    if not breaks:
        return None
    if breaks[0] in "\u2028\u2029":
        return len(breaks)
    return max(1, len(breaks) - 1)


def _block(text: str, start: int, value: str, folded: bool) -> Layout:
    header = _HEADER.match(text, start)
    if header is None:
        return Layout(start)
    made = Layout(header.end(1))
    indent = _indent(text, header.end(), value)
    # Line breaks whose meaning depends on the next line: the one that ended the last line with
    # something in it, and those of the empty lines after it.
    pending: list[tuple[int, int]] = []
    is_first, was_blank = True, False
    for begin, content_end, line_end in _lines(text, header.end()):
        spaces = _SPACES.match(text, begin, min(begin + indent, content_end))
        content = spaces.end() if spaces else begin
        if content == content_end:
            if line_end == content_end:
                break
            pending.append((content_end, line_end))
            continue
        if content - begin < indent:
            break
        is_blank = text[content] in " \t"
        if folded and not is_first and not was_blank and not is_blank:
            _fold(made, text, pending)
        else:
            _keep(made, pending)
        made.add(content_end - content, content, content_end)
        pending = [(content_end, line_end)] if line_end > content_end else []
        is_first, was_blank = False, is_blank
    _keep(made, pending[: len(value) - made.length])
    return made


def _lines(text: str, position: int) -> Iterator[tuple[int, int, int]]:
    """Yield the lines from a position: start, end of the content, end of the line break."""
    for found in _BREAKS.finditer(text, position):
        yield position, *found.span()
        position = found.end()
    yield position, len(text), len(text)


def _indent(text: str, position: int, value: str) -> int:
    """Return the width of the indentation that is not content.

    The first line of the decoded string that is not empty equals its source line without the
    indentation, so indentation indicators need not be parsed.
    """
    content = value.lstrip("\n\x85\u2028\u2029")
    empty = len(value) - len(content)
    if not content:
        return sys.maxsize
    begin = next(islice(_lines(text, position), empty, None), (position,))[0]
    return max(0, _spaces(text, begin) - _spaces(content, 0))


def _spaces(text: str, position: int) -> int:
    found = _SPACES.match(text, position)
    return found.end() - position if found else 0


def _fold(made: Layout, text: str, pending: list[tuple[int, int]]) -> None:
    """Fold: a line break between two lines becomes a space; before empty lines it is removed."""
    first = pending[:1]
    if first and text[first[0][0]] in "\u2028\u2029":
        _keep(made, pending)
    else:
        _keep(made, pending[1:] or first)


def _keep(made: Layout, pending: list[tuple[int, int]]) -> None:
    for start, end in pending:
        made.add(1, start, end)
