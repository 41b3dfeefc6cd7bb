"""How the rules about documents speak."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.subject import InputProblemKind, Reading


def problems(reading: Reading, kind: InputProblemKind, rule: str) -> Iterator[Finding]:
    """What the input said about this kind of trouble."""
    for problem in reading.problems:
        if problem.kind == kind:
            notes = (Note("the other one", problem.other),) if problem.other else ()
            yield Finding(rule, problem.message, problem.place, notes)
