"""Rules about files that cannot be read, or not completely (0xx)."""

from __future__ import annotations

from sfnlint.rule import RuleGroup
from sfnlint.subject import Reading


def _has_problems(reading: Reading) -> bool:
    return bool(reading.problems)


GROUPS = (
    RuleGroup(
        "Reading",
        _has_problems,
        frozenset((
            *("EF001", "EF006", "EF015", "EF027"),
            *("WF002", "WF016", "WF017", "WF019"),
            *("IF003", "IF004", "IF005", "IF018", "IF022", "IF025", "IF026"),
        )),
    ),
)  # fmt: skip
