"""The parsed JSONata expressions of a state machine, shared by the rules about JSONata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfnlint.asl.expressions import Expression, expressions
from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize
from sfnlint.named_tuple import NamedTuple

if TYPE_CHECKING:
    from sfnlint.asl.jsonata import ParsedExpression


class JsonataExpression(NamedTuple):
    """A JSONata expression, its state and its parse result."""

    state: State
    expression: Expression
    parsed: ParsedExpression


@memoize
def jsonata_expressions(machine: Machine) -> list[JsonataExpression]:
    """Return all JSONata expressions of a machine, except those with unknown parts."""
    return [
        JsonataExpression(state, expression, parsed)
        for state in machine.states
        if state.query_language == "JSONata"
        for expression in expressions(state)
        if (parsed := _parsed(expression)) is not None
    ]


def _parsed(expression: Expression) -> ParsedExpression | None:
    # Most machines have no JSONata (benchmarks/compare.py).
    from sfnlint.asl.jsonata import parse

    return parse(expression.text)
