"""Parses JSONata expressions: the variables, functions and fields in them, or the syntax error.

A top-down operator precedence parser, like the reference implementation. It builds no tree: what
the rules need is collected during parsing. Language: https://docs.jsonata.org/expressions
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sfnlint.asl.jsonata_lexer import JsonataSyntaxError, Lexer, Token, UnresolvedError
from sfnlint.messages import shortened
from sfnlint.named_tuple import NamedTuple

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
_MAX_DEPTH = 120
"""The maximum nesting; each level takes several frames of Python's stack."""


class Identifier(NamedTuple):
    """A name in an expression, without its `$`; its positions include the `$`."""

    name: str
    start: int
    end: int


class StatesField(NamedTuple):
    """`$states.input.a` as `("input", "a")`; its positions are those of `$states.input`."""

    fields: tuple[str, ...]
    start: int
    end: int


class ParsedExpression(NamedTuple):
    """A parsed expression.

    Attributes:
        error: the syntax error; if there is one, nothing else is known.
        variables: the variables that it reads, except `$states` and those that it binds itself.
        calls: the functions that it calls by name, except those that it binds itself.
        names: the fields of its top-level context, which is empty in a state.
        contexts: the uses of `$` for the top-level context.
        roots: the uses of `$$`.
        states: the uses of `$states`.
        tested: the names of variables that it passes to `$exists`.

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
    """Parse an expression.

    None if it cannot be parsed because a part of it is filled in before deployment, or because it
    is nested too deeply.
    """
    try:
        parser = _Parser(text)
        parser.parse()
    except UnresolvedError:
        return None
    except JsonataSyntaxError as error:
        return ParsedExpression(error)
    return ParsedExpression(
        None,
        tuple(variable for variable in parser.variables if variable.name not in parser.bound),
        tuple(function for function in parser.calls if function.name not in parser.bound),
        tuple(parser.names),
        tuple(parser.contexts),
        tuple(parser.roots),
        tuple(parser.states),
        frozenset(parser.tested),
    )


class _Operand(NamedTuple):
    """The kind and the first token of an operand."""

    kind: str
    token: Token


class _Parser:
    def __init__(self, text: str) -> None:
        self.lexer = Lexer(text)
        self.token = self.lexer.next(infix=False)
        self.depth = 0
        # Whether a name is a field of the expression's top-level context.
        self.rooted = True
        self.bound: set[str] = set()
        self.variables: list[Identifier] = []
        self.calls: list[Identifier] = []
        self.names: list[Identifier] = []
        self.contexts: list[Identifier] = []
        self.roots: list[Identifier] = []
        self.states: list[StatesField] = []
        self.tested: set[str] = set()

    def parse(self) -> None:
        self.expression(0)
        if self.token.kind != "end":
            raise JsonataSyntaxError(
                f"unexpected '{shortened(self.token.text)}': missing operator before it"
                if self.token.kind != "operator"
                else f"unexpected '{shortened(self.token.text)}'",
                self.token.start,
                self.token.end,
            )

    def expression(self, power: int) -> _Operand:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
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
        """Parse an expression whose context is not the top-level context."""
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
                        f"unclosed '{opened.text}': missing '{text}'",
                        opened.start,
                        opened.end,
                    )
                raise JsonataSyntaxError(f"missing '{text}' at the end", *self.lexer.last())
            raise JsonataSyntaxError(
                f"expected '{text}' before '{shortened(self.token.text)}'",
                self.token.start,
                self.token.end,
            )
        self.advance(infix)

    def items(self, closing: str) -> Iterator[None]:
        """Yield once before each item up to a closing bracket, and skip the commas between."""
        if self.at(closing):
            return
        yield
        while self.at(","):
            self.advance()
            yield

    # Operands

    def prefix(self, token: Token) -> _Operand:
        if token.kind == "name":
            if self.rooted:
                self.names.append(Identifier(token.text, token.start, token.end))
            return _Operand("name", token)
        if token.kind == "variable":
            self.variable(token)
            return _Operand("variable", token)
        if token.kind == "end":
            raise JsonataSyntaxError("unexpected end of the expression", *self.lexer.last())
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
                f"unexpected '{shortened(token.text)}': missing operand before it",
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

    # Operators after an operand

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
            self.bind(
                self.expression(_POWERS[operator]),
                f"expected a variable such as $x after '{operator}'",
            )
        elif operator == "?":
            self.expression(0)
            if self.at(":"):
                self.advance()
                self.expression(0)
        elif operator == ":=":
            self.bind(left, "expected a variable such as $x before ':='")
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
            self.tested.update(variable.name for variable in self.variables[first:])

    def arguments(self, opened: Token) -> list[_Operand]:
        operands: list[_Operand] = []
        for _ in self.items(")"):
            if self.at("?"):
                self.advance()
            else:
                operands.append(self.expression(0))
        self.expect(")", opened, infix=True)
        return operands

    def function(self, opened: Token, left: _Operand) -> None:
        if self.names and self.names[-1].start == left.token.start:
            self.names.pop()
        count = len(self.variables)
        for parameter in self.arguments(opened):
            if parameter.kind != "variable":
                raise JsonataSyntaxError(
                    "function parameters must be variables such as $x",
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
