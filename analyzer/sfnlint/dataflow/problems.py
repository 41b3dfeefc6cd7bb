"""Problems that the analysis of the data flow finds."""

from __future__ import annotations

from typing import Literal

from sfnlint.asl.machine import State
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route, Span

FlowProblemKind = Literal["missing-value", "undefined-value", "wrong-value", "never-true"]


class FlowProblem(NamedTuple):
    """A problem of a value that a state reads.

    Attributes:
        kind: the name of the rule that reports it.
        message: the message, to follow "state 'Train': ".
        state: the state.
        path: the path of the field in the definition.
        within: the wrong characters of the field; None for the whole field.
        name: the name that does not exist; empty if there is none.
        known: the names that exist instead.
        origin: the state whose output the value would be in; None if it is not known.

    """

    kind: FlowProblemKind
    message: str
    state: State
    path: Route
    within: Span | None = None
    name: str = ""
    known: tuple[str, ...] = ()
    origin: State | None = None
