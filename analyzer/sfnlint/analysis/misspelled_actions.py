"""Elements of Action that are misspelled, and the missing permissions that they were meant for."""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.iam.action_names import Known, named_actions
from sfnlint.iam.policy import PlacedPattern
from sfnlint.messages import nearest

_CUTOFF = 0.8
_UNKNOWN = (Known.NO_SERVICE, Known.NO_ACTION)


def misspelled_actions(analysis: RoleAnalysis) -> Mapping[str, PlacedPattern]:
    """Return the elements that name no action and resemble missing actions, by those actions.

    Each element is meant for one action: the most similar one.
    """
    missing = [action for gap in analysis.gaps if gap.kind == "missing" for action in gap.actions]
    if not missing:
        return {}
    unknown: dict[str, dict[str, PlacedPattern]] = {"": {}}
    for policy in analysis.role.policies:
        for statement in policy.statements:
            if statement.effect == "Deny" or statement.not_action or statement.aws_managed:
                continue
            for item in statement.actions:
                named = named_actions(item.pattern)
                if named.known in _UNKNOWN and item.pattern.string is not None:
                    prefix = "" if named.known is Known.NO_SERVICE else named.prefix
                    unknown.setdefault(prefix, {})[named.name.lower()] = item
    found: dict[str, PlacedPattern] = {}
    for action in missing:
        prefix, _, name = action.partition(":")
        # With a wrong prefix, only the same name is certainly meant.
        meant = unknown[""].get(name.lower())
        names = unknown.get(prefix.lower())
        if meant is None and names:
            similar = nearest(name.lower(), names, _CUTOFF)
            meant = names[similar] if similar else None
        if meant is not None and meant not in found.values():
            found[action] = meant
    return found
