"""The result of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sfnlint.analysis.permission_counts import PermissionCounts
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.failures import Failure
from sfnlint.finding import Finding
from sfnlint.named_tuple import NamedTuple
from sfnlint.subject import Role, Subject


class MachineSummary(NamedTuple):
    """A state machine that was checked.

    Attributes:
        file: the name of its file.
        machine: its logical id; None for a plain definition.
        role: the logical id or the name of its role; None if the files do not show it.
        states: the number of its states.
        integrations: the resources of its Task states, sorted.
        permissions: the permissions that it needs, by verdict.

    """

    file: str
    machine: str | None
    role: str | None
    states: int
    integrations: list[str]
    permissions: PermissionCounts

    @classmethod
    def of(cls, subject: Subject, permissions: PermissionCounts) -> MachineSummary:
        """Return the summary of a machine."""
        return cls(
            subject.place.document.file,
            subject.logical_id,
            (subject.role.logical_id or subject.role.name) if subject.role else None,
            len(subject.machine.states),
            sorted(subject.symbols.show(str(name)) for name in subject.calls),
            permissions,
        )


class AnalysedMachine(NamedTuple):
    """A state machine with the analyses of its roles.

    Attributes:
        summary: its summary.
        combinations: the machine in every combination of conditions.
        analyses: the analysis of each role, with all machines that use the role.

    """

    summary: MachineSummary
    combinations: Sequence[Subject]
    analyses: Mapping[Role, RoleAnalysis]


class Result(NamedTuple):
    """The result of a run.

    Attributes:
        findings: the findings, unordered.
        machines: the machines that were checked.
        files: the names of the input files.
        subjects: for each of `machines`, its first combination of conditions; empty unless
            `Options.keep_subjects` is set.
        analysed: for each of `machines`, all its combinations of conditions with the analyses of
            their roles; empty unless `Options.keep_analyses` is set.
        notes: messages about files that were not read, each with what to do about it.
        unread: the number of machines whose definition could not be read.
        failures: what could not be checked.

    """

    findings: list[Finding]
    machines: list[MachineSummary]
    files: Sequence[str]
    subjects: Sequence[Subject] = ()
    analysed: Sequence[AnalysedMachine] = ()
    notes: Sequence[str] = ()
    unread: int = 0
    failures: Sequence[Failure] = ()
