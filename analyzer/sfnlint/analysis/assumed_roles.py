"""A role that tasks of a machine assume, with what those tasks ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog.requirements import Requirement, task_requirements
from sfnlint.subject import Role, Subject


class AssumedRoleAnalysis(RoleAnalysis):
    """A role with the tasks that assume it.

    Attributes:
        called: what their Credentials call it.

    """

    def __init__(self, called: str, role: Role, subject: Subject) -> None:
        super().__init__(role, [subject])
        self.called = called

    @cached_property
    def _needed(self) -> list[tuple[Subject, Sequence[Requirement] | None]]:
        (subject,) = self.subjects
        return [(subject, list(self._asked(subject))), (subject, None)]

    def _asked(self, subject: Subject) -> Iterator[Requirement]:
        for state in subject.machine.states:
            credentials = state.data.get("Credentials")
            if isinstance(credentials, dict) and credentials.get("RoleArn") == self.called:
                for requirement in task_requirements(state, subject.symbols, subject.name) or ():
                    # Elsewhere a job's end is only asked for: there is no managed rule.
                    if requirement.group.first.purpose != "events":
                        yield requirement
