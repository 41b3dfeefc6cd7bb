"""Whether the actions and resources of a statement fit together."""

from __future__ import annotations

from collections.abc import Sequence

from sfnlint.iam.action_names import NamedActions, named_actions
from sfnlint.iam.policy import PlacedPattern, Statement
from sfnlint.iam.resource_fit import fits
from sfnlint.iam.service_facts import ActionFacts
from sfnlint.named_tuple import NamedTuple

_MOST_PAIRS = 20_000
"""The number of pairs of an action and a resource beyond which a statement is not judged."""


class Element(NamedTuple):
    """An element of Action with the actions that it names.

    Attributes:
        written: the element.
        named: the actions.

    """

    written: PlacedPattern
    named: NamedActions


class UselessPairs(NamedTuple):
    """The parts of a statement that apply to no request.

    Attributes:
        resources: the resources that none of the actions supports.
        elements: the elements of Action that support none of the resources.

    """

    resources: Sequence[PlacedPattern] = ()
    elements: Sequence[Element] = ()


def elements(statement: Statement) -> list[Element]:
    """Return the elements of Action or NotAction of a statement."""
    return [Element(item, named_actions(item.pattern)) for item in statement.actions]


def useless_pairs(statement: Statement) -> UselessPairs:
    """Return the resources and actions of a statement that no other part of it fits."""
    if not statement.resources or statement.not_resource or statement.not_action:
        return UselessPairs()
    if not statement.whole or any(item.pattern.is_any for item in statement.resources):
        return UselessPairs()
    known = [item for item in elements(statement) if item.named.actions]
    actions = dict.fromkeys(action for item in known for action in item.named.actions)
    if len(actions) * len(statement.resources) > _MOST_PAIRS:
        return UselessPairs()
    resources: list[PlacedPattern] = []
    if len(known) == len(statement.actions):
        resources = [
            resource
            for resource in statement.resources
            if not any(fits(resource.pattern, action) for action in actions)
        ]
    useless = [item for item in known if not _fits_any(statement.resources, item.named.actions)]
    return UselessPairs(resources, useless)


def _fits_any(resources: Sequence[PlacedPattern], actions: Sequence[ActionFacts]) -> bool:
    return any(fits(resource.pattern, action) for action in actions for resource in resources)
