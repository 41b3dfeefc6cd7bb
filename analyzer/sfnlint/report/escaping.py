"""Escapes for names and messages from files: no character acts as a command to its reader."""

from __future__ import annotations

import re

from sfnlint.lazy_pattern import lazy_pattern

_CONTROLS = lazy_pattern(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]|(?<=#)#(?=\\[)"
)
"""Control characters, characters that reverse or hide text, and `##[`, which starts a command
anywhere in a line of a GitHub Actions log: https://github.com/actions/runner (ActionCommand.cs)."""
_MARKDOWN = lazy_pattern(r"[!-&*+<-@\[-`{-~]|:(?=/)|(?<=www)\.", re.IGNORECASE)
"""Punctuation that is syntax of Markdown or HTML, and the parts of a URL that make it a link."""
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape_controls(string: str) -> str:
    r"""Return a string in which control characters are written as `\n`, `\x1b`, `\u202e`."""
    if string.isprintable() and "##[" not in string:
        return string
    return _CONTROLS.sub(_escape, string)


def escape_file_name(name: str) -> str:
    """Return a file name for the beginning of a line, where `::` would start a command."""
    escaped = escape_controls(name)
    return f"./{escaped}" if escaped.lstrip().startswith("::") else escaped


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or (
        f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
    )


def escape_markdown(string: str) -> str:
    """Return a string without syntax of Markdown or HTML."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", escape_controls(string))
