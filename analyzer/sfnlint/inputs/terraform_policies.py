"""Whether a resource of Terraform may grant a role something by a policy of its own.

What that is, is not worked out: it is only told whether there may be something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sfnlint.source import parse

_POLICIES = ("policy", "resource_policy")
"""Arguments of queues, topics, buckets, keys, secrets, or of a resource beside them."""
_PRINCIPALS = ("principal", "grantee_principal")
"""Arguments that are a principal: of a permission of a function, a grant of a key."""
GRANTING = (*_POLICIES, *_PRINCIPALS)
"""Arguments by which a resource may grant something."""
_NO_ROLE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|\d{12}|arn:[a-z-]+:iam::\d{12}:root")
"""A service, or an account, which leaves it to the policies of its roles."""


def may_grant(
    values: Mapping[str, object], unknown: Mapping[str, object], expressions: Mapping[str, object]
) -> bool:
    """Whether a resource may grant something to a role.

    Args:
        values: its planned values.
        unknown: those known only after the apply.
        expressions: what the configuration says; a computed value that does not stand there is
            the service's own, and names no role.

    """
    for field in GRANTING:
        if unknown.get(field):
            if field in expressions:
                return True
        elif values.get(field) not in (None, ""):
            value = values[field]
            named = _may_name(value) if field in _PRINCIPALS else _policy_may_name(value)
            if named:
                return True
    return False


def _policy_may_name(text: object) -> bool:
    document = parse(text, "", "json") if isinstance(text, str) else None
    if document is None or document.error is not None or not isinstance(document.data, dict):
        return True
    given = document.data.get("Statement", [])
    return any(map(_statement_may_name, given if isinstance(given, list) else [given]))


def _statement_may_name(statement: Any) -> bool:
    if not isinstance(statement, dict) or "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal is not None
    return any(map(_may_name, principal.values()))


def _may_name(principal: object) -> bool:
    given = principal if isinstance(principal, list) else [principal]
    return not all(isinstance(one, str) and _NO_ROLE.fullmatch(one) for one in given)
