"""Syntax nodes of HCL: expressions, attributes, blocks, each with its characters.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sfnlint.place import Span


@dataclass(slots=True)
class Expression:
    """An expression.

    Attributes:
        span: its characters.

    """

    span: Span


@dataclass(slots=True)
class Unknown(Expression):
    """An expression that is not supported."""


@dataclass(slots=True)
class Literal(Expression):
    """A number, a boolean or null."""

    value: float | bool | None


@dataclass(slots=True)
class StringLiteral(Expression):
    """A literal string in a template, or one escape sequence.

    When it is as long as its span, each character has its own position.
    """

    value: str


@dataclass(slots=True)
class StringTemplate(Expression):
    """A string: quoted, heredoc, or the content of a template file.

    Attributes:
        parts: literal strings, interpolations and directives.
        single: whether it consists of one interpolation, whose value it then has.

    """

    parts: list[Expression]
    single: bool = False


@dataclass(slots=True)
class Interpolation(Expression):
    """`${a}` in a template."""

    value: Expression


@dataclass(slots=True)
class TemplateIf(Expression):
    """`%{ if }` in a template."""

    condition: Expression
    yes: list[Expression]
    no: list[Expression]


@dataclass(slots=True)
class TemplateFor(Expression):
    """`%{ for }` in a template."""

    names: list[str]
    collection: Expression
    parts: list[Expression]


@dataclass(slots=True)
class TupleExpression(Expression):
    """`[a, b]`."""

    items: list[Expression]


@dataclass(slots=True)
class ObjectExpression(Expression):
    """`{a = b}`."""

    items: list[tuple[Expression, Expression]]


@dataclass(slots=True)
class FunctionCall(Expression):
    """A function call.

    Attributes:
        expands: whether the last argument is expanded by `...`.

    """

    function: str
    arguments: list[Expression]
    expands: bool = False


@dataclass(slots=True)
class Name(Expression):
    """A name, which may begin a reference."""

    name: str


@dataclass(slots=True)
class Index(Expression):
    """`a.b`, `a["b"]`, `a[0]`."""

    of: Expression
    key: Expression


@dataclass(slots=True)
class Splat(Expression):
    """`a[*].b`: `each` is an expression over the name `*`."""

    of: Expression
    each: Expression


@dataclass(slots=True)
class Conditional(Expression):
    """`a ? b : c`."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(slots=True)
class Operation(Expression):
    """`!a`, `a == b`."""

    operator: str
    operands: list[Expression]


@dataclass(slots=True)
class ForExpression(Expression):
    """`[for k, v in a : b if c]`; with a key, `{for … : key => b}`.

    Attributes:
        groups: whether `...` groups the values of equal keys.

    """

    names: list[str]
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    groups: bool


@dataclass(slots=True)
class Attribute:
    """An argument of a block.

    Attributes:
        key: the characters of the name.
        value: the value.

    """

    key: Span
    value: Expression


@dataclass(slots=True)
class Body:
    """The content of a block or a file.

    Attributes:
        attributes: arguments by name.
        blocks: nested blocks in order.

    """

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of_type(self, *types: str) -> Iterator[Block]:
        """Return the blocks of these types."""
        return (block for block in self.blocks if block.type in types)


@dataclass(slots=True)
class Block:
    """`type "label" { … }`.

    Attributes:
        head: the type and the labels.

    """

    type: str
    labels: Sequence[str]
    head: Span
    body: Body


def inner(node: Expression) -> Iterator[Expression]:
    """Yield the direct operands of an expression."""
    for name in node.__slots__:
        yield from _expressions(getattr(node, name))


def _expressions(value: object) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _expressions(one)
