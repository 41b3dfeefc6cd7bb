"""Actions of Allow statements."""

from __future__ import annotations

from functools import lru_cache

from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.relation import Relation, relate


@lru_cache(maxsize=4096)
def is_whole_service(action: Pattern) -> bool:
    """Return whether an action of a statement is `*` or `service:*`."""
    return action.is_any or str(action).endswith(":*")


def item_for_action(statement: Statement, action: str) -> PlacedPattern | None:
    """Return the item of a statement that allows an action; None for `*` and `service:*`."""
    if statement.not_action:
        return None
    for item in statement.actions:
        if _covers(item.pattern, action) and not is_whole_service(item.pattern):
            return item
    return None


@lru_cache(maxsize=4096)
def _covers(pattern: Pattern, action: str) -> bool:
    return relate(Pattern.literal(action.lower()), [pattern.lower()]) is Relation.COVERED
