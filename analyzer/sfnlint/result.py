"""What a run found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sfnlint.finding import Finding
from sfnlint.subject import Subject


class MachineSummary(NamedTuple):
    """A machine that was checked."""

    file: str
    machine: str | None
    role: str | None
    states: int
    integrations: list[str]

    @classmethod
    def of(cls, subject: Subject) -> MachineSummary:
        """The summary of a machine."""
        return cls(
            subject.place.document.file,
            subject.logical_id,
            (subject.role.logical_id or subject.role.name) if subject.role else None,
            len(subject.machine.states),
            sorted(subject.symbols.show(str(name)) for name in subject.calls),
        )


class Result(NamedTuple):
    """What a run found.

    Attributes:
        findings: in no order.
        machines: the machines that were checked.
        files: the names of the files that were looked at.
        subjects: for each of `machines`, its first combination of conditions; where asked for.
        notes: what was not done, each with what to do about it.
        unread: how many machines there are whose definition could not be read.

    """

    findings: list[Finding]
    machines: list[MachineSummary]
    files: Sequence[str]
    subjects: Sequence[Subject] = ()
    notes: Sequence[str] = ()
    unread: int = 0
