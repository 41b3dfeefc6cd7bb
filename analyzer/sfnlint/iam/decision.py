"""Decisions about calls, and their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Literal

from sfnlint.iam.conditions import ContextValue
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Condition, PlacedPattern, Policy, Statement
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place


class Verdict(Enum):
    """The result of an evaluation."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


LimitKind = Literal[
    "permissions boundary", "key policy", "service control policy", "resource control policy"
]


class NearMiss(NamedTuple):
    """An Allow statement that names the action but certainly does not apply to the call.

    Attributes:
        statement: the statement.
        kind: the element that does not match the call.
        resources: the statement's resources, none of which matches the call's; empty if `kind` is
            "condition".
        condition: the condition that the call does not meet.
        value: the value of the condition's key in the call.

    """

    statement: Statement
    kind: Literal["resource", "condition"]
    resources: tuple[PlacedPattern, ...] = ()
    condition: Condition | None = None
    value: ContextValue = None


class Limit(NamedTuple):
    """Policies that grant nothing: a role lacks the permissions that none of them allows.

    A Deny statement of any of them denies.

    Attributes:
        kind: the kind of the policies, as messages name it.
        policies: the policies; together they allow what at least one of them allows.
        resource: the only resources whose calls they limit; None if they limit all calls.
        services: the prefixes of the only actions that they limit; None for all actions.
        is_certain: whether they certainly limit the role.

    """

    kind: LimitKind
    policies: tuple[Policy, ...]
    resource: Pattern | None = None
    services: frozenset[str] | None = None
    is_certain: bool = True


class Uncertainty(NamedTuple):
    """A reason why a verdict is unknown.

    Attributes:
        message: the reason, as a clause without a final full stop.
        place: its place; None if no file shows it.

    """

    message: str
    place: Place | None = None


class Decision(NamedTuple):
    """A verdict and its reasons.

    Attributes:
        verdict: the verdict.
        allow: the Allow statements that apply or, if none certainly applies, may apply. A Deny
            statement or a limit can take away what they allow.
        deny: the Deny statement that certainly applies.
        misses: if no statement applies, the Allow statements that only their resources or only a
            condition keep from applying.
        limit: the limit that denies the call, by `deny` or because it does not allow the call.
        uncertainties: the reasons of an unknown verdict.

    """

    verdict: Verdict
    allow: tuple[Statement, ...] = ()
    deny: Statement | None = None
    misses: tuple[NearMiss, ...] = ()
    limit: Limit | None = None
    uncertainties: tuple[Uncertainty, ...] = ()


class Decisions(NamedTuple):
    """The decisions about several actions on one resource.

    Attributes:
        each: the decisions in the order of the actions.
        denied: whether at least one action is denied.

    """

    each: Sequence[Decision]
    denied: bool

    @classmethod
    def of(cls, each: Sequence[Decision]) -> Decisions:
        """Create the object from its decisions."""
        return cls(each, Verdict.DENIED in [decision.verdict for decision in each])

    def denied_in_both(self, others: Decisions, reason: str, place: Place) -> Decisions:
        """Return the decisions about a call that either these or the others apply to.

        Args:
            others: the other decisions about the same actions.
            reason: why it is unknown which of them apply.
            place: the place of the reason.

        """
        unknown = Uncertainty(reason, place)
        return Decisions.of(
            [
                other._replace(verdict=Verdict.UNKNOWN, uncertainties=(unknown,))
                if decision.verdict is Verdict.DENIED and other.verdict is not Verdict.DENIED
                else decision
                for decision, other in zip(self.each, others.each, strict=True)
            ]
        )
