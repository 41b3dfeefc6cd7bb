"""What the rules about variables ask: each read of a variable that may have no value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from sfnlint.asl.variables import (
    Assignment,
    VariableReference,
    Variables,
    enclosing_scopes,
    variables,
)
from sfnlint.finding import Finding, Note
from sfnlint.subject import Subject

Kind = Literal["nowhere", "elsewhere", "later", "sometimes"]


class Reads(NamedTuple):
    """All reads of one variable in one scope that have the same fault."""

    name: str
    references: list[VariableReference]
    assignments: list[Assignment]

    def finding(self, rule: str, message: str, fix: str, subject: Subject) -> Finding:
        """One finding for all of them, at the first."""
        first, *others = self.references
        notes = [Note("assigned here", one.place) for one in self.assignments[:3]]
        notes += [Note("also read here", one.place) for one in others[:5]]
        return Finding(
            rule, message, first.place, tuple(notes), fix, subject.logical_id, first.state.name
        )


def reads(subject: Subject, kind: Kind) -> Iterator[Reads]:
    """The reads of that kind, one entry for each variable and scope."""
    known = variables(subject.machine)
    if not known.is_known:
        return
    found: dict[tuple[str, int], Reads] = {}
    for reference in known.references:
        if _kind(known, reference) == kind:
            # A variable that is assigned nowhere is one mistake, however many scopes read it.
            scope = 0 if kind == "nowhere" else id(reference.state.scope)
            assignments = list(known.assigned.get(reference.name, ()))
            entry = found.setdefault(
                (reference.name, scope), Reads(reference.name, [], assignments)
            )
            entry.references.append(reference)
    yield from found.values()


def _kind(known: Variables, reference: VariableReference) -> Kind | None:
    name, scope = reference.name, reference.state.scope
    if name in known.tested:
        return None
    if name not in known.assigned:
        return "nowhere"
    before = known.before(reference.state, name)
    if before is None or all(before):
        return None
    if any(before):
        return "sometimes"
    scopes = {scope, *enclosing_scopes(scope)}
    if any(one.state.scope in scopes for one in known.assigned[name]):
        return "later"
    return "elsewhere"
