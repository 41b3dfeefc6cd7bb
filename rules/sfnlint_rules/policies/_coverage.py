"""Statements of a policy document that other statements of the document cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple

_MAX_STATEMENTS = 100
_MAX_COMPARISONS = 20_000
"""The number of comparisons for a document; a policy within IAM's quotas needs fewer."""


class Covered(NamedTuple):
    """Actions of a statement that another statement covers, or the statement itself.

    Attributes:
        statement: the statement.
        actions: the covered actions, all of them or some.
        by: the statement that covers them on all resources of `statement`.

    """

    statement: Statement
    actions: Sequence[PlacedPattern]
    by: Statement

    @property
    def is_whole(self) -> bool:
        """Whether all actions of the statement are covered."""
        return len(self.actions) == len(self.statement.actions)


class _Comparison(NamedTuple):
    """A statement with its strings ready to be compared."""

    statement: Statement
    actions: Sequence[Pattern]
    resources: Sequence[Pattern]
    conditions: frozenset[object]


def covered(document: PolicyDocument, by_effect: Literal["Allow", "Deny"]) -> Iterator[Covered]:
    """Yield the actions of Allow statements that statements with an effect cover.

    Trust policies and resource policies have principals, and are left out.

    Args:
        document: the document.
        by_effect: the effect of the covering statements, which have no conditions, or those of
            the covered statement.

    """
    if document.kind not in ("identity", "boundary") or len(document.statements) > _MAX_STATEMENTS:
        return
    readable = [_comparison(item) for item in document.statements if _is_readable(item)]
    budget = _MAX_COMPARISONS
    for index, item in enumerate(readable):
        if item.statement.effect != "Allow":
            continue
        left = dict(enumerate(item.actions))
        for other_index, other in enumerate(readable):
            if other is item or other.statement.effect != by_effect:
                continue
            budget -= len(left) * len(other.actions) + len(item.resources) * len(other.resources)
            if budget < 0:
                return
            if not _covers_on_resources(other, item):
                continue
            # Of two statements that cover each other, the first stays.
            stays = index < other_index and _covers_on_resources(item, other)
            actions = [
                number
                for number, action in left.items()
                if _is_within(action, other.actions) and not (stays and action in other.actions)
            ]
            for number in actions:
                del left[number]
            if actions:
                covered_actions = [item.statement.actions[number] for number in actions]
                yield Covered(item.statement, covered_actions, other.statement)


def repeated_actions(document: PolicyDocument) -> Iterator[tuple[PlacedPattern, PlacedPattern]]:
    """Yield the actions that another action of the same statement covers, each with that action."""
    budget = _MAX_COMPARISONS
    for statement in document.statements:
        actions = [(item, item.pattern.lower()) for item in statement.actions]
        budget -= len(actions) ** 2
        if statement.not_action or budget < 0:
            continue
        for index, (item, pattern) in enumerate(actions):
            for other_index, (other, other_pattern) in enumerate(actions):
                is_same = pattern == other_pattern
                if index == other_index or (is_same and index < other_index):
                    continue
                if is_same or relate(pattern, [other_pattern]) is Relation.COVERED:
                    yield item, other
                    break


def _is_readable(statement: Statement) -> bool:
    is_positive = not statement.not_action and not statement.not_resource
    has_content = bool(statement.actions and statement.resources)
    return is_positive and has_content and statement.whole and statement.certain


def _comparison(statement: Statement) -> _Comparison:
    return _Comparison(
        statement,
        [item.pattern.lower() for item in statement.actions],
        [item.pattern for item in statement.resources],
        frozenset(
            (
                condition.operator,
                condition.key,
                frozenset(item.pattern for item in condition.values),
            )
            for condition in statement.conditions
        ),
    )


def _covers_on_resources(other: _Comparison, item: _Comparison) -> bool:
    """Whether a statement applies to all resources of another one whenever that applies."""
    has_same_conditions = other.conditions == item.conditions
    if other.conditions and not has_same_conditions:
        return False
    return all(_is_within(resource, other.resources) for resource in item.resources)


def _is_within(pattern: Pattern, others: Sequence[Pattern]) -> bool:
    return any(pattern == other or other.is_any for other in others) or (
        relate(pattern, others) is Relation.COVERED
    )
