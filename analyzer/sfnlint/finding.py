"""Findings: the results of rules."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sfnlint.place import Place

Severity = Literal["error", "warning", "info"]
SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "I": "info"}


class Note(NamedTuple):
    """A further place that explains a finding: "granted here", "needed by state 'Train'"."""

    message: str
    place: Place


class Finding(NamedTuple):
    """A mistake at a place.

    Attributes:
        rule: the identifier, `EF401`; a check may leave it empty, `Rule.run` fills it in.
        message: one sentence, without a full stop at its end.
        place: the primary place.
        notes: places that explain the finding.
        fix: how to fix it, in words; empty when the message says it.
        machine: the logical id of the machine; None for plain ASL.
        state: the name of the state.
        actions: the IAM actions, in their canonical case.
        resources: the ARN patterns, as shown to the user.
        override: the severity from the configuration; None for that of the identifier.

    """

    rule: str
    message: str
    place: Place
    notes: tuple[Note, ...] = ()
    fix: str = ""
    machine: str | None = None
    state: str | None = None
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    override: Severity | None = None

    @property
    def severity(self) -> Severity:
        """The severity from the configuration, or else that of the identifier's first letter."""
        return self.override or SEVERITIES[self.rule[0]]
