"""Unneeded permissions of a role, and the reason why they are not reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sfnlint.analysis.misspelled_actions import misspelled_actions
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog.unknown_needs import unknown_needs
from sfnlint.finding import Note
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place

_SERVICES_OF_THE_MACHINE = ("logs:", "xray:", "kms:", "cloudwatch:")
"""Services that a machine may use for logging, tracing, encryption and metrics."""
_ACCOUNT = re.compile(r"\d{12}|\$\{AWS::AccountId\}")


def why_unneeded_unknown(analysis: RoleAnalysis) -> Note | None:
    """Return why unneeded permissions of a role are not reported, with the place of the reason.

    None if the files show all uses of the role, or none of its Allow statements.
    """
    reason = _unknown_use(analysis) if analysis.own_allow_statements else None
    if reason is None:
        return None
    label = analysis.role.label
    message = f"unneeded permissions of {label} are not reported: {reason.message}"
    return Note(analysis.subjects[0].symbols.show(message), reason.place)


def _unknown_use(analysis: RoleAnalysis) -> Note | None:
    """Return a use of a role whose needs the files do not show; None if there is none."""
    for subject, state in analysis.unknown_states:
        place = unknown_needs(state, subject.symbols).place
        return Note(f"the needs of state '{state.name}' are unknown", place)
    if analysis.role.is_shared:
        place = analysis.role.place or analysis.subjects[0].place
        user = _named(analysis.role.shared_with)
        use = "may need them" if " with policy " in user else "may use the role too"
        return Note(f"{user} {use}", place)
    for subject in analysis.subjects:
        for call, states in subject.calls.items():
            if call.sdk:
                message = f"the AWS SDK call of state '{states[0].name}' may need other actions too"
                return Note(message, states[0].at("Resource"))
    return None


def _named(user: str) -> str:
    """Return another user of a role as messages name it; some users are already in words."""
    if " " in user:
        return user
    return f"account '{user}'" if _ACCOUNT.fullmatch(user) else f"'{user}'"


class UnneededActions(NamedTuple):
    """Actions of Allow statements that nothing needs.

    Attributes:
        place: the statement, if it has no other actions; otherwise the first of the actions.
        actions: the actions as the policy has them, without repetition.
        statement: the statement; None for a predefined policy.
        items: the actions in the statement.

    """

    place: Place
    actions: tuple[str, ...]
    statement: Statement | None = None
    items: tuple[PlacedPattern, ...] = ()


def unneeded_actions(analysis: RoleAnalysis) -> Iterator[UnneededActions]:
    """Yield the actions that no permission check of a role needs.

    None for a role that something else uses or may use, see `why_unneeded_unknown`.
    """
    if not analysis.all_needs_known or analysis.calls_sdk:
        return
    near_misses = {gap.near_miss.statement.place for gap in analysis.gaps if gap.near_miss}
    # The findings about the permissions that they were meant for name them.
    misspelled = {item.place for item in misspelled_actions(analysis).values()}

    def unneeded(statement: Statement) -> list[PlacedPattern]:
        if statement.not_action or statement.not_resource or statement.place in near_misses:
            return []
        return [
            item
            for item in statement.actions
            if item.place not in misspelled and not _may_be_needed(analysis, statement, item)
        ]

    for statement in analysis.own_allow_statements:
        items = unneeded(statement)
        if items:
            whole = len(items) == len(statement.actions)
            unneeded_items = _unneeded(items, statement.place if whole else items[0].place)
            yield unneeded_items._replace(statement=statement, items=tuple(items))
    for policy in analysis.role.policies:
        if policy.predefined:
            allows = [statement for statement in policy.statements if statement.effect == "Allow"]
            items = [item for statement in allows for item in statement.actions]
            if items and all(unneeded(each) == list(each.actions) for each in allows):
                yield _unneeded(items, policy.place)


def _unneeded(items: Sequence[PlacedPattern], place: Place) -> UnneededActions:
    return UnneededActions(place, tuple(dict.fromkeys(str(item.pattern) for item in items)))


def _may_be_needed(analysis: RoleAnalysis, statement: Statement, item: PlacedPattern) -> bool:
    """Return whether anything may need what a statement allows by one of its actions."""
    action = item.pattern
    if action.is_any or str(action).lower().startswith(_SERVICES_OF_THE_MACHINE):
        return True
    grant = action.lower()
    resources = [analysis.substitute(resource.pattern) for resource in statement.resources]
    for needed, checks in analysis.checks_by_action.items():
        if relate(Pattern.literal(needed).lower(), [grant]) is Relation.DISJOINT:
            continue
        if (statement.place, needed) in analysis.used_statements:
            return True
        if any(relate(check.resource, resources) is not Relation.DISJOINT for check in checks):
            return True
    return False
