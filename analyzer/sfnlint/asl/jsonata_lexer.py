"""Cuts a JSONata expression into tokens.

https://github.com/jsonata-js/jsonata is the reference implementation: what it takes for a token
is one here, to the character.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.symbol import MARKER

_BLANK = re.compile(r"(?:[ \t\n\r\v]|/\*.*?\*/)*+", re.DOTALL)
_ENDS = r" \t\n\r\v.\[\]{}(),@#;:?+\-*/%|=<>^&!~"
"""The characters that end a name."""
_TOKEN = re.compile(
    r"(?P<operator>\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.\[\]{}(),@#;:?+\-*/%|=<>^&])"
    r"""|(?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
    r"|(?P<number>(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[Ee][-+]?[0-9]++)?)"
    r"|(?P<quoted>`[^`]*+`)"
    rf"""|(?P<name>[^{_ENDS}"'`][^{_ENDS}]*+)""",
    re.DOTALL,
)
_ESCAPES = re.compile(r'\\(?!["\\/bfnrt]|u[0-9A-Fa-f]{4})|\\.', re.DOTALL)
_UNTERMINATED = {
    '"': "this string is never closed; '\"' is missing",
    "'": 'this string is never closed; "\'" is missing',
    "`": "this name is never closed; '`' is missing",
}
_OPERATOR_NAMES = frozenset(("and", "or", "in"))
_VALUES = frozenset(("true", "false", "null"))


class Token(NamedTuple):
    """A token: a variable's text is its name without `$`, any other's is as it is written."""

    kind: str
    text: str
    start: int
    end: int


class JsonataSyntaxError(Exception):
    """Why a text is no expression, and the characters that show it."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class UnresolvedError(Exception):
    """A part of the expression is not known, so that nothing is known of it."""


class Lexer:
    """Gives the tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._last = (0, 0)

    def last(self) -> tuple[int, int]:
        """The characters of the last token before the end."""
        return self._last

    def next(self, infix: bool) -> Token:
        """The next token; where an operand is expected, a slash begins a regular expression."""
        text = self.text
        blank = _BLANK.match(text, self.position)
        start = blank.end() if blank else self.position
        if start >= len(text):
            return Token("end", "", start, start)
        if text.startswith("/*", start):
            raise JsonataSyntaxError(
                "this comment is never closed; '*/' is missing", start, start + 2
            )
        if text[start] == "/" and not infix:
            return self._keep(Token("regex", "", start, self._regex(start)))
        match = _TOKEN.match(text, start)
        if match is None:
            raise self._unknown(start)
        return self._keep(self._token(match))

    def _keep(self, token: Token) -> Token:
        self.position = token.end
        self._last = (token.start, token.end)
        return token

    def _token(self, match: re.Match[str]) -> Token:
        kind, text, (start, end) = match.lastgroup, match.group(), match.span()
        if kind == "name":
            if MARKER.search(text) or UNRESOLVED.match(self.text, start):
                raise UnresolvedError
            if text[0] == "$":
                return Token("variable", text[1:], start, end)
            if text in _OPERATOR_NAMES:
                return Token("operator", text, start, end)
            return Token("value" if text in _VALUES else "name", text, start, end)
        if kind == "quoted":
            return Token("name", text[1:-1], start, end)
        if kind == "string":
            self._check_escapes(text, start)
        elif kind == "number" and float(text) == float("inf"):
            raise JsonataSyntaxError("this number is too large", start, end)
        return Token(str(kind), text, start, end)

    def _check_escapes(self, text: str, start: int) -> None:
        if "\\" not in text:
            return
        for match in _ESCAPES.finditer(text, 1, len(text) - 1):
            at = start + match.start()
            if match.end() - match.start() == 1:
                following = self.text[at + 1]
                message = f"'\\{following}' is no escape"
                if following == "u":
                    message = "'\\u' needs four hexadecimal digits after it"
                elif following == "'":
                    message += "; put the text in double quotes"
                raise JsonataSyntaxError(message, at, at + 2)

    def _regex(self, start: int) -> int:
        depth, at = 0, start + 1
        while at < len(self.text):
            character = self.text[at]
            escaped = self.text[at - 1] == "\\"
            if character == "/" and not escaped and depth == 0:
                if at == start + 1:
                    raise JsonataSyntaxError("this regular expression is empty", start, at + 1)
                at += 1
                while at < len(self.text) and self.text[at] in "im":
                    at += 1
                return at
            if not escaped:
                depth += (character in "([{") - (character in ")]}")
            at += 1
        raise JsonataSyntaxError(
            "this regular expression is never closed; '/' is missing", start, start + 1
        )

    def _unknown(self, start: int) -> JsonataSyntaxError:
        character = self.text[start]
        if character in _UNTERMINATED:
            return JsonataSyntaxError(_UNTERMINATED[character], start, len(self.text.rstrip()))
        return JsonataSyntaxError(f"'{character}' is no operator of JSONata", start, start + 1)
