"""Comments of generated statements: the states that need them, and the reasons."""

from __future__ import annotations

import textwrap

from sfnlint.messages import listed, quoted
from sfnlint.report.escaping import escape_controls
from sfnlint.synthesis.generated_policy import Statement

_COLUMNS = 80
_VERBS = {
    "start": "calls",
    "data": "accesses data",
    "poll": "watches the job",
    "cancel": "stops the job",
    "tags": "tags resources",
    "pass_role": "passes a role",
    "events": "watches the job by a managed rule of EventBridge",
    "assume_role": "assumes a role",
    "logs": "delivers logs",
    "traces": "sends traces",
    "encryption": "uses a key",
}


def comment(statement: Statement) -> list[str]:
    """Return the lines of the comment of a statement, without comment signs."""
    states = [state for state in statement.states if state is not None]
    named = listed(quoted(states), brief=True) if states else ""
    needed_by = f"{'state' if len(states) == 1 else 'states'} {named}" if states else ""
    if None in statement.states:
        needed_by += " and the settings of the machine" if states else "settings of the machine"
    reasons = "; ".join(_VERBS[purpose] for purpose in statement.purposes)
    return textwrap.wrap(escape_controls(f"{needed_by}: {reasons}"), _COLUMNS)
