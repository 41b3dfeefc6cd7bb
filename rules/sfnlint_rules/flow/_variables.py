"""Reads of variables that have no value, grouped by variable and scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sfnlint.asl.machine import Scope
from sfnlint.asl.variables import (
    Assignment,
    VariableReference,
    Variables,
    enclosing_scopes,
    variables,
)
from sfnlint.finding import Finding, Note
from sfnlint.named_tuple import NamedTuple
from sfnlint.subject import Subject

Assigned = Literal["never", "out of scope", "too late", "on some paths"]
"""Where a variable is assigned that has no value, or not always, in the state that reads it."""

_MOST_ASSIGNMENTS = 3
_MOST_READS = 5


class UnassignedReads(NamedTuple):
    """All reads of one variable in one scope that have the same problem."""

    name: str
    references: list[VariableReference]
    assignments: list[Assignment]

    def finding(self, subject: Subject, message: str, fix: str) -> Finding:
        """Return one finding for all of them, at the first read."""
        first, *others = self.references
        notes = [Note("assigned here", item.place) for item in self.assignments[:_MOST_ASSIGNMENTS]]
        notes += [Note("also read here", item.place) for item in others[:_MOST_READS]]
        return subject.finding(message, first.place, state=first.state, fix=fix, notes=tuple(notes))


def unassigned_reads(subject: Subject, assigned: Assigned) -> Iterator[UnassignedReads]:
    """Yield the reads of variables that are assigned so, per variable and scope."""
    known = variables(subject.machine)
    if not known.is_complete:
        return
    groups: dict[tuple[str, Scope | None], UnassignedReads] = {}
    for reference in known.references:
        if _assigned(known, reference) == assigned:
            name = reference.name
            # A variable that is never assigned is one mistake, however many scopes read it.
            scope = None if assigned == "never" else reference.state.scope
            group = groups.setdefault(
                (name, scope), UnassignedReads(name, [], list(known.assigned.get(name, ())))
            )
            group.references.append(reference)
    yield from groups.values()


def _assigned(known: Variables, reference: VariableReference) -> Assigned | None:
    name, scope = reference.name, reference.state.scope
    if name in known.tested:
        return None
    if name not in known.assigned:
        return "never"
    before = known.assigned_before(reference.state, name)
    if before is None or all(before):
        return None
    if any(before):
        return "on some paths"
    visible = {scope, *enclosing_scopes(scope)}
    is_visible = any(item.state.scope in visible for item in known.assigned[name])
    return "too late" if is_visible else "out of scope"
