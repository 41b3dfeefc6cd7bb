"""The reason why a role's unneeded permissions are not reported."""

from __future__ import annotations

import re

from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.catalog.unknown_needs import unknown_needs
from sfnlint.finding import Note

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
