"""Findings: what rules report."""

from __future__ import annotations

from typing import Literal

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place

Severity = Literal["error", "warning", "info"]
SEVERITIES: dict[str, Severity] = {"E": "error", "W": "warning", "I": "info"}


class Note(NamedTuple):
    """A place that explains a finding: "needed by state 'Train'", "role 'Role' is defined here"."""

    message: str
    place: Place


class Replacement(NamedTuple):
    """A correction: another string in the place of a misspelled one.

    Attributes:
        place: the string, or a part of it.
        old: the string as it is.
        new: the string as it should be.

    """

    place: Place
    old: str
    new: str


class Finding(NamedTuple):
    """One mistake at one place.

    Attributes:
        rule: the identifier, `EF401`; a check leaves it empty, and `Rule.run` fills it in.
        message: one sentence without a full stop at the end.
        place: the primary place.
        notes: places that explain the finding.
        fix: an imperative that tells how to fix it; empty when the message makes it obvious.
        machine: the logical id of the machine; None for plain ASL.
        state: the name of the state.
        actions: the IAM actions, with the capital letters of the service reference.
        resources: the resources, as a policy would name them.
        override: the severity that the configuration sets; None for the identifier's own.
        correction: how a program can fix it: a `Replacement`, or a correction of a policy
            (`sfnlint.analysis`); None if it cannot.

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
    correction: object = None

    @property
    def severity(self) -> Severity:
        """The severity that the configuration sets, else that of the identifier's first letter."""
        return self.override or SEVERITIES[self.rule[0]]
