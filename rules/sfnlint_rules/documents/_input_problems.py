"""Findings for the problems that the readers report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.finding import Finding, Note
from sfnlint.subject import InputProblem, InputProblemKind, Reading

_NOTES: dict[InputProblemKind, str] = {
    "duplicate-key": "first defined here",
    "undefined-substitution": "used here",
    "circular-dependency": "the state machine depends on other resources here",
}


_PER_MACHINE: Sequence[InputProblemKind] = ("role-not-found", "definition-not-found")


def findings(reading: Reading, kind: InputProblemKind) -> Iterator[Finding]:
    """Yield a finding for each problem of one kind in a reading.

    State machines that one block of a loop defines share a place, and so one finding, which has
    their number.
    """
    problems = [problem for problem in reading.problems if problem.kind == kind]
    messages: dict[object, dict[str, InputProblem]] = {}
    for problem in problems:
        located = problem.place.locate() if kind in _PER_MACHINE else None
        key = (located.root, located.span) if located else len(messages)
        messages.setdefault(key, {}).setdefault(problem.message, problem)
    for same in messages.values():
        problem = next(iter(same.values()))
        notes = (Note(_NOTES[kind], problem.other),) if problem.other else ()
        others = len(same) - 1
        plural = "s" if others > 1 else ""
        shared = f" (the same for {others} more state machine{plural})" if others else ""
        yield Finding("", f"{problem.message}{shared}", problem.place, notes)
