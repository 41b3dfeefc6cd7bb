"""The partition, Region and account of a role's calls, where the files show them.

A definition without a template does not name them. The ARNs of the machines and of the role itself
do, and so do the ARNs in the role's Allow statements, each for its own service: a role that may
only send messages to queues of one Region belongs to a machine in that Region. A Deny, a
NotResource and the ARNs of another service can name any Region. The Region of a call decides its
partition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.iam.partitions import partition_of_region
from sfnlint.iam.pattern import Pattern, PatternPart, arn_fields
from sfnlint.iam.policy import PlacedPattern, Policy
from sfnlint.iam.relation import Relation, relate
from sfnlint.subject import Role, Subject
from sfnlint.symbol import Symbol

_FIELDS: Mapping[Symbol, tuple[int, re.Pattern[str]]] = {
    PARTITION: (1, re.compile("[a-z-]+")),
    REGION: (3, re.compile("[a-z0-9-]+")),
    ACCOUNT: (4, re.compile("[0-9]{12}")),
}
"""The index of each value in an ARN, and the expression that its values match."""

Values = Mapping[Symbol, PatternPart]
"""The values of the symbols for partition, Region and account."""


class KnownValues:
    """The partition, Region and account of a role's calls.

    Args:
        role: the role.
        subjects: the machines that use it.

    """

    def __init__(self, role: Role, subjects: Sequence[Subject]) -> None:
        self._role = role
        self._arns = [Pattern.literal(subject.arn) for subject in subjects if subject.arn]
        self._arns += [role.arn] if role.arn else []
        self._by_service: dict[str, Values] = {}
        self._elsewhere: dict[str, list[tuple[Values, list[Policy]]]] = {}

    def of_service(self, service: str) -> Values:
        """Return the values in the ARNs of a service, as an ARN names it."""
        values = self._by_service.get(service)
        if values is None:
            granted = self._granted.get(service, [])
            own = self.of_role
            values = {**_common(granted), **own} if len(own) < len(_FIELDS) else own
            self._by_service[service] = values
        return values

    def substitute(self, resource: Pattern) -> Pattern:
        """Return a resource with its partition, Region and account filled in."""
        return resource.substitute(self.of_service(service_of(resource)))

    def elsewhere(self, service: str) -> list[tuple[Values, list[Policy]]]:
        """Return the values known in other Regions and accounts, with the role's policies there.

        Only values that rest on Allow statements can be others. The policies lack the resources
        that are not there.
        """
        if service not in self._elsewhere:
            self._elsewhere[service] = list(self._other_places(service))
        return self._elsewhere[service]

    def _other_places(self, service: str) -> Iterator[tuple[Values, list[Policy]]]:
        values = self.of_service(service)
        guessed = [
            name for name in (REGION, ACCOUNT) if name in values and name not in self.of_role
        ]
        for size in range(1, len(guessed) + 1):
            for others in combinations(guessed, size):
                known = {symbol: value for symbol, value in values.items() if symbol not in others}
                gone = {_FIELDS[symbol][0]: Pattern((values[symbol],)) for symbol in others}
                yield known, [_without(policy, service, gone) for policy in self._role.policies]

    @cached_property
    def of_role(self) -> Values:
        """The values in the ARNs of the machines and of the role."""
        return _common([fields for arn in self._arns if (fields := arn_fields(arn))])

    @cached_property
    def _granted(self) -> Mapping[str, list[list[Pattern]]]:
        """The fields of the ARNs in Allow statements, by service."""
        by_service: dict[str, list[list[Pattern]]] = {}
        for policy in self._role.policies:
            for statement in policy.statements:
                # AWS managed policies name accounts and Regions that are not the machine's.
                if statement.effect == "Deny" or statement.not_resource or statement.aws_managed:
                    continue
                for item in statement.resources:
                    fields = arn_fields(item.pattern)
                    service = None if fields is None else fields[2].string
                    if fields is not None and service is not None:
                        by_service.setdefault(service, []).append(fields)
        return by_service


def with_partition(values: Values, resource: Pattern) -> Values:
    """Return the values for a resource, with the partition that its Region belongs to."""
    if PARTITION not in resource.parts or PARTITION in values:
        return values
    region: object = None
    if REGION in resource.parts:
        region = values.get(REGION)
    elif fields := arn_fields(resource.substitute(values)):
        region = fields[_FIELDS[REGION][0]].string
    partition = partition_of_region(region) if isinstance(region, str) else None
    return values if partition is None else {PARTITION: partition, **values}


def _without(policy: Policy, service: str, gone: Mapping[int, Pattern]) -> Policy:
    """Return a policy without the granted resources of a service that have one of some fields."""

    def exists(item: PlacedPattern) -> bool:
        fields = arn_fields(item.pattern)
        if fields is None or fields[2].string != service:
            return True
        return all(fields[index] != value for index, value in gone.items())

    statements = []
    for statement in policy.statements:
        if statement.effect == "Allow" and not statement.not_resource:
            left = tuple(filter(exists, statement.resources))
            if len(left) < len(statement.resources):
                statement = statement._replace(resources=left)
        statements.append(statement)
    return policy._replace(statements=tuple(statements))


def service_of(resource: Pattern) -> str:
    """Return the service that an ARN names; "" if it does not show the service."""
    first, *rest = resource.parts or ("",)
    start = first if isinstance(first, str) else ""
    if start == "arn:" and len(rest) > 1 and isinstance(rest[1], str):
        start += rest[1]  # the partition is a symbol
    fields = start.split(":", 3)
    return fields[2] if len(fields) > 3 else ""


def _common(arns: Sequence[Sequence[Pattern]]) -> dict[Symbol, PatternPart]:
    """Return the values that ARNs have in common.

    A value is the only string in a field of all ARNs. The wildcards in this field must match it,
    and there must be no symbol: a policy that names its own Region as well is no evidence.
    """
    values: dict[Symbol, PatternPart] = {}
    for symbol, (index, expression) in _FIELDS.items():
        fields = {fields[index] for fields in arns}
        strings = {field.string for field in fields}
        literals = {string for string in strings if string and expression.fullmatch(string)}
        if len(literals) == 1:
            (value,) = literals
            others = [field for field in fields if field.parts and field.string is None]
            if all(relate(Pattern((value,)), [field]) is Relation.COVERED for field in others):
                values[symbol] = value
    return values
