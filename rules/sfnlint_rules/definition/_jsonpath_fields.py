"""Findings for the paths, intrinsic functions and payload templates of JSONPath states."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonpath_fields import jsonpath_fields
from sfnlint.finding import Finding, Replacement
from sfnlint.place import Place
from sfnlint.subject import Subject


def field_findings(subject: Subject, kind: str) -> Iterator[Finding]:
    """Yield a finding for each problem of one kind in the JSONPath fields of a state machine."""
    for problem in jsonpath_fields(subject.machine).problems:
        if problem.kind == kind:
            document = subject.machine.document
            yield subject.finding(
                f"state '{problem.state.name}': {problem.message}",
                Place(document, problem.path, "value", problem.within),
                state=problem.state,
                correction=problem.key
                and Replacement(Place(document, problem.path, "key"), *problem.key),
            )
