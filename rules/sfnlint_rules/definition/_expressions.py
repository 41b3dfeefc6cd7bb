"""The parsed JSONata expressions of a state machine, shared by the rules about JSONata."""

from __future__ import annotations

from typing import NamedTuple

from sfnlint.asl.expressions import Expression, expressions
from sfnlint.asl.jsonata import ParsedExpression, parse
from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize


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
        if (parsed := parse(expression.text)) is not None
    ]
