"""Reads JSONata: what an expression refers to, and what keeps it from being one.

A top-down operator precedence parser, as the reference implementation is one; it keeps no tree,
since all that is asked of an expression is written down while it is read. Language:
https://docs.jsonata.org/expressions
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sfnlint.asl.jsonata_lexer import JsonataSyntaxError, Lexer, Token, UnresolvedError

_POWERS = {
    **dict.fromkeys((".",), 75),
    **dict.fromkeys(("[", "(", "@", "#"), 80),
    **dict.fromkeys(("{",), 70),
    **dict.fromkeys(("*", "/", "%"), 60),
    **dict.fromkeys(("+", "-", "&"), 50),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "^", "in", "~>", "?:", "??"), 40),
    **dict.fromkeys(("and",), 30),
    **dict.fromkeys(("or",), 25),
    **dict.fromkeys(("?",), 20),
    **dict.fromkeys((":=",), 10),
}
_UNARY = 70
_DEEPEST = 120
"""Nesting that is followed; each level takes a few frames of the interpreter's stack."""


class Identifier(NamedTuple):
    """A name in an expression: without its `$`, and its characters with it."""

    name: str
    start: int
    end: int


class StatesField(NamedTuple):
    """`$states.input.a` as `("input", "a")`, and the characters of `$states.input`."""

    fields: tuple[str, ...]
    start: int
    end: int


class ParsedExpression(NamedTuple):
    """What an expression says.

    Attributes:
        fault: why it is no expression; nothing else is known then.
        variables: variables that it reads, those that it binds itself and `$states` not among them.
        calls: functions that it calls by name, those that it binds itself not among them.
        names: fields of what the expression is evaluated against, which in a state is nothing.
        contexts: `$` where it means the same.
        roots: `$$`.
        states: every use of `$states`.
        tested: names of variables whose presence it asks for.

    """

    error: JsonataSyntaxError | None = None
    variables: tuple[Identifier, ...] = ()
    calls: tuple[Identifier, ...] = ()
    names: tuple[Identifier, ...] = ()
    contexts: tuple[Identifier, ...] = ()
    roots: tuple[Identifier, ...] = ()
    states: tuple[StatesField, ...] = ()
    tested: frozenset[str] = frozenset()


@lru_cache(maxsize=16384)
def parse(text: str) -> ParsedExpression | None:
    """Read an expression.

    None when it cannot be judged: a part of it is filled in before deployment, or it is nested
    deeper than anybody writes.
    """
    try:
        reader = _Reader(text)
        reader.read()
    except UnresolvedError:
        return None
    except JsonataSyntaxError as error:
        return ParsedExpression(error)
    return ParsedExpression(
        None,
        tuple(one for one in reader.variables if one.name not in reader.bound),
        tuple(one for one in reader.calls if one.name not in reader.bound),
        tuple(reader.names),
        tuple(reader.contexts),
        tuple(reader.roots),
        tuple(reader.states),
        frozenset(reader.tested),
    )


class _Operand(NamedTuple):
    """What was read last, as far as what follows depends on it."""

    kind: str
    token: Token


