"""Principals of resource policies: which statements apply to the requests of a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sfnlint.iam.pattern import Pattern, PatternPart, Wildcard, arn_fields, known_arn_fields
from sfnlint.iam.policy import PlacedPattern, PolicyKind, Statement
from sfnlint.iam.relation import Relation, relate
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol

_EVERYBODY = ("*", "AWS:*")
_ACCOUNT_ID = lazy_pattern(r"\d{12}", re.ASCII)
_ROLE_ID = "AROA"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"""
_ROOT = Pattern(("root",))
_ACCOUNT_DIGITS = 12
_SESSION = Symbol("session", "free")


class PrincipalRole(NamedTuple):
    """A role that makes requests.

    Attributes:
        arn: its ARN.
        has_boundary: whether it has a permissions boundary.

    """

    arn: Pattern
    has_boundary: bool = False


class NamedPrincipal(NamedTuple):
    """How principals name a role; COVERED if certainly, DISJOINT if certainly not.

    Attributes:
        role: whether they name the role itself, one of its sessions or everybody.
        account: whether they name its account.

    """

    role: Relation
    account: Relation

    @property
    def any(self) -> Relation:
        """Whether they name the role in one way or the other."""
        return _either((self.role, self.account))


def named_by(principals: Iterable[PlacedPattern], role: Pattern) -> NamedPrincipal:
    """Return how principals name a role.

    Args:
        principals: the principals of a statement.
        role: the role's ARN. Its partition does not matter, because no principal of one partition
            has access to another.

    """
    named = [_named(item.pattern, role) for item in principals]
    return NamedPrincipal(
        _either([item.role for item in named]), _either([item.account for item in named])
    )


def grants_beyond_boundary(statement: Statement) -> bool:
    """Return whether a permissions boundary may not limit what a statement allows.

    It limits what is allowed to the ARN of a role, but not what is allowed to a session. AWS does
    not document what holds for `*`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource-based.html
    """
    return any(":role/" not in str(item.pattern) for item in statement.principals or ())


@lru_cache(maxsize=4096)
def _named(principal: Pattern, role: Pattern) -> NamedPrincipal:
    nothing, unknown = Relation.DISJOINT, Relation.UNKNOWN
    if str(principal) in _EVERYBODY:
        return NamedPrincipal(Relation.COVERED, nothing)
    first, *rest = principal.parts or ("",)
    role_fields = arn_fields(role)
    if not isinstance(first, str) or role_fields is None:
        return NamedPrincipal(unknown, unknown)
    kind, _, identifier = first.partition(":")
    if kind != "AWS":
        # The canonical ID of the own account is unknown.
        return NamedPrincipal(nothing, unknown if kind == "CanonicalUser" else nothing)
    named = Pattern.of(filter(None, [identifier, *rest]))
    account, resource = role_fields[4:]
    fields = arn_fields(named)
    if fields is not None:
        return _named_by_arn(fields, account, resource)
    if named == account:
        return NamedPrincipal(nothing, Relation.COVERED)
    if named.string is None:
        return NamedPrincipal(unknown, unknown)
    if _ACCOUNT_ID.fullmatch(named.string):
        return NamedPrincipal(nothing, relate(account, [named]))
    return NamedPrincipal(unknown if named.string.startswith(_ROLE_ID) else nothing, nothing)


def _named_by_arn(fields: Sequence[Pattern], account: Pattern, role: Pattern) -> NamedPrincipal:
    """Return how the fields of an ARN name the role with this account and this resource field."""
    nothing = Relation.DISJOINT
    same_account = relate(account, [fields[4]])
    if same_account is nothing:
        return NamedPrincipal(nothing, nothing)
    resource = fields[5]
    if resource == _ROOT:
        return NamedPrincipal(nothing, same_account)
    session = ["assumed-role/", *_after_path(role), "/", _SESSION]
    same_session = relate(Pattern.of(session), [resource])
    same_role = relate(role, [resource])
    if same_role is nothing:
        same_role = nothing if same_session is nothing else Relation.UNKNOWN
    elif same_account is Relation.UNKNOWN or role != resource:
        same_role = Relation.UNKNOWN
    is_root = relate(_ROOT, [resource])
    return NamedPrincipal(same_role, nothing if is_root is nothing else Relation.UNKNOWN)


def _after_path(resource: Pattern) -> list[PatternPart]:
    """Return the name in `role/path/name`, without the path."""
    name: list[PatternPart] = []
    for part in reversed(resource.parts):
        if isinstance(part, str) and "/" in part:
            return [part.rpartition("/")[2], *name]
        name.insert(0, part)
    return name


def _either(relations: Sequence[Relation]) -> Relation:
    for relation in (Relation.COVERED, Relation.UNKNOWN):
        if relation in relations:
            return relation
    return Relation.DISJOINT


def principal_fault(principal: Pattern, kind: PolicyKind) -> str | None:
    """Return why AWS refuses a principal of type AWS, which follows it in a message; else None.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    literal = principal.string or ""
    fields = known_arn_fields(principal)
    is_trust = kind == "trust"
    if is_trust and literal.endswith(".amazonaws.com"):
        return "is a service, which has the type Service"
    if fields[:1] != ["arn"]:
        return _account_fault(literal)
    if is_trust and any(isinstance(part, Wildcard) for part in principal.parts):
        return "has a wildcard, which a principal cannot have"
    missing: list[str | None] = [None] * (6 - len(fields))
    _, _, service, _, account, resource = fields + missing
    if is_trust and resource is not None and service not in (None, "iam", "sts"):
        return "is neither an ARN of IAM nor of AWS STS"
    if service == "iam" and resource is not None and resource.startswith("group/"):
        return "is a group, which cannot be a principal"
    return _account_fault(account or "")


def _account_fault(account: str) -> str | None:
    is_wrong = account.isdigit() and account.isascii() and len(account) != _ACCOUNT_DIGITS
    return "has an account ID that does not have 12 digits" if is_wrong else None
