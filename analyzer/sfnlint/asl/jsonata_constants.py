"""Constants in JSONata expressions that certainly make their evaluation fail.

Only neighbouring tokens are compared, so no tree is needed. The errors are those of the reference
implementation: https://github.com/jsonata-js/jsonata/blob/master/src/jsonata.js
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sfnlint.asl.jsonata_lexer import JsonataSyntaxError, Lexer, Token, UnresolvedError
from sfnlint.messages import shortened
from sfnlint.named_tuple import NamedTuple

_ARITHMETIC = ("+", "-", "*", "/", "%")
_BINDS_TIGHTER = (".", "[", "(", "{", "^")
_MOST_ITEMS = 10_000_000
_MOST_TOKENS = 20_000
_PICTURE_DIGIT = re.compile(r"[0-9#]")
_STRING_FIRST = frozenset(
    {
        *("substring", "substringBefore", "substringAfter", "lowercase", "uppercase", "length"),
        *("trim", "pad", "contains", "split", "match", "replace", "base64encode", "base64decode"),
        *("encodeUrl", "encodeUrlComponent", "decodeUrl", "decodeUrlComponent", "toMillis"),
    }
)
_NUMBER_FIRST = frozenset(
    {
        *("abs", "floor", "ceil", "round", "power", "sqrt", "formatNumber", "formatBase"),
        *("formatInteger", "fromMillis", "sum", "max", "min", "average"),
    }
)
_TYPES: Mapping[str, str] = {"string": "a string", "number": "a number"}


class ConstantProblem(NamedTuple):
    """A constant that certainly makes an evaluation fail.

    Attributes:
        message: the message, to follow "state 'Train': ".
        start: the position of the constant in the expression.
        end: the position after it.
        fix: how to correct it; empty if the message implies it.

    """

    message: str
    start: int
    end: int
    fix: str = ""


@lru_cache(maxsize=4096)
def constant_problems(text: str) -> tuple[ConstantProblem, ...]:
    """Return the problems of an expression without syntax errors, in the order of the text."""
    try:
        tokens = list(_tokens(text))
    except (JsonataSyntaxError, UnresolvedError):
        return ()
    return tuple(_problems(tokens))


def _tokens(text: str) -> Iterator[Token]:
    lexer, infix = Lexer(text), False
    for _ in range(_MOST_TOKENS):
        token = lexer.next(infix)
        yield token
        if token.kind == "end":
            return
        infix = token.kind != "operator" or token.text in (")", "]", "}")


def _problems(tokens: Sequence[Token]) -> Iterator[ConstantProblem]:
    for index, token in enumerate(tokens[:-1]):
        before = tokens[index - 1] if index else None
        after = tokens[index + 1]
        if token.kind == "operator" and token.text in _ARITHMETIC:
            is_infix = before is not None and _ends_operand(before)
            is_operator = is_infix or token.text == "-"
            left = before if is_infix and not _is_step(tokens, index - 1) else None
            right = after if is_operator and not _is_first_step(tokens, index + 1) else None
            for operand in (left, right):
                if operand is not None and _kind(operand) not in (None, "number"):
                    yield _operand_problem(token, operand)
                    break
        elif token.text == ".." and before is not None and _is_range(before, after):
            yield ConstantProblem(
                f"the range {before.text}..{after.text} has more than {_MOST_ITEMS:,} items",
                before.start,
                after.end,
            )
        elif token.kind == "variable" and after.text == "(" and after.kind == "operator":
            yield from _call_problems(token, tokens[index + 2 : index + 6])


def _operand_problem(operator: Token, operand: Token) -> ConstantProblem:
    fix = "use '&' to join strings" if operator.text == "+" and operand.kind == "string" else ""
    return ConstantProblem(
        f"'{operator.text}' needs numbers, but {shortened(operand.text)} is {_described(operand)}",
        operand.start,
        operand.end,
        fix,
    )


def _call_problems(function: Token, tokens: Sequence[Token]) -> Iterator[ConstantProblem]:
    if len(tokens) < 2:
        return
    first, following = tokens[0], tokens[1]
    kind = _kind(first)
    if kind is None or following.text not in (",", ")") or following.kind != "operator":
        return
    expected = "string" if function.text in _STRING_FIRST else ""
    expected = "number" if function.text in _NUMBER_FIRST else expected
    if expected and kind != expected:
        yield ConstantProblem(
            f"${function.text} needs {_TYPES[expected]}, but {shortened(first.text)} is "
            f"{_described(first)}",
            first.start,
            first.end,
        )
    elif function.text == "formatNumber" and following.text == "," and len(tokens) > 2:
        picture = tokens[2]
        if picture.kind == "string" and not _PICTURE_DIGIT.search(picture.text):
            yield ConstantProblem(
                f"the picture {shortened(picture.text)} of $formatNumber has no digit: it needs "
                "at least one '0' or '#'",
                picture.start,
                picture.end,
            )


def _ends_operand(token: Token) -> bool:
    return token.kind != "operator" or token.text in (")", "]", "}")


def _is_step(tokens: Sequence[Token], index: int) -> bool:
    """Whether a token is a step of a path."""
    return index > 0 and tokens[index - 1].text == "." and tokens[index - 1].kind == "operator"


def _is_first_step(tokens: Sequence[Token], index: int) -> bool:
    """Whether a token begins a path, a filter or a call."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.text in _BINDS_TIGHTER


def _is_range(first: Token, last: Token) -> bool:
    if first.kind != "number" or last.kind != "number":
        return False
    return float(last.text) - float(first.text) >= _MOST_ITEMS


def _kind(token: Token) -> str | None:
    """Return the type of a constant; None for any other token."""
    if token.kind in ("string", "number"):
        return token.kind
    if token.kind == "value":
        return "null" if token.text == "null" else "boolean"
    return None


def _described(token: Token) -> str:
    return {"string": "a string", "number": "a number", "boolean": "a boolean"}.get(
        str(_kind(token)), "not a number"
    )