class _Reader:
    def __init__(self, text: str) -> None:
        self.lexer = Lexer(text)
        self.token = self.lexer.next(infix=False)
        self.depth = 0
        # Whether a name would be looked for in what the expression is evaluated against.
        self.rooted = True
        self.bound: set[str] = set()
        self.variables: list[Identifier] = []
        self.calls: list[Identifier] = []
        self.names: list[Identifier] = []
        self.contexts: list[Identifier] = []
        self.roots: list[Identifier] = []
        self.states: list[StatesField] = []
        self.tested: set[str] = set()

    def read(self) -> None:
        self.expression(0)
        if self.token.kind != "end":
            raise JsonataSyntaxError(
                f"'{self.token.text}' is not expected here; an operator is missing before it"
                if self.token.kind != "operator"
                else f"'{self.token.text}' is not expected here",
                self.token.start,
                self.token.end,
            )

    def expression(self, power: int) -> _Operand:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnresolvedError
        token = self.token
        self.advance(infix=True)
        left = self.prefix(token)
        while self.token.kind == "operator" and power < _POWERS.get(self.token.text, 0):
            token = self.token
            self.advance()
            left = self.infix(token, left)
        self.depth -= 1
        return left

    def inner(self, power: int) -> _Operand:
        """An expression that is evaluated against something else than the whole one is."""
        before, self.rooted = self.rooted, False
        operand = self.expression(power)
        self.rooted = before
        return operand

    # Tokens

    def advance(self, infix: bool = False) -> None:
        self.token = self.lexer.next(infix)

    def at(self, text: str) -> bool:
        return self.token.kind == "operator" and self.token.text == text

    def expect(self, text: str, opened: Token | None = None, infix: bool = False) -> None:
        if not self.at(text):
            if self.token.kind == "end":
                if opened is not None:
                    raise JsonataSyntaxError(
                        f"'{opened.text}' is never closed; '{text}' is missing",
                        opened.start,
                        opened.end,
                    )
                raise JsonataSyntaxError(f"'{text}' is missing at the end", *self.lexer.last())
            raise JsonataSyntaxError(
                f"'{text}' is expected before '{self.token.text}'",
                self.token.start,
                self.token.end,
            )
        self.advance(infix)

    def items(self, closing: str) -> Iterator[None]:
        """Once for each item up to a closing bracket, with a comma passed between them."""
        if self.at(closing):
            return
        yield
        while self.at(","):
            self.advance()
            yield

    # What begins an operand

    def prefix(self, token: Token) -> _Operand:
        if token.kind == "name":
            if self.rooted:
                self.names.append(Identifier(token.text, token.start, token.end))
            return _Operand("name", token)
        if token.kind == "variable":
            self.variable(token)
            return _Operand("variable", token)
        if token.kind == "end":
            raise JsonataSyntaxError("something is missing at the end", *self.lexer.last())
        if token.kind != "operator":
            return _Operand(token.kind, token)
        if token.text in ("and", "or", "in"):
            return self.prefix(token._replace(kind="name"))
        self.operator(token)
        return _Operand("other", token)

    def operator(self, token: Token) -> None:
        if token.text == "-":
            self.expression(_UNARY)
        elif token.text == "(":
            self.block(token)
        elif token.text == "[":
            self.array(token)
        elif token.text == "{":
            self.fields(token)
        elif token.text == "|":
            self.transform(token)
        elif token.text not in ("*", "**", "%"):
            raise JsonataSyntaxError(
                f"'{token.text}' cannot stand here; something is missing before it",
                token.start,
                token.end,
            )

    def variable(self, token: Token) -> None:
        reference = Identifier(token.text, token.start, token.end)
        if token.text == "states":
            self.states.append(StatesField((), token.start, token.end))
        elif token.text == "$":
            self.roots.append(reference)
        elif token.text:
            self.variables.append(reference)
        elif self.rooted:
            self.contexts.append(reference)

    def block(self, opened: Token) -> None:
        while not self.at(")"):
            self.expression(0)
            if not self.at(";"):
                break
            self.advance()
        self.expect(")", opened, infix=True)

    def array(self, opened: Token) -> None:
        for _ in self.items("]"):
            self.expression(0)
            if self.at(".."):
                self.advance()
                self.expression(0)
        self.expect("]", opened, infix=True)

    def fields(self, opened: Token) -> None:
        for _ in self.items("}"):
            self.expression(0)
            self.expect(":")
            self.expression(0)
        self.expect("}", opened, infix=True)

    def transform(self, opened: Token) -> None:
        self.inner(0)
        self.expect("|", opened)
        self.inner(0)
        if self.at(","):
            self.advance()
            self.inner(0)
        self.expect("|", opened)

    # What goes on after an operand

    def infix(self, token: Token, left: _Operand) -> _Operand:
        operator = token.text
        if operator == ".":
            return self.step(left)
        if operator == "(":
            self.call(token, left)
        elif operator == "[":
            if self.at("]"):
                self.advance(infix=True)
            else:
                self.inner(0)
                self.expect("]", token, infix=True)
        elif operator == "{":
            before, self.rooted = self.rooted, False
            self.fields(token)
            self.rooted = before
        elif operator == "^":
            self.order()
        elif operator in "@#":
            self.bind(self.expression(_POWERS[operator]), f"'{operator}' needs a variable after it")
        elif operator == "?":
            self.expression(0)
            if self.at(":"):
                self.advance()
                self.expression(0)
        elif operator == ":=":
            self.bind(left, "only a variable, whose name begins with $, can stand before ':='")
            self.expression(_POWERS[operator] - 1)
        elif operator in ("?:", "??"):
            self.expression(0)
        else:
            self.expression(_POWERS[operator])
        return _Operand("other", token)

    def step(self, left: _Operand) -> _Operand:
        right = self.inner(_POWERS["."])
        for operand in (left, right):
            if operand.kind in ("number", "value"):
                raise JsonataSyntaxError(
                    f"'{operand.token.text}' cannot be a step of a path",
                    operand.token.start,
                    operand.token.end,
                )
        is_states = left.kind == "states" or (left.kind, left.token.text) == ("variable", "states")
        if not is_states or right.kind != "name":
            return _Operand("other", right.token)
        known = self.states[-1]
        first = known.end if known.fields else right.token.end
        self.states[-1] = StatesField((*known.fields, right.token.text), known.start, first)
        return _Operand("states", right.token)

    def bind(self, operand: _Operand, message: str) -> None:
        if operand.kind != "variable":
            raise JsonataSyntaxError(message, operand.token.start, operand.token.end)
        if self.variables and self.variables[-1].start == operand.token.start:
            self.variables.pop()
        self.bound.add(operand.token.text)

    def order(self) -> None:
        opened = self.token
        self.expect("(")
        while True:
            if self.at("<") or self.at(">"):
                self.advance()
            self.inner(0)
            if not self.at(","):
                break
            self.advance()
        self.expect(")", opened)

    def call(self, opened: Token, left: _Operand) -> None:
        if left.kind == "name" and left.token.text in ("function", "\u03bb"):
            self.function(opened, left)
            return
        name = left.token.text if left.kind == "variable" else ""
        if name and self.variables and self.variables[-1].start == left.token.start:
            self.calls.append(self.variables.pop())
        first = len(self.variables)
        self.arguments(opened)
        if name == "exists":
            self.tested.update(one.name for one in self.variables[first:])

    def arguments(self, opened: Token) -> list[_Operand]:
        found: list[_Operand] = []
        for _ in self.items(")"):
            if self.at("?"):
                self.advance()
            else:
                found.append(self.expression(0))
        self.expect(")", opened, infix=True)
        return found

    def function(self, opened: Token, left: _Operand) -> None:
        if self.names and self.names[-1].start == left.token.start:
            self.names.pop()
        count = len(self.variables)
        for parameter in self.arguments(opened):
            if parameter.kind != "variable":
                raise JsonataSyntaxError(
                    "a parameter must be a variable, whose name begins with $",
                    parameter.token.start,
                    parameter.token.end,
                )
            self.bound.add(parameter.token.text)
        del self.variables[count:]
        if self.at("<"):
            self.signature()
        body = self.token
        self.expect("{")
        self.inner(0)
        self.expect("}", body)

    def signature(self) -> None:
        depth = 1
        while depth and not self.at("{") and self.token.kind != "end":
            self.advance()
            depth += self.at("<") - self.at(">")
        self.expect(">")
