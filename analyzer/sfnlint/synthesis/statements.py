"""The least-privilege policy of a state machine, as statements without a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sfnlint.analysis.permission_table import PermissionRow, PermissionTable
from sfnlint.catalog import Purpose
from sfnlint.iam.conditions import Alternatives, MultiValue
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple
from sfnlint.result import AnalysedMachine
from sfnlint.symbol import Symbol
from sfnlint.synthesis.generated_policy import (
    Conditions,
    GeneratedPolicy,
    OpenName,
    Statement,
)
from sfnlint.synthesis.placeholders import ANY_STRING, Placeholders

PURPOSES: Mapping[Purpose, str] = {
    "start": "Call",
    "data": "Access",
    "poll": "Watch",
    "cancel": "Stop",
    "tags": "Tag",
    "pass_role": "PassRoleTo",
    "events": "Manage",
    "assume_role": "AssumeRole",
    "logs": "DeliverLogs",
    "traces": "SendTraces",
    "encryption": "Use",
}
"""The beginning of a Sid for each purpose, in the order of the statements."""
_WITHOUT_SERVICE = ("assume_role", "logs", "traces")
_CONDITION_KEYS = ("iam:PassedToService", "iam:AWSServiceName")
"""The condition keys that statements restrict, if the values of all calls are known.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""
_MAX_COMPARED = 200
"""How many resources of an action are compared with each other."""


class _Need(NamedTuple):
    """A row with what its statement has.

    Attributes:
        row: the row.
        conditions: as `Statement.conditions`.
        resource: the resource, or a wider one that another row needs.
        is_own: whether the resource is that of the row.

    """

    row: PermissionRow
    conditions: Conditions
    resource: Pattern
    is_own: bool = True


def generate(
    machine: AnalysedMachine, *, documented: bool = False, wildcards: bool = False
) -> GeneratedPolicy:
    """Return the policy that a machine needs.

    Args:
        machine: the machine.
        documented: whether to allow what is only documented, or possibly needed.
        wildcards: whether to write unknown names as `*`.

    """
    # Resources can differ between combinations of conditions.
    tables = [PermissionTable([each], machine.analyses) for each in machine.combinations]
    rows = [
        row
        for table in tables
        for row in table.rows
        if (documented or _is_needed(row)) and not _is_of_assumed_role(row)
    ]
    names = Placeholders(wildcards=wildcards)
    statements = statements_of(rows, names)
    unknown = {
        (state, reason.message): OpenName(state, None, None, reason.message)
        for table in tables
        for state, reason in table.unknown_states
    }
    return GeneratedPolicy(machine, statements, [*names.open.values(), *unknown.values()])


def statements_of(rows: Iterable[PermissionRow], names: Placeholders) -> list[Statement]:
    """Return the statements that allow some permissions."""
    return list(_with_sids(_statements(_needs(rows), names)))


def _is_needed(row: PermissionRow) -> bool:
    """Whether the call certainly needs a permission, or needs it on a resource that it names."""
    if row.necessity not in ("required", "expected"):
        return False
    (first, *others) = row.check.resource.parts or ("",)
    is_named = bool(others) or not isinstance(first, Symbol) or first.kind != "free"
    return row.check.requirement.is_certain or is_named


def _is_of_assumed_role(row: PermissionRow) -> bool:
    """Whether a row is about the role that a task assumes by its `Credentials`."""
    state = row.check.state
    return state is not None and "Credentials" in state.data and row.check.purpose != "assume_role"


def _needs(rows: Iterable[PermissionRow]) -> Iterator[_Need]:
    """Yield what the rows need, without what another row needs on a wider resource."""
    by_action: dict[tuple[object, ...], list[_Need]] = {}
    for row in rows:
        conditions = tuple(_conditions(row))
        need = _Need(row, conditions, _resource(row))
        by_action.setdefault((row.check.action, conditions), []).append(need)
    for needs in by_action.values():
        resources = list(dict.fromkeys(need.resource for need in needs))
        widest = {resource: resource for resource in resources}
        for resource in resources if len(resources) <= _MAX_COMPARED else ():
            for other in resources:
                if other != resource and widest[other] is other and _covers(other, resource):
                    widest.update((each, other) for each in resources if widest[each] is resource)
                    break
        for need in needs:
            wider = widest[need.resource]
            yield need._replace(resource=wider, is_own=wider == need.resource)


