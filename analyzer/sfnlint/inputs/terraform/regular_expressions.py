"""Regular expressions of `regex`, `regexall` and `replace`, as far as matching them is cheap.

Terraform uses RE2, which takes linear time; Python's engine does not. Expressions that the two may
understand differently, or that Python may need long for, are not evaluated.
https://developer.hashicorp.com/terraform/language/functions/regex
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import factorial

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

_MAX_STEPS = 200_000
"""How many steps one search may take in the worst case."""
_TOKEN = lazy_pattern(
    r"""
    (?P<escape> \\[dDwWsSbBtnrfv.()\[\]{}*+?^$|/\\:_-] )
    | (?P<class> \[ \^? \]? (?: [^\]\\\[] | \\[dDwWsStnrfv.()\[\]{}*+?^$|/\\:_-] )*+ \] )
    | (?P<open> \( (?: \?: | \?P<[A-Za-z_][A-Za-z0-9_]*> | (?!\?) ) )
    | (?P<close> \) )
    | (?P<repeat> [*+] | \{ [0-9]{1,3} (?: , [0-9]{0,3} )? \} )
    | (?P<option> \? )
    | (?P<or> \| )
    | (?P<start> \^ )
    | (?P<one> [^\\\[\](){}*+?|^] )
    """,
    re.VERBOSE,
)
_GROUP = lazy_pattern(r"\$(?:\$|(?P<name>[A-Za-z0-9_]+)|\{(?P<braced>[A-Za-z0-9_]+)\})")


class _Expression(NamedTuple):
    """A regular expression with the numbers that bound the steps of a search.

    Attributes:
        pattern: the compiled expression.
        repeats: how many repetitions it has.
        choices: in how many ways its options and alternatives can be taken.
        anchored: whether it matches at the start of a string only.

    """

    pattern: re.Pattern[str]
    repeats: int
    choices: int
    anchored: bool

    def steps(self, length: int) -> int:
        """Return how many steps a search takes at most in a string of this length."""
        power = self.repeats if self.anchored else self.repeats + 1
        attempts: int = (length + 1) ** power // factorial(power)
        return self.choices * (attempts + length + 1)


@lru_cache(maxsize=64)
def _compiled(expression: str) -> _Expression | None:
    """Return an expression; None when it is not supported."""
    repeats, choices, anchored = 0, 1, False
    position, previous = 0, ""
    simple_groups: list[bool] = []
    while position < len(expression):
        token = _TOKEN.match(expression, position)
        if token is None:
            return None
        kind = str(token.lastgroup)
        if kind == "option" and previous == "repeat":
            kind = "lazy"
        elif kind in ("repeat", "option"):
            if previous in ("repeat", "option", "lazy", "or", "open", "start", "complex", ""):
                # A repetition of repetitions can be matched in exponentially many ways.
                return None
            repeats += kind == "repeat"
            choices *= 1 if kind == "repeat" else 2
        if kind in ("repeat", "option", "or"):
            simple_groups = [False] * len(simple_groups)
            choices += choices if kind == "or" else 0
        elif kind == "open":
            simple_groups.append(True)
        elif kind == "close":
            if not simple_groups:
                return None
            kind = kind if simple_groups.pop() else "complex"
        anchored = anchored or (kind == "start" and position == 0)
        position, previous = token.end(), kind
    try:
        pattern = re.compile(expression, re.ASCII)
    except re.error:
        return None
    return _Expression(pattern, repeats, choices, anchored and "|" not in expression)


def matches(expression: str, text: str) -> list[re.Match[str]]:
    """Return the matches of an expression in a string.

    Raises:
        ValueError: the result is not known.

    """
    compiled = _compiled(expression)
    # In RE2, `$` does not match before a newline at the end, and an empty match after another
    # match does not count.
    if compiled is None or compiled.steps(len(text)) > _MAX_STEPS or "\n" in text:
        raise ValueError("the regular expression is not supported")
    found = list(compiled.pattern.finditer(text))
    if len(found) > 1 and any(match.start() == match.end() for match in found):
        raise ValueError("Python and RE2 find different empty matches")
    return found


def replaced(expression: str, text: str, replacement: str) -> str:
    """Return a string with the matches of an expression replaced.

    Raises:
        ValueError: the result is not known.

    """
    result, end = "", 0
    for match in matches(expression, text):
        result += text[end : match.start()] + _expanded(replacement, match)
        end = match.end()
    return result + text[end:]


def _expanded(replacement: str, match: re.Match[str]) -> str:
    """Return a replacement with the groups that it refers to: `$1`, `${name}`.

    https://pkg.go.dev/regexp#Regexp.Expand
    """

    def group(reference: re.Match[str]) -> str:
        if reference[0] == "$$":
            return "$"
        name = reference["name"] or reference["braced"]
        if name.isdecimal():
            number = int(name)
            return match[number] or "" if number <= match.re.groups else ""
        return match[name] or "" if name in match.re.groupindex else ""

    return _GROUP.sub(group, replacement)
