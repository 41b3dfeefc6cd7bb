"""How the rules about the structure of a definition speak."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.jsonpath_fields import jsonpath_fields
from sfnlint.asl.machine import Scope, State
from sfnlint.asl.schema import check_machine
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.subject import Subject


def misfits_of(subject: Subject, kind: str, rule: str) -> Iterator[Finding]:
    """What the schema says, of one kind."""
    for found in check_machine(subject.machine):
        violation, owner = found
        if violation.kind != kind:
            continue
        state = None if isinstance(owner, Scope) else owner.name
        hint = f"; {violation.hint}" if violation.hint else ""
        yield Finding(
            rule,
            f"{_of(owner, violation.text)}{hint}",
            Place(subject.machine.document, found.path, violation.part),
            machine=subject.logical_id,
            state=state,
        )


def _of(owner: State | Scope, text: str) -> str:
    """What is wrong, and with which state."""
    if isinstance(owner, Scope):
        return text
    title = f"a {owner.type} state "
    if text.startswith(title):
        return f"{owner.type} '{owner.name}' {text.removeprefix(title)}"
    return f"state '{owner.name}': {text}"


def payload_faults(subject: Subject, kind: str, rule: str) -> Iterator[Finding]:
    """What is wrong with paths, functions and payloads, of one kind."""
    for problem in jsonpath_fields(subject.machine).problems:
        if problem.kind == kind:
            yield Finding(
                rule,
                f"state '{problem.state.name}': {problem.message}",
                Place(subject.machine.document, problem.path, "value", problem.within),
                machine=subject.logical_id,
                state=problem.state.name,
            )
