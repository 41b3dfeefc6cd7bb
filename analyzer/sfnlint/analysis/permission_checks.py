"""What states ask of a role, with its answers.

Of every requirement one answer is kept; the single asks, one for each action, are made of it when a
rule looks at them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sfnlint.catalog import Need
from sfnlint.catalog.requirements import Requirement
from sfnlint.catalog.resource_template import ANY_RESOURCE, constant_resource
from sfnlint.iam.evaluate import Decision, Decisions
from sfnlint.iam.pattern import Pattern
from sfnlint.subject import Subject
from sfnlint.symbol import Symbol


class PermissionCheck(NamedTuple):
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
    def asked_by(self) -> tuple[int, str]:
        """Who asks, to compare with others: the state, or which setting of which machine."""
        state, setting = self.requirement.state, self.requirement.setting
        return id(state or self.subject), setting or ""

    @property
    def needed(self) -> str:
        """The resource as a policy would write it, `*` for what is known only at run time."""
        return written(self.resource)

    @property
    def documented(self) -> Pattern:
        """What the documented policy grants; what the call touches where that is the same."""
        requirement, template = self.requirement, self._template
        if requirement.resolver is None:
            return constant_resource(template) or requirement.resource
        wider = requirement.resolver.resources(template)
        return wider[
            requirement.resource_index if len(wider) > requirement.resource_index else 0
        ].pattern

    @property
    def documented_for_all(self) -> bool:
        """Whether nothing narrower than `*` is documented, or known to be needed."""
        return (
            self._template in ("*", ANY_RESOURCE)
            or self.need.necessity == "possible"
            or self.needed == "*"
        )

    @property
    def _template(self) -> str:
        return self.need.documented[self.requirement.template_index]


class Answer(NamedTuple):
    """A requirement with the role's answers, one for each action: what is kept of every state."""

    subject: Subject
    requirement: Requirement
    resource: Pattern
    decisions: Decisions

    def check(self, index: int) -> PermissionCheck:
        """The single ask about one of the actions."""
        group = self.requirement.group
        return PermissionCheck(
            self.subject,
            self.requirement,
            group.needs[index],
            group.actions[index],
            self.resource,
            self.decisions.each[index],
        )


def written(resource: Pattern) -> str:
    """A resource as a policy would write it, `*` for what is known only at run time."""
    return "".join(
        "*" if isinstance(part, Symbol) and part.kind == "free" else str(part)
        for part in resource.parts
    )


def in_order(wanted: Iterable[tuple[Answer, Sequence[int]]]) -> Iterator[PermissionCheck]:
    """The single asks about some actions of each answer, those of one state in catalog order."""
    for _, one in groupby(
        wanted, lambda pair: pair[0].requirement.resolver or pair[0].requirement.setting
    ):
        ranked = [
            (answer.requirement.group.order[index], answer, index)
            for answer, indexes in one
            for index in indexes
        ]
        ranked.sort(key=itemgetter(0))
        for _, answer, index in ranked:
            yield answer.check(index)
