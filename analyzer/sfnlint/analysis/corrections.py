"""Corrections of policies, for the fixes of findings about roles."""

from __future__ import annotations

from sfnlint.analysis.permission_checks import PermissionCheck
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.named_tuple import NamedTuple
from sfnlint.subject import Subject


class Restriction(NamedTuple):
    """A condition to add to a statement.

    Attributes:
        statement: the statement.
        key: the condition key.
        values: the values that it may have.

    """

    statement: Statement
    key: str
    values: tuple[str, ...]


class Removal(NamedTuple):
    """Actions to remove from a statement; the whole statement if it has no others.

    Attributes:
        subject: a machine that uses the role.
        statement: the statement.
        items: the actions.

    """

    subject: Subject
    statement: Statement
    items: tuple[PlacedPattern, ...]


class Narrowing(NamedTuple):
    """An action or a resource with wildcards, to replace by those that are needed.

    Attributes:
        subject: a machine that uses the role.
        statement: the statement.
        item: the action or the resource.
        checks: the permission checks that the statement is used for.

    """

    subject: Subject
    statement: Statement
    item: PlacedPattern
    checks: tuple[PermissionCheck, ...]


class Impossible(NamedTuple):
    """A correction that is not made.

    Attributes:
        reason: why, without a full stop.

    """

    reason: str


def reduction(analysis: RoleAnalysis, correction: object) -> object:
    """Return a correction that takes permissions away, if nothing else may need them."""
    if analysis.role.is_shared:
        return Impossible(f"the role is shared with '{analysis.role.shared_with}'")
    if not analysis.all_needs_known or analysis.calls_sdk:
        return Impossible("the files do not show everything that the role is used for")
    return correction


def narrowing(analysis: RoleAnalysis, statement: Statement, item: PlacedPattern) -> object:
    """Return the correction of an action or a resource of a statement that is too wide."""
    users = tuple(check for check in analysis.checks if statement in check.allow)
    return reduction(analysis, Narrowing(analysis.subjects[0], statement, item, users))
