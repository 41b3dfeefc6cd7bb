"""Findings of the analysis of the data flow."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.dataflow.flow import flow_problems
from sfnlint.dataflow.problems import FlowProblemKind
from sfnlint.finding import Finding, Note
from sfnlint.messages import nearest
from sfnlint.place import Place
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import replacement


def findings(subject: Subject, kind: FlowProblemKind) -> Iterator[Finding]:
    """Yield the problems of one kind, each with the state whose output the value would be in."""
    for problem in dict.fromkeys(flow_problems(subject.machine)):
        if problem.kind != kind:
            continue
        place = Place(subject.machine.document, problem.path, "value", problem.within)
        similar = nearest(problem.name, problem.known, cutoff=0.7) if problem.name else None
        notes = []
        if problem.origin is not None:
            message = f"the data is the output of state '{problem.origin.name}'"
            notes.append(Note(message, problem.origin.place))
        yield subject.finding(
            f"state '{problem.state.name}': {problem.message}",
            place,
            state=problem.state,
            notes=notes,
            fix=f"use '{similar}'" if similar else "",
            correction=replacement(place, problem.name, problem.known) if similar else None,
        )
