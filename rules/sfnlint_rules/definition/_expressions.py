"""The JSONata expressions of a machine, read once for all rules about them."""

from __future__ import annotations

from typing import NamedTuple

from sfnlint.asl.expressions import Expression, expressions
from sfnlint.asl.jsonata import ParsedExpression, parse
from sfnlint.asl.machine import Machine, State
from sfnlint.asl.memoize import memoize
from sfnlint.finding import Finding
from sfnlint.subject import Subject


class Judged(NamedTuple):
    """An expression that can be judged, and what it says."""

    state: State
    expression: Expression
    parsed: ParsedExpression

    @property
    def route(self) -> tuple[str | int, ...]:
        """The path of the expression, from its state on."""
        return self.expression.path[len(self.state.path) :]

    def finding(
        self, rule: str, message: str, span: tuple[int, int], fix: str, subject: Subject
    ) -> Finding:
        """A finding at some characters of the expression."""
        return Finding(
            rule,
            message,
            self.expression.place(self.state, *span),
            fix=fix,
            machine=subject.logical_id,
            state=self.state.name,
        )


def judged(subject: Subject) -> list[Judged]:
    """All JSONata expressions of a machine, save those that are known only when deployed."""
    return _judged(subject.machine)


@memoize
def _judged(machine: Machine) -> list[Judged]:
    return [
        Judged(state, expression, parsed)
        for state in machine.states
        if state.query_language == "JSONata"
        for expression in expressions(state)
        if (parsed := parse(expression.text)) is not None
    ]
