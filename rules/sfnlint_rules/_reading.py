"""How the rules about documents speak."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.finding import Finding, Note
from sfnlint.subject import Reading, TroubleKind


def troubles(reading: Reading, kind: TroubleKind, rule: str) -> Iterator[Finding]:
    """What the input said about this kind of trouble."""
    for trouble in reading.troubles:
        if trouble.kind == kind:
            notes = (Note("the other one", trouble.other),) if trouble.other else ()
            yield Finding(rule, trouble.message, trouble.place, notes)
