"""Permission checks: an action that a state needs, and whether the role allows it.

`PermissionCheck` is the row that rules, tables, generated policies, fixes and diffs read.

Rows are built on demand. The 5,000 states of benchmarks/compare.py need 11,250 of them, and most
rules look at few, so only a `CheckedRequirement` is stored for each requirement, with the
decisions for all actions of its catalog group. Building all rows would take two thirds of the time
that the decisions take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from sfnlint.asl.machine import State
from sfnlint.asl.machine_settings import SettingName
from sfnlint.catalog import Necessity, Need, Purpose
from sfnlint.catalog.requirements import Requirement
from sfnlint.catalog.resource_template import ANY_RESOURCE, constant_resource
from sfnlint.finding import Severity
from sfnlint.iam.conditions import RequestContext
from sfnlint.iam.decision import Decision, Decisions, NearMiss, Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Statement
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.subject import Subject
from sfnlint.symbol import Symbol

Origin = tuple[State | Subject, SettingName | None]
"""Where requirements come from: a state, or a setting of a machine."""


class PermissionCheck(NamedTuple):
    """One action that a state or a setting needs on one resource, with the role's verdict.

    Attributes:
        subject: the machine.
        requirement: the requirement, for all actions of its catalog group.
        need: the catalog's entry for the action.
        action: the IAM action, as in `sagemaker:CreateModel`.
        resource: the resource that the call touches; region, account and partition are filled in
            where the files show them.
        decision: the verdict, with the statements that it rests on.

    """

    subject: Subject
    requirement: Requirement
    need: Need
    action: str
    resource: Pattern
    decision: Decision

    @property
    def state(self) -> State | None:
        """The state that needs the action; None for a setting of the machine."""
        return self.requirement.state

    @property
    def origin(self) -> Origin:
        """The state, or the machine with the name of its setting: equal for the same origin."""
        return self.requirement.state or self.subject, self.requirement.setting

    @property
    def requester(self) -> str:
        """The origin as messages name it: "state 'Train'", "the machine's logging"."""
        return self.requirement.requester

    @property
    def place(self) -> Place:
        """The field of the definition that makes the call necessary."""
        return self.requirement.place

    @property
    def purpose(self) -> Purpose:
        """The purpose of the call, as the catalog has it."""
        return self.need.purpose

    @property
    def necessity(self) -> Necessity:
        """How certain it is that the call needs the permission, as the catalog has it."""
        return self.need.necessity

    @property
    def severity(self) -> Severity:
        """How bad it is if the role does not allow the action."""
        return self.need.severity

    @property
    def context(self) -> RequestContext:
        """The condition keys of the call that are known, in lower case; None: certainly absent."""
        return self.requirement.context

    @property
    def verdict(self) -> Verdict:
        """Whether the role allows the action on the resource."""
        return self.decision.verdict

    @property
    def allow(self) -> tuple[Statement, ...]:
        """The Allow statements that apply; those that may apply when the verdict is unknown."""
        return self.decision.allow

    @property
    def deny(self) -> Statement | None:
        """The Deny statement that certainly applies."""
        return self.decision.deny

    @property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """Allow statements with the action that miss by their resource or by a condition."""
        return self.decision.misses

    @property
    def policy_resource(self) -> str:
        """The resource as a policy would name it, with `*` for values known only at run time."""
        return policy_resource(self.resource)

    @property
    def documented_resource(self) -> Pattern:
        """The resource in the policy that AWS documents, which can be wider than `resource`."""
        requirement, template = self.requirement, self._documented_template
        if requirement.resolver is None:
            return constant_resource(template) or requirement.resource
        wider, index = requirement.resolver.resources(template), requirement.resource_index
        return wider[index if index < len(wider) else 0].pattern

    @property
    def needs_any_resource(self) -> bool:
        """Whether no resource narrower than `*` is documented or can be named."""
        return (
            self._documented_template in ("*", ANY_RESOURCE)
            or self.necessity == "possible"
            or self.policy_resource == "*"
        )

    @property
    def _documented_template(self) -> str:
        return self.need.documented[self.requirement.template_index]


class CheckedRequirement(NamedTuple):
    """A requirement with the role's decisions: the stored form of its permission checks.

    Attributes:
        subject: the machine.
        requirement: the requirement.
        resource: its resource, with the symbols filled in whose value the files show.
        decisions: a decision for each action of the requirement's group.

    """

    subject: Subject
    requirement: Requirement
    resource: Pattern
    decisions: Decisions

    def check(self, index: int) -> PermissionCheck:
        """Return the permission check for one action, by its index in the group."""
        group = self.requirement.group
        return PermissionCheck(
            self.subject,
            self.requirement,
            group.needs[index],
            group.actions[index],
            self.resource,
            self.decisions.each[index],
        )


def policy_resource(resource: Pattern) -> str:
    """Write a resource as a policy would name it, with `*` for values known only at run time."""
    return "".join(
        "*" if isinstance(part, Symbol) and part.kind == "free" else str(part)
        for part in resource.parts
    )


def permission_checks(
    selected: Iterable[tuple[CheckedRequirement, Sequence[int]]],
) -> Iterator[PermissionCheck]:
    """Build permission checks, those of one state in the order of the catalog.

    Args:
        selected: requirements, each with the indexes of the actions to build a check for.

    """
    for _, of_one_origin in groupby(
        selected, lambda pair: pair[0].requirement.resolver or pair[0].requirement.setting
    ):
        ranked = [
            (checked.requirement.group.order[index], checked, index)
            for checked, indexes in of_one_origin
            for index in indexes
        ]
        ranked.sort(key=itemgetter(0))
        for _, checked, index in ranked:
            yield checked.check(index)
