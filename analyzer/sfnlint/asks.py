"""What states ask of a role, with its answers.

Of every requirement one answer is kept; the single asks, one for each action, are made of it when a
rule looks at them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from sfnlint.catalog import Need
from sfnlint.catalog.requirements import Requirement
from sfnlint.catalog.template import ANY, constant
from sfnlint.iam.evaluate import Decision, Decisions
from sfnlint.iam.pattern import Pattern
from sfnlint.subject import Subject
from sfnlint.symbol import Symbol


class Ask(NamedTuple):
    """One action that one state needs on one resource, and the role's answer.

    Attributes:
        subject: the machine.
        requirement: why.
        need: the catalog's entry: what for, how sure, from which page.
        action: the IAM action.
        resource: on what; region, account and partition filled in where the files show them.
        decision: the answer.

    """

    subject: Subject
    requirement: Requirement
    need: Need
    action: str
    resource: Pattern
    decision: Decision

    @property
    def needed(self) -> str:
        """The resource as a policy would write it, `*` for what is known only at run time."""
        return "".join(
            "*" if isinstance(part, Symbol) and part.kind == "free" else str(part)
            for part in self.resource.parts
        )

    @property
    def documented(self) -> Pattern:
        """What the documented policy grants; what the call touches where that is the same."""
        requirement, template = self.requirement, self._template
        if requirement.filler is None:
            return constant(template) or requirement.resource
        wider = requirement.filler.resources(template)
        return wider[requirement.which if len(wider) > requirement.which else 0].pattern

    @property
    def documented_for_all(self) -> bool:
        """Whether nothing narrower than `*` is documented, or known to be needed."""
        return self._template in ("*", ANY) or self.need.necessity == "possible"

    @property
    def _template(self) -> str:
        return self.need.documented[self.requirement.template]


class Answer(NamedTuple):
    """A requirement with the role's answers, one for each action: what is kept of every state."""

    subject: Subject
    requirement: Requirement
    resource: Pattern
    decisions: Decisions

    def asks(self, wanted: Container[str] | None = None) -> Iterator[tuple[int, Ask]]:
        """The single asks about these actions, each with the rank of its need."""
        subject, requirement, resource, decisions = self
        group = requirement.group
        for order, need, action, decision in zip(
            group.order, group.needs, group.actions, decisions.each, strict=True
        ):
            if wanted is None or action in wanted:
                yield order, Ask(subject, requirement, need, action, resource, decision)


def in_order(answers: Iterable[Answer], actions: Container[str] | None = None) -> Iterator[Ask]:
    """The single asks, those of one state in the order of the catalog."""
    for _, group in groupby(answers, lambda answer: id(answer.requirement.filler)):
        ranked = [one for answer in group for one in answer.asks(actions)]
        ranked.sort(key=lambda one: one[0])
        for _, ask in ranked:
            yield ask


def ask_of(ask: Ask) -> tuple[int, str]:
    """Who asks: the state, or which setting of which machine."""
    state, setting = ask.requirement.state, ask.requirement.setting
    return id(state or ask.subject), setting or ""
