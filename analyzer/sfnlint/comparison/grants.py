"""What a role allows, in a form that two versions of the role can be compared by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sfnlint.analysis.condition_text import condition_text
from sfnlint.analysis.known_values import KnownValues
from sfnlint.catalog.resource_template import PARTITION
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple
from sfnlint.subject import Role, Subject

_PARTITION = {PARTITION: "aws"}
"""Both versions are in one partition, also if only one of them shows it."""


class Grant(NamedTuple):
    """An action on a resource that a statement allows or denies.

    Attributes:
        effect: "Allow" or "Deny".
        action: the action as the policy has it; the name of a policy that AWS manages.
        resource: the resource as the policy has it; empty for a policy that AWS manages.
        condition: the conditions in words; empty without conditions.

    """

    effect: str
    action: str
    resource: str
    condition: str


class _Entry(NamedTuple):
    grant: Grant
    statement: Statement | None
    action: Pattern
    resource: Pattern


def changed_grants(
    old: Iterable[Subject], new: Iterable[Subject]
) -> tuple[list[Grant], list[Grant]]:
    """Return what the roles of the new machines allow and those of the old do not, and the reverse.

    A removed Deny statement counts as newly allowed, an added one as no longer allowed.

    Args:
        old: the old machine in all combinations of conditions.
        new: the new machine.

    """
    before, after = _entries(old), _entries(new)
    gained = [*_missing(after, before, "Allow"), *_missing(before, after, "Deny")]
    lost = [*_missing(before, after, "Allow"), *_missing(after, before, "Deny")]
    return gained, lost


def _missing(entries: Sequence[_Entry], others: Sequence[_Entry], effect: str) -> list[Grant]:
    """Return the grants of some entries that the others do not have, or have only in part."""
    known = {other.grant for other in others}
    with_effect = [other for other in others if other.grant.effect == effect]
    return list(
        dict.fromkeys(
            entry.grant
            for entry in entries
            if entry.grant.effect == effect
            and entry.grant not in known
            and not any(_covers(other, entry) for other in with_effect)
        )
    )


def _covers(wide: _Entry, narrow: _Entry) -> bool:
    """Whether a statement applies to every call that an entry applies to."""
    statement = wide.statement
    if statement is None or narrow.statement is None or statement.not_action:
        return False
    if statement.not_resource or narrow.statement.not_action or narrow.statement.not_resource:
        return False
    if wide.grant.condition not in ("", narrow.grant.condition):
        return False
    return _contains(wide.action, narrow.action) and _contains(wide.resource, narrow.resource)


def _contains(wide: Pattern, narrow: Pattern) -> bool:
    return wide == narrow or relate(narrow, [wide]) is Relation.COVERED


def _entries(subjects: Iterable[Subject]) -> list[_Entry]:
    return [
        entry
        for subject in subjects
        if subject.role is not None
        for entry in _of_role(subject.role, subject)
    ]


def _of_role(role: Role, subject: Subject) -> Iterator[_Entry]:
    """Yield the entries of a role, with the Region and account that the files show."""
    values = KnownValues(role, [subject])
    for policy in (*role.policies, *role.resource_policies):
        yield from _of_policy(policy, subject, values)


def _of_policy(policy: Policy, subject: Subject, values: KnownValues) -> Iterator[_Entry]:
    show = subject.symbols.show
    if any(statement.aws_managed for statement in policy.statements):
        name = f"policy '{show(policy.name)}'"
        yield _Entry(Grant("Allow", name, "", ""), None, Pattern(()), Pattern(()))
        return
    for statement in policy.statements:
        condition = " and ".join(
            sorted(show(condition_text(each)) for each in statement.conditions)
        )
        for action in statement.actions:
            for item in statement.resources:
                resource = values.substitute(item.pattern).substitute(_PARTITION)
                named = show(str(action.pattern)), show(str(item.pattern))
                prefixes = (
                    "every action except " if statement.not_action else "",
                    "every resource except " if statement.not_resource else "",
                )
                grant = Grant(
                    statement.effect,
                    prefixes[0] + named[0],
                    prefixes[1] + named[1],
                    condition,
                )
                yield _Entry(grant, statement, action.pattern.lower(), resource)
