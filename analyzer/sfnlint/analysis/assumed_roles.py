"""The role that tasks assume by their `Credentials`, with the requirements of these tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.analysis.subject_requirements import with_linked
from sfnlint.asl.machine import State
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
    def _requirements(self) -> list[tuple[Subject, State | None, Sequence[Requirement] | None]]:
        (subject,) = self.subjects
        # None, because other uses of the role are not known.
        return [(subject, None, list(self._of_tasks(subject))), (subject, None, None)]

    def _of_tasks(self, subject: Subject) -> Iterator[Requirement]:
        for state in subject.machine.states:
            if assumed_role(state) == self.role_arn:
                yield from assumed_role_requirements(state, subject) or ()


def assumed_role(state: State) -> str | None:
    """Return the role in the `Credentials` of a state; None if it is not written as a string."""
    credentials = state.data.get("Credentials")
    role_arn = credentials.get("RoleArn") if isinstance(credentials, dict) else None
    return role_arn if isinstance(role_arn, str) else None


def assumed_role_requirements(state: State, subject: Subject) -> Sequence[Requirement] | None:
    """Return the requirements that a Task has of the role that it assumes; None if unknown."""
    needed = task_requirements(state, subject.symbols, subject.name)
    # Step Functions polls jobs that it starts with another role: it creates no managed rule for
    # them.
    direct = [each for each in needed or () if each.group.first.purpose != "events"]
    return needed and with_linked(direct, subject)
