"""Resource policies of types that are not read: whether one may grant something to a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.source import parse

_POLICY_ARGUMENTS = ("policy", "resource_policy")
"""Arguments of queues, topics, buckets, keys, secrets, or of the resources for their policies."""
_PRINCIPAL_ARGUMENTS = ("principal", "grantee_principal")
"""Arguments with a principal: of a Lambda permission, of a grant for a KMS key."""
GRANTING_ARGUMENTS = (*_POLICY_ARGUMENTS, *_PRINCIPAL_ARGUMENTS)
"""Arguments by which a resource may grant something."""
_NOT_A_ROLE = lazy_pattern(
    r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|\d{12}|arn:[a-z-]+:iam::\d{12}:root"
)
"""A service, or an account, whose own policies decide about its roles."""


def may_grant_to_role(
    values: Mapping[str, object], unknown: Mapping[str, object], expressions: Mapping[str, object]
) -> bool:
    """Return whether a resource may grant something to a role.

    Args:
        values: the planned values of its arguments.
        unknown: the arguments that are known only after the apply.
        expressions: the arguments in the configuration. The service computes an argument that is
            not among them, and names no role in it.

    """
    for name in GRANTING_ARGUMENTS:
        if unknown.get(name):
            if name in expressions:
                return True
        elif (value := values.get(name)) not in (None, ""):
            if name in _PRINCIPAL_ARGUMENTS:
                may_name_role = _may_name_role(value)
            else:
                may_name_role = _policy_may_name_role(value)
            if may_name_role:
                return True
    return False


def _policy_may_name_role(text: object) -> bool:
    document = parse(text, "", "json") if isinstance(text, str) else None
    if document is None or document.error is not None or not isinstance(document.data, dict):
        return True
    statements = document.data.get("Statement", [])
    return any(
        map(_statement_may_name_role, statements if isinstance(statements, list) else [statements])
    )


def _statement_may_name_role(statement: Any) -> bool:
    if not isinstance(statement, dict):
        return True
    if statement.get("Effect") == "Deny":
        return False
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal is not None
    return any(map(_may_name_role, principal.values()))


def _may_name_role(principal: object) -> bool:
    principals = principal if isinstance(principal, list) else [principal]
    return not all(isinstance(name, str) and _NOT_A_ROLE.fullmatch(name) for name in principals)
