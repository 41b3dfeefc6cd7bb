"""Whether the actions of a statement have the keys of its conditions."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.iam.action_names import Known
from sfnlint.iam.condition_faults import met_without_key
from sfnlint.iam.condition_keys import has_key, key_facts
from sfnlint.iam.policy import Condition, Statement
from sfnlint.iam.service_facts import ServiceFacts
from sfnlint.iam.statement_fit import elements


def foreign_conditions(statement: Statement) -> Iterator[Condition]:
    """Yield the conditions whose keys none of the statement's actions has.

    Those that an Allow statement meets without the key by `ForAllValues` are left to
    `condition_faults.met_without_key`.
    """
    if statement.not_action or not statement.whole or not statement.conditions:
        return
    known = elements(statement)
    if not known or any(item.named.known is not Known.YES for item in known):
        return
    prefixes = {item.named.prefix for item in known}
    actions = [action for item in known for action in item.named.actions]
    optional = list(met_without_key(statement))
    for condition in statement.conditions:
        service = key_facts(condition.key).service
        # Many services have keys of others, such as those of the resources that they create.
        if service is None or service.prefix not in prefixes or not key_facts(condition.key).exists:
            continue
        # The sources do not list all actions that support tags.
        if "tag/" in condition.key.lower() or not _is_used(condition.key, service):
            continue
        lacks_key = not any(has_key(action, condition.key) for action in actions)
        if lacks_key and actions and condition not in optional:
            yield condition


def _is_used(key: str, service: ServiceFacts) -> bool:
    """Return whether the sources list an action with a key."""
    return any(
        action.keys is not None and has_key(action, key) for action in service.actions.values()
    )
