"""What a rule has to say."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sfnlint.place import Place

Severity = Literal["error", "warning", "info"]
SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "I": "info"}


class Note(NamedTuple):
    """A second place that explains a finding: "granted here", "needed by this state"."""

    message: str
    place: Place


class Finding(NamedTuple):
    """One mistake at one place.

    Attributes:
        rule: the identifier, `EF401`; a check may leave it empty, `Rule.run` fills it in.
        message: one sentence, without a final stop.
        place: the primary place.
        notes: places that explain.
        fix: what to do, in words; empty when the message says it.
        machine: the logical id of the machine; None for plain ASL.
        state: the name of the state it is about.
        actions: IAM actions it is about, in their canonical case.
        resources: ARN patterns it is about, as shown to the user.
        override: the severity that the user wants it shown with; None for the identifier's own.

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
        """The severity that the user wants, else the one that the first letter says."""
        return self.override or SEVERITIES[self.rule[0]]
