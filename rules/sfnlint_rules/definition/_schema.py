"""Findings for the fields and values that the schema of the Amazon States Language rejects."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import Scope, State
from sfnlint.asl.schema import MachineViolation, check_machine
from sfnlint.finding import Finding
from sfnlint.place import Place, Route
from sfnlint.subject import Subject
from sfnlint_rules._suggestions import replacement


def schema_findings(subject: Subject, kind: str) -> Iterator[Finding]:
    """Yield a finding for each schema violation of one kind in a state machine.

    Several fields that one object lacks are one finding.
    """
    violations: dict[Route, MachineViolation] = {}
    for located in check_machine(subject.machine):
        if located.violation.kind == kind:
            first = violations.setdefault(located.path, located)
            if first is not located and kind == "missing-field":
                violations[located.path] = _merged(first, located)
    for located in violations.values():
        violation, owner = located
        hint = f"; {violation.hint}" if violation.hint else ""
        place = Place(subject.machine.document, located.path, violation.part)
        written = violation.field if violation.part == "key" else violation.value
        yield subject.finding(
            f"{_with_owner(owner, violation.text)}{hint}",
            place,
            state=None if isinstance(owner, Scope) else owner,
            correction=replacement(place, written, violation.similar)
            if violation.similar
            else None,
        )


def _merged(first: MachineViolation, second: MachineViolation) -> MachineViolation:
    """Return one violation for the two fields that an object lacks."""
    text, fields = first.violation.text, second.violation.text.rpartition(" needs ")[2]
    text += f"; it also needs {fields}" if " or " in text + fields else f" and {fields}"
    return MachineViolation(first.violation._replace(text=text), first.owner)


def _with_owner(owner: State | Scope, text: str) -> str:
    """Return the text of a violation with the name of its state."""
    if isinstance(owner, Scope):
        return text
    for title, kind in ((f"a {owner.type} state ", f"{owner.type} state"), ("a state ", "state")):
        if text.startswith(title):
            return f"{kind} '{owner.name}' {text.removeprefix(title)}"
    return f"state '{owner.name}': {text}"
