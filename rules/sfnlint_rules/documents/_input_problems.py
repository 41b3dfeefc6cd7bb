"""Findings for the problems that the readers report."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.subject import InputProblemKind, Reading

_NOTES: dict[InputProblemKind, str] = {
    "duplicate-key": "first defined here",
    "undefined-substitution": "used here",
    "circular-dependency": "the state machine depends on other resources here",
}


def findings(reading: Reading, kind: InputProblemKind) -> Iterator[Finding]:
    """Yield a finding for each problem of one kind in a reading."""
    for problem in reading.problems:
        if problem.kind == kind:
            notes = (Note(_NOTES[kind], problem.other),) if problem.other else ()
            yield Finding("", problem.message, problem.place, notes)
