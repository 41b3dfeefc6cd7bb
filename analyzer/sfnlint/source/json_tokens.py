"""Tokens of JSON text, and the escape sequences that are replaced before parsing."""

from __future__ import annotations

import re

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import MARKER

# Possessive quantifiers and an optional closing quote: no text can cause backtracking.
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+'
TOKEN = re.compile(rf'{STRING}|[\[\]{{}}]|[^\s\[\]{{}}:,"]++', re.DOTALL)
_IN_STRINGS = lazy_pattern(rf'(?:[^"{MARKER.pattern[1:-1]}]++|{STRING})*+', re.DOTALL)
"""Matches a whole text whose symbols are all in strings."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = lazy_pattern(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<alone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_REPLACEMENT = r"\ufffd"


def loadable(text: str) -> tuple[str, list[int]]:
    """Return the text to hand to a JSON parser, and the offsets of inserted characters.

    A word that contains a symbol outside a string becomes a string.
    """
    return _with_quotes(without_lone_escapes(text))


def without_lone_escapes(text: str) -> str:
    """Return the text with escapes that must not be decoded written as U+FFFD, of equal length.

    A lone surrogate cannot be printed, and characters of the private planes are reserved for
    symbols.
    """
    return _ESCAPE.sub(_harmless, text) if _SURROGATE.search(text) else text


def _harmless(found: re.Match[str]) -> str:
    high, low = found["high"], found["low"]
    if high is None:
        return found.group() if found["alone"] is None else _REPLACEMENT
    # Each surrogate of a pair holds ten bits of the code point minus U+10000.
    character = chr(0x10000 + (int(high, 16) - 0xD800) * 0x400 + int(low, 16) - 0xDC00)
    return _REPLACEMENT * 2 if MARKER.match(character) else found.group()


def _with_quotes(text: str) -> tuple[str, list[int]]:
    """Quote the words that contain a symbol; return the text and the offsets of the quotes."""
    if not has_symbols(text) or _IN_STRINGS.fullmatch(text):
        return text, []
    pieces: list[str] = []
    inserted: list[int] = []
    position = 0
    for found in TOKEN.finditer(text):
        word = found.group()
        if word[0] in '"[]{}' or "\\" in word or not MARKER.search(word):
            continue
        start, end = found.span()
        pieces += (text[position:start], '"', word, '"')
        inserted += (start + len(inserted), end + len(inserted) + 1)
        position = end
    return "".join(pieces) + text[position:], inserted


def has_symbols(text: str) -> bool:
    """Whether the text contains the marker of a symbol."""
    return not text.isascii() and MARKER.search(text) is not None
