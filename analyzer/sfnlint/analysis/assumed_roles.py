"""The role that tasks assume by their `Credentials`, with the requirements of these tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog.requirements import Requirement, task_requirements
from sfnlint.subject import Role, Subject


class AssumedRoleAnalysis(RoleAnalysis):
    """A role with the tasks of a machine that assume it.

    Attributes:
        role_arn: the role as the tasks' `Credentials` name it.

    """

    def __init__(self, role_arn: str, role: Role, subject: Subject) -> None:
        super().__init__(role, [subject])
        self.role_arn = role_arn

    @cached_property
    def _requirements(self) -> list[tuple[Subject, Sequence[Requirement] | None]]:
        (subject,) = self.subjects
        # None, because other uses of the role are not known.
        return [(subject, list(self._of_tasks(subject))), (subject, None)]

    def _of_tasks(self, subject: Subject) -> Iterator[Requirement]:
        for state in subject.machine.states:
            credentials = state.data.get("Credentials")
            if isinstance(credentials, dict) and credentials.get("RoleArn") == self.role_arn:
                for requirement in task_requirements(state, subject.symbols, subject.name) or ():
                    # Step Functions polls jobs that it starts with another role: it creates no
                    # managed rule for them.
                    if requirement.group.first.purpose != "events":
                        yield requirement