def _covers(wide: Pattern, narrow: Pattern) -> bool:
    """Whether a statement on a resource allows every call on another one."""
    as_policy = Pattern.of(Wildcard.ANY if part == ANY_STRING else part for part in wide.parts)
    if any(isinstance(part, Symbol) and part.kind == "free" for part in as_policy.parts):
        return False
    return relate(narrow, [as_policy]) is Relation.COVERED


def _resource(row: PermissionRow) -> Pattern:
    """Return the resource that a statement allows for a row."""
    resource = row.check.resource
    if resource.parts == (ANY_STRING,) and row.check.documented_resource.parts != (ANY_STRING,):
        return row.check.documented_resource
    return resource


def _conditions(row: PermissionRow) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the condition keys whose values a statement restricts."""
    for key in _CONDITION_KEYS:
        value = row.check.context.get(key.lower())
        values: Iterable[object] = (value,)
        if isinstance(value, MultiValue):
            values = value.patterns
        elif isinstance(value, Alternatives):
            values = value.values
        strings = {each.string if isinstance(each, Pattern) else None for each in values}
        if None not in strings:
            yield key, tuple(sorted(filter(None, strings)))


def _statements(needs: Iterable[_Need], names: Placeholders) -> Iterator[Statement]:
    """Yield statements for each purpose, service, condition and set of resources."""
    order = list(PURPOSES)
    same: dict[tuple[str, Conditions, Pattern], list[_Need]] = {}
    for need in needs:
        same.setdefault((need.row.check.action, need.conditions, need.resource), []).append(need)
    # A permission for several purposes is in the statement for the first of them.
    by_action: dict[tuple[Purpose, str, Conditions], dict[Pattern, list[_Need]]] = {}
    for (action, conditions, resource), members in same.items():
        purpose = min((need.row.check.purpose for need in members), key=order.index)
        by_action.setdefault((purpose, action, conditions), {})[resource] = members
    groups: dict[tuple[object, ...], list[Mapping[Pattern, list[_Need]]]] = {}
    for (purpose, action, conditions), resources in by_action.items():
        key = purpose, action.partition(":")[0], conditions, frozenset(resources)
        groups.setdefault(key, []).append(resources)
    for actions in groups.values():
        members = [need for each in actions for same in each.values() for need in same]
        written = {names.resource(need.row, need.resource) for need in members if need.is_own}
        yield Statement(
            "",
            tuple(sorted({need.row.check.action for need in members})),
            tuple(sorted(written, key=lambda resource: resource.sort_key)),
            members[0].conditions,
            tuple(dict.fromkeys(need.row.state for need in members)),
            tuple(sorted({need.row.check.purpose for need in members}, key=order.index)),
            tuple(sorted({need.row.check.need.source for need in members})),
        )


def _with_sids(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements with their Sids, sorted; equal Sids are numbered."""
    order = list(PURPOSES)
    named = sorted(
        ((_sid(statement), statement) for statement in statements),
        key=lambda pair: (
            order.index(pair[1].purposes[0]),
            pair[0],
            pair[1].actions,
            [resource.sort_key for resource in pair[1].resources],
        ),
    )
    used: dict[str, int] = {}
    for sid, statement in named:
        used[sid] = used.get(sid, 0) + 1
        yield statement._replace(sid=sid if used[sid] == 1 else f"{sid}{used[sid]}")


def _sid(statement: Statement) -> str:
    purpose = statement.purposes[0]
    service = statement.actions[0].partition(":")[0]
    if purpose == "pass_role" and statement.conditions:
        service = statement.conditions[0][1][0].partition(".")[0]
    if purpose in _WITHOUT_SERVICE:
        service = ""
    return PURPOSES[purpose] + "".join(
        word.capitalize() for word in re.split(r"[^a-z0-9]", service)
    )
