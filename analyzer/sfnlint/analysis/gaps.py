"""Gaps: denied permission checks, grouped so that one mistake is one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Literal

from sfnlint.analysis.permission_checks import Origin, PermissionCheck
from sfnlint.catalog import Purpose
from sfnlint.finding import SEVERITIES, Finding, Note, Severity
from sfnlint.iam.decision import Limit, NearMiss
from sfnlint.messages import listed, quoted
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place

GapKind = Literal["missing", "deny", "resource", "condition"]

# Permissions to look after a job that has started.
_MONITORING = ("poll", "cancel")


class DeniedCheck(NamedTuple):
    """A permission check that the role denies, with the reason.

    Attributes:
        check: the permission check.
        kind: as `Gap.kind`.
        near_miss: the statement that was meant to allow it; None for other kinds.

    """

    check: PermissionCheck
    kind: GapKind
    near_miss: NearMiss | None = None

    @property
    def severity(self) -> Severity:
        """That of the need; a statement that grants nothing is never only a hint."""
        severity = self.check.severity
        return "warning" if severity == "info" and self.near_miss is not None else severity


class Gap(NamedTuple):
    """One mistake because of which a role denies permissions.

    Attributes:
        kind: "missing", no statement allows them; "deny", a Deny statement takes them away;
            "resource" or "condition", a statement that was meant to allow them has another
            resource or a condition that the call does not meet.
        severity: that of the worst permission.
        checks: the permission checks, in the order of the states.
        near_miss: the statement that was meant to allow them; None for other kinds.

    """

    kind: GapKind
    severity: Severity
    checks: Sequence[PermissionCheck]
    near_miss: NearMiss | None = None

    @property
    def first(self) -> PermissionCheck:
        """The permission check that the finding is located by."""
        return self.checks[0]

    @property
    def purpose(self) -> Purpose:
        """The purpose of the first permission check."""
        return self.first.purpose

    @property
    def limit(self) -> Limit | None:
        """The limit that denies the permissions, though the role's policies may allow them."""
        return self.first.decision.limit

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions without repetition."""
        return tuple(dict.fromkeys(check.action for check in self.checks))

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources as a policy would name them, without repetition."""
        return tuple(dict.fromkeys(check.policy_resource for check in self.checks))

    @property
    def permissions(self) -> list[tuple[Sequence[str], Sequence[str]]]:
        """Actions with the resources that each of them needs, as a policy would name them."""
        needed: dict[str, dict[str, None]] = {}
        for check in self.checks:
            needed.setdefault(check.action, {})[check.policy_resource] = None
        groups: dict[frozenset[str], list[str]] = {}
        for action, resources in needed.items():
            groups.setdefault(frozenset(resources), []).append(action)
        return [(actions, list(needed[actions[0]])) for actions in groups.values()]

    @property
    def per_origin(self) -> Iterator[PermissionCheck]:
        """The first permission check of each state and setting."""
        seen: set[Origin] = set()
        for check in self.checks:
            if check.origin not in seen:
                seen.add(check.origin)
                yield check

    def finding(
        self,
        message: str,
        *,
        place: Place | None = None,
        fix: str = "",
        notes: Sequence[Note] = (),
    ) -> Finding:
        """Return a finding about the gap, at its first state unless there is a better place."""
        check = self.first
        return check.subject.finding(
            message,
            place or check.place,
            state=check.state,
            fix=fix,
            notes=tuple(notes),
            actions=self.actions,
            resources=self.resources,
            correction=self,
        )


def limit_label(limit: Limit) -> str:
    """Return policies as messages name them: "permissions boundary 'Boundary'"."""
    names = listed(quoted([policy.name for policy in limit.policies]), word="or", brief=True)
    return f"{limit.kind} {names}"


def lacking_start(denied: Iterable[DeniedCheck]) -> set[Origin]:
    """Return the origins of which no statement allows the call that starts the work."""
    return {
        check.origin
        for check, kind, _ in denied
        if check.purpose == "start" and check.necessity == "required" and kind == "missing"
    }


def group(denied: Iterable[DeniedCheck], lack_start: Set[Origin]) -> list[Gap]:
    """Group denied permission checks by mistake.

    Args:
        denied: the permission checks, in the order of the states; hints apart from others.
        lack_start: the origins that `lacking_start` returns. The statement that they lack would
            usually allow monitoring too, so that the permissions for both make one gap.

    """
    groups: dict[tuple[object, ...], list[DeniedCheck]] = {}
    for denied_check in denied:
        groups.setdefault(_mistake(denied_check, lack_start), []).append(denied_check)
    return _joined(
        Gap(same[0].kind, _worst(same), [item.check for item in same], same[0].near_miss)
        for same in groups.values()
    )


def _mistake(denied: DeniedCheck, lack_start: Set[Origin]) -> tuple[object, ...]:
    """Return a key that is equal for permission checks denied because of the same mistake."""
    check, kind, near_miss = denied
    if near_miss is not None:
        return kind, near_miss.statement.place, near_miss.condition
    if kind == "deny":
        return kind, check.deny and check.deny.place
    limit = check.decision.limit
    denied_by = None if limit is None else tuple(item.place for item in limit.policies)
    with_start = check.purpose in _MONITORING and check.origin in lack_start
    purpose = "start" if with_start else check.purpose
    # Documented and observed permissions are reported apart.
    necessity = check.necessity if check.severity == "info" else None
    return kind, purpose, necessity, check.origin, denied_by


def _worst(denied: Iterable[DeniedCheck]) -> Severity:
    severities = {item.severity for item in denied}
    return next(severity for severity in SEVERITIES.values() if severity in severities)


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Join gaps of several states that lack the same permissions."""
    joined: dict[object, Gap] = {}
    for number, gap in enumerate(gaps):
        key: object = number
        if gap.kind == "missing":
            key = (gap.purpose, gap.actions, gap.resources, gap.limit is None)
        known = joined.get(key)
        joined[key] = gap if known is None else known._replace(checks=[*known.checks, *gap.checks])
    return list(joined.values())
