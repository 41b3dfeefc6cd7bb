"""Findings for the fields and values that the schema of the Amazon States Language rejects."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Scope, State
from sfnlint.asl.schema import check_machine
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.subject import Subject


def schema_findings(subject: Subject, kind: str) -> Iterator[Finding]:
    """Yield a finding for each schema violation of one kind in a state machine."""
    for located in check_machine(subject.machine):
        violation, owner = located
        if violation.kind != kind:
            continue
        hint = f"; {violation.hint}" if violation.hint else ""
        yield subject.finding(
            f"{_with_owner(owner, violation.text)}{hint}",
            Place(subject.machine.document, located.path, violation.part),
            state=None if isinstance(owner, Scope) else owner,
        )


def _with_owner(owner: State | Scope, text: str) -> str:
    """Return the text of a violation with the name of its state."""
    if isinstance(owner, Scope):
        return text
    for title, kind in ((f"a {owner.type} state ", f"{owner.type} state"), ("a state ", "state")):
        if text.startswith(title):
            return f"{kind} '{owner.name}' {text.removeprefix(title)}"
    return f"state '{owner.name}': {text}"
