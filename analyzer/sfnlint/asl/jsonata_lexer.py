"""Splits a JSONata expression into tokens.

The tokens are those of the reference implementation, https://github.com/jsonata-js/jsonata.
"""

from __future__ import annotations

import re

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import MARKER

_BLANK = lazy_pattern(r"(?:[ \t\n\r\v]|/\*.*?\*/)*+", re.DOTALL)
_ENDS = r" \t\n\r\v.\[\]{}(),@#;:?+\-*/%|=<>^&!~"
"""The characters that end a name, for a character class."""
_TOKEN = lazy_pattern(
    r"(?P<operator>\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.\[\]{}(),@#;:?+\-*/%|=<>^&])"
    r"""|(?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
    r"|(?P<number>(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[Ee][-+]?[0-9]++)?)"
    r"|(?P<quoted>`[^`]*+`)"
    rf"""|(?P<name>[^{_ENDS}"'`][^{_ENDS}]*+)""",
    re.DOTALL,
)
_ESCAPES = lazy_pattern(r'\\(?!["\\/bfnrt]|u[0-9A-Fa-f]{4})|\\.', re.DOTALL)
_UNTERMINATED = {
    '"': "unterminated string: missing '\"'",
    "'": 'unterminated string: missing "\'"',
    "`": "unterminated name: missing '`'",
}
_OPERATOR_NAMES = frozenset(("and", "or", "in"))
_VALUES = frozenset(("true", "false", "null"))


class Token(NamedTuple):
    """A token; the text of a variable is its name without `$`."""

    kind: str
    text: str
    start: int
    end: int


class JsonataSyntaxError(Exception):
    """A syntax error in an expression, with the positions of the wrong characters."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class UnresolvedError(Exception):
    """A part of the expression is filled in before deployment, so it cannot be parsed."""


class Lexer:
    """Returns the tokens of an expression one by one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._last = (0, 0)

    def last(self) -> tuple[int, int]:
        """The positions of the last token that was returned."""
        return self._last

    def next(self, infix: bool) -> Token:
        """Return the next token, of kind "end" at the end.

        Args:
            infix: whether an operator is expected; otherwise a slash starts a regular expression.

        Raises:
            JsonataSyntaxError: there is no token.
            UnresolvedError: the token contains a placeholder or symbol.

        """
        text = self.text
        blank = _BLANK.match(text, self.position)
        start = blank.end() if blank else self.position
        if start >= len(text):
            return Token("end", "", start, start)
        if text.startswith("/*", start):
            raise JsonataSyntaxError("unterminated comment: missing '*/'", start, start + 2)
        if text[start] == "/" and not infix:
            return self._keep(Token("regex", "", start, self._regex(start)))
        match = _TOKEN.match(text, start)
        if match is None:
            raise self._no_token(start)
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
            raise JsonataSyntaxError("number out of range", start, end)
        return Token(str(kind), text, start, end)

    def _check_escapes(self, text: str, start: int) -> None:
        if "\\" not in text:
            return
        for match in _ESCAPES.finditer(text, 1, len(text) - 1):
            at = start + match.start()
            if match.end() - match.start() == 1:
                following = self.text[at + 1]
                message = f"invalid escape '\\{following}'"
                if following == "u":
                    message = "'\\u' must be followed by four hexadecimal digits"
                elif following == "'":
                    message += "; enclose the string in double quotes"
                raise JsonataSyntaxError(message, at, at + 2)

    def _regex(self, start: int) -> int:
        depth, at = 0, start + 1
        while at < len(self.text):
            character = self.text[at]
            escaped = self.text[at - 1] == "\\"
            if character == "/" and not escaped and depth == 0:
                if at == start + 1:
                    raise JsonataSyntaxError("empty regular expression", start, at + 1)
                at += 1
                while at < len(self.text) and self.text[at] in "im":
                    at += 1
                return at
            if not escaped:
                depth += (character in "([{") - (character in ")]}")
            at += 1
        raise JsonataSyntaxError("unterminated regular expression: missing '/'", start, start + 1)

    def _no_token(self, start: int) -> JsonataSyntaxError:
        character = self.text[start]
        if character in _UNTERMINATED:
            return JsonataSyntaxError(_UNTERMINATED[character], start, len(self.text.rstrip()))
        return JsonataSyntaxError(f"unknown operator '{character}'", start, start + 1)
