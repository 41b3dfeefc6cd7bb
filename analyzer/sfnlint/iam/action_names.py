"""The actions that an element of a statement's Action names, according to the service facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache

from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.service_facts import ActionFacts, service_facts
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol

_LONGEST_NAME = 128


class Known(Enum):
    """Whether the facts have the actions that an element names."""

    UNDECIDED = "undecided"
    """The files do not show the actions, or they are those of all services."""
    YES = "yes"
    NO_SERVICE = "no service"
    NO_ACTION = "no action"
    NO_MATCH = "no match"


class NamedActions(NamedTuple):
    """The actions that an element names.

    Attributes:
        known: whether the facts have them.
        prefix: the prefix of the service in lower case; empty if undecided.
        name: the rest of the element as it is written; empty if undecided.
        actions: the actions; () unless the facts have them.

    """

    known: Known
    prefix: str = ""
    name: str = ""
    actions: Sequence[ActionFacts] = ()


_UNDECIDED = NamedActions(Known.UNDECIDED)


def refusal(element: Pattern) -> str | None:
    """Return why IAM refuses a policy with an element of Action; None if it may accept it.

    The messages of IAM: https://github.com/getmoto/moto/blob/master/moto/iam/policy_validation.py
    """
    if any(isinstance(part, Symbol) for part in element.parts):
        return None
    string = str(element)
    prefix, *names = string.split(":")
    if not names:
        return "has no prefix of a service" if string.strip("*") else None
    if len(names) > 1:
        return "has more than one colon"
    if not prefix:
        return "has an empty prefix"
    # A regular expression would be compiled by each run: benchmarks/compare.py.
    plain = prefix.replace("-", "").replace(".", "")
    if prefix == "*" or (plain.isalnum() and plain.isascii()):
        return None
    refused = next((each for each in plain if not (each.isalnum() and each.isascii())), prefix)
    return f"has '{refused}' in its prefix"


@lru_cache(maxsize=4096)
def named_actions(element: Pattern) -> NamedActions:
    """Return the actions that an element of Action or NotAction names.

    An element without a prefix (`*`), with a wildcard in its prefix or with a symbol is undecided.
    """
    first = element.parts[0] if element.parts else ""
    if not isinstance(first, str) or any(isinstance(part, Symbol) for part in element.parts):
        return _UNDECIDED
    prefix, colon, _ = first.partition(":")
    name = str(element)[len(prefix) + 1 :]
    if not colon or not name or len(name) > _LONGEST_NAME or refusal(element):
        return _UNDECIDED
    service = service_facts(prefix.lower())
    if service is None:
        return NamedActions(Known.NO_SERVICE, prefix, name)
    if not any(isinstance(part, Wildcard) for part in element.parts):
        action = service.actions.get(name.lower())
        if action is None:
            return NamedActions(Known.NO_ACTION, service.prefix, name)
        return NamedActions(Known.YES, service.prefix, name, (action,))
    actions = matching(service.actions, name)
    # Nothing is known about the actions of a retired service.
    known = Known.YES if actions or not service.actions else Known.NO_MATCH
    return NamedActions(known, service.prefix, name, actions)


def matching(actions: Mapping[str, ActionFacts], name: str) -> Sequence[ActionFacts]:
    """Return the actions whose names match a name with wildcards."""
    # Imported here because few policies have wildcards: tests/test_layers.py, start-up.
    from fnmatch import translate

    if not name.strip("*"):
        return tuple(actions.values())
    # `translate` writes expressions that never backtrack; "[" is no wildcard of IAM.
    matches = re.compile(translate(name.lower().replace("[", "[[]"))).match
    return tuple([action for key, action in actions.items() if matches(key)])
