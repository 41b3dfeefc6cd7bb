"""A role with all the machines that use it: what they ask of it, and what it answers.

Worked out once, shared by the rules of a role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from sfnlint.analysis.permission_checks import Answer, PermissionCheck, in_order
from sfnlint.catalog import Need
from sfnlint.catalog.requirements import Requirement, machine_requirements, state_requirements
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.finding import Severity
from sfnlint.iam.evaluate import Decisions, Grants, NearMiss, Verdict
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Statement
from sfnlint.place import Place
from sfnlint.subject import Role, Subject
from sfnlint.symbol import Symbol

GapKind = Literal["missing", "deny", "resource", "condition"]

# Of an ARN whose region is open, the partition may be written out.
_OWN_ARN = re.compile(r"arn:([a-z-]+):[a-z0-9-]+:(?:([a-z0-9-]*):(?:(\d{12}):)?)?")
_MONITORING = ("poll", "cancel")


class Gap(NamedTuple):
    """One mistake by which a role lacks something.

    Attributes:
        kind: "missing", nothing grants it; "deny", a statement takes it away; "resource" or
            "condition", a statement that was meant for it misses.
        level: how bad the worst of what is lacking is.
        asks: all that it concerns, in the order of the states.
        miss: the statement that misses.

    """

    kind: GapKind
    level: Severity
    checks: Sequence[PermissionCheck]
    near_miss: NearMiss | None = None

    @property
    def first(self) -> PermissionCheck:
        """What to locate it by."""
        return self.checks[0]

    @property
    def purpose(self) -> str:
        """What the first of it is for."""
        return self.first.need.purpose

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions, each once."""
        return tuple(dict.fromkeys(check.action for check in self.checks))

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources, each once."""
        return tuple(dict.fromkeys(check.needed for check in self.checks))

    @property
    def other_states(self) -> Iterator[PermissionCheck]:
        """One ask for each state but the first."""
        seen = {self.first.asked_by}
        for check in self.checks:
            if check.asked_by not in seen:
                seen.add(check.asked_by)
                yield check


class RoleAnalysis:
    """A role with all the machines that use it.

    Attributes:
        role: the role.
        subjects: the machines, in one combination of the template's conditions.

    """

    def __init__(self, role: Role, subjects: list[Subject]) -> None:
        self.role = role
        self.subjects = subjects

    @cached_property
    def _needed(self) -> list[tuple[Subject, Sequence[Requirement] | None]]:
        needed: list[tuple[Subject, Sequence[Requirement] | None]] = []
        for subject in self.subjects:
            needed += (
                (subject, state_requirements(state, subject.symbols, subject.name))
                for state in subject.machine.states
            )
            needed.append((subject, list(machine_requirements(subject.settings))))
        return needed

    @cached_property
    def all_known(self) -> bool:
        """Whether everything that these machines need of the role is known."""
        return all(needed is not None for _, needed in self._needed) and not self.role.is_shared

    @cached_property
    def known(self) -> dict[Symbol, str]:
        """The one literal region, account and partition that the files use, if it is one.

        A definition without a template does not say where it runs; its role's ARNs do. A machine
        that is deployed has an ARN of its own.
        """
        used: dict[Symbol, set[str]] = {PARTITION: set(), REGION: set(), ACCOUNT: set()}
        deployed = {subject.arn for subject in self.subjects if subject.arn}
        # What follows a symbol or a wildcard says nothing: only how a text begins is looked at.
        begins = (part for one in self._resources() for part in one.parts[:1])
        for text in deployed or {part for part in begins if isinstance(part, str)}:
            match = _OWN_ARN.match(text)
            for symbol, value in zip(used, match.groups() if match else (), strict=False):
                if value:
                    used[symbol].add(value)
        return {symbol: values.pop() for symbol, values in used.items() if len(values) == 1}

    def _resources(self) -> Iterator[Pattern]:
        boundary = [self.role.boundary] if self.role.boundary else []
        for policy in (*self.role.policies, *boundary, *self.role.resource_policies):
            for statement in policy.statements:
                # AWS's own accounts and Regions are not those of the machine.
                for item in statement.resources if not statement.aws_managed else ():
                    yield item.pattern
        for _, needed in self._needed:
            for requirement in needed or ():
                # Of those that are put together here, region and account are symbols.
                if len(requirement.resource.parts) == 1:
                    yield requirement.resource

    @cached_property
    def grants(self) -> Grants:
        """The role's answers."""
        role = self.role
        return Grants(
            role.policies,
            complete=role.complete,
            boundary=role.boundary,
            resource_policies=role.resource_policies,
            symbol_values=self.known,
        )

    @cached_property
    def _answers(self) -> list[Answer]:
        known, decide = self.known, self.grants.decide_all
        answers: list[Answer] = []
        bound: dict[int, Pattern] = {}
        for subject, needed in self._needed:
            for requirement in needed or ():
                group, context = requirement.group, requirement.context
                # What is the same for all states is one object.
                resource = bound.get(id(requirement.resource))
                if resource is None:
                    resource = requirement.resource.substitute(known)
                    bound[id(requirement.resource)] = resource
                decisions = decide(group.actions, resource, context, group.first.ignore_case)
                if requirement.resource_if_arn is not None:
                    decisions = self._reconsidered(
                        requirement, requirement.resource_if_arn, decisions
                    )
                answers.append(Answer(subject, requirement, resource, decisions))
        return answers

    def _reconsidered(
        self, requirement: Requirement, other: Pattern, decisions: Decisions
    ) -> Decisions:
        """What the call touches is one of two: only what is denied on both is denied."""
        group, context = requirement.group, requirement.context
        again = self.grants.decide_all(group.actions, other, context, group.first.ignore_case)
        return Decisions.of(
            [
                second._replace(verdict=Verdict.UNKNOWN)
                if first.verdict is Verdict.DENIED and second.verdict is not Verdict.DENIED
                else first
                for first, second in zip(decisions.each, again.each, strict=True)
            ]
        )

    @cached_property
    def checks(self) -> list[PermissionCheck]:
        """Everything that the machines are known to need, with the role's answers."""
        return self._asks(lambda _need, _action: True)

    def about(self, *actions: str) -> list[PermissionCheck]:
        """The asks of some actions."""
        return self._asks(lambda _need, action: action in actions)

    def _asks(
        self, wanted: Callable[[Need, str], bool], *, denied: bool = False
    ) -> list[PermissionCheck]:
        """The asks about some actions; only what is certainly denied, if so asked."""
        chosen: dict[int, list[int]] = {}

        def pairs() -> Iterator[tuple[Answer, list[int]]]:
            for answer in self._answers:
                group, decisions = answer.requirement.group, answer.decisions
                if denied and not (decisions.denied and answer.requirement.is_certain):
                    continue
                indexes = chosen.get(id(group))
                if indexes is None:
                    each = enumerate(zip(group.needs, group.actions, strict=True))
                    indexes = [index for index, one in each if wanted(*one)]
                    chosen[id(group)] = indexes
                if denied:
                    verdicts = decisions.each
                    indexes = [one for one in indexes if verdicts[one].verdict is Verdict.DENIED]
                if indexes:
                    yield answer, indexes

        return list(in_order(pairs()))

    @cached_property
    def by_action(self) -> dict[str, list[PermissionCheck]]:
        """The asks of each action."""
        found: dict[str, list[PermissionCheck]] = {}
        for check in self.checks:
            found.setdefault(check.action, []).append(check)
        return found

    @cached_property
    def used(self) -> set[tuple[Place, str]]:
        """The statements that answer something, each with the action it answers."""
        # Many answers are the same objects.
        answered = {
            (id(answer.requirement.group), id(answer.decisions)): answer for answer in self._answers
        }
        return {
            (statement.place, action)
            for answer in answered.values()
            for action, decision in zip(
                answer.requirement.group.actions, answer.decisions.each, strict=True
            )
            for statement in decision.allow
        }

    @cached_property
    def gaps(self) -> list[Gap]:
        """What the role certainly lacks, one entry for each mistake; hints are apart."""
        return self._lacks(self._denied)

    @cached_property
    def hints(self) -> list[Gap]:
        """What the role lacks of which nobody knows whether it is needed."""
        return self._lacks(self._denied_of("info"))

    @cached_property
    def _denied(self) -> list[PermissionCheck]:
        return self._denied_of("error", "warning")

    def _denied_of(self, *levels: Severity) -> list[PermissionCheck]:
        """What is certainly denied, of these levels."""
        return self._asks(
            lambda need, _: need.necessity != "possible" and need.severity in levels, denied=True
        )

    @cached_property
    def _required(self) -> set[tuple[tuple[int, str], str]]:
        """Who lacks what is required, with its purpose."""
        return {
            (check.asked_by, check.need.purpose)
            for check in self._denied
            if check.need.necessity == "required" and self._kind(check)[0] == "missing"
        }

    def _lacks(self, denied: Iterable[PermissionCheck]) -> list[Gap]:
        groups: dict[tuple[object, ...], list[PermissionCheck]] = {}
        misses: dict[tuple[object, ...], NearMiss | None] = {}
        for check in denied:
            kind, near_miss = self._kind(check)
            key: tuple[object, ...] = (kind,)
            if kind == "missing":
                asker, required = check.asked_by, self._required
                purpose: str = check.need.purpose
                necessity: str = check.need.necessity
                # What stands in one statement is one mistake to lack.
                if purpose in _MONITORING and (asker, "start") in required:
                    purpose = "start"
                if necessity == "expected" and (asker, purpose) in required:
                    necessity = "required"
                key = (kind, purpose, necessity, check.subject, asker)
            elif near_miss is not None:
                key = (
                    kind,
                    near_miss.statement.place,
                    near_miss.condition and near_miss.condition.place,
                )
            elif check.decision.deny is not None:
                key = (kind, check.decision.deny.place)
            groups.setdefault(key, []).append(check)
            misses.setdefault(key, near_miss)
        return _joined(
            Gap(key[0], _worst(checks), checks, misses[key])  # type: ignore[arg-type]
            for key, checks in groups.items()
        )

    def _kind(self, check: PermissionCheck) -> tuple[GapKind, NearMiss | None]:
        if check.need.severity == "info":
            return "missing", None
        if check.decision.deny is not None:
            return "deny", None
        for near_miss in check.decision.misses:
            if self._meant(near_miss, check):
                return near_miss.kind, near_miss
        return "missing", None

    def _meant(self, near_miss: NearMiss, check: PermissionCheck) -> bool:
        """Whether a statement that misses was meant for this: nothing else needs it.

        AWS meant its own for nobody's roles and tables.
        """
        if (
            near_miss.statement.aws_managed
            or (near_miss.statement.place, check.action) in self.used
        ):
            return False
        if self.all_known:
            return True
        # Other states may need it, in ways that are not known.
        return near_miss.kind == "resource" and any(
            _similar(str(item.pattern), check.needed) for item in near_miss.resources
        )


def _worst(checks: Iterable[PermissionCheck]) -> Severity:
    levels: set[Severity] = {check.need.severity for check in checks}
    return next(one for one in ("error", "warning", "info") if one in levels)


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    """States that lack the same thing make one entry."""
    joined: dict[tuple[object, ...], Gap] = {}
    for gap in gaps:
        key: tuple[object, ...] = (gap.kind, gap.purpose, gap.actions, gap.resources)
        if gap.kind != "missing":
            key = (id(gap),)
        known = joined.get(key)
        joined[key] = gap if known is None else known._replace(checks=[*known.checks, *gap.checks])
    return list(joined.values())


def _similar(granted: str, needed: str) -> bool:
    """Whether one ARN looks like the other misspelt."""
    from difflib import SequenceMatcher

    name, other = granted.rpartition(":")[2], needed.rpartition(":")[2]
    return name != "*" and SequenceMatcher(None, name, other).ratio() > 0.9


def allowing(role: Role) -> Iterator[Statement]:
    """The Allow statements that somebody wrote for the role and that could be read whole."""
    for policy in role.policies:
        for statement in policy.statements:
            if not policy.predefined and statement.effect == "Allow" and statement.whole:
                yield statement
