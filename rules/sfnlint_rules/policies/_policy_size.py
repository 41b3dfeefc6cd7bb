"""The size of policies as IAM counts it: characters without white space.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sfnlint.iam.policy import Policy
from sfnlint.symbol import MARKER

INLINE_QUOTA = 10_240
"""The characters of all inline policies of a role."""
MANAGED_QUOTA = 6_144
"""The characters of a managed policy."""
TRUST_QUOTA = 2_048
"""The characters of a trust policy, unless the quota of the account is increased."""
MAXIMUM_TRUST_QUOTA = 4_096
"""The characters of a trust policy with the largest possible quota."""


class _HasData(Protocol):
    """A document with its plain data."""

    @property
    def data(self) -> object: ...


def inline_sizes(policies: Sequence[Policy]) -> list[tuple[int, Policy]]:
    """Return the inline policies that certainly exist, each with its least size."""
    return [
        (min(policy_size(written.data) for written in policy.written), policy)
        for policy in policies
        if policy.written
        and all(written.storage == "inline" for written in policy.written)
        and any(statement.certain for statement in policy.statements)
    ]


def policy_size(value: object) -> int:
    """Return the least number of characters of a value as JSON, without white space.

    Strings that the files do not show count nothing. A list of one element counts as the element,
    which is how some tools write it.
    """
    if isinstance(value, str):
        return len("".join(MARKER.sub("", value).split())) + 2
    if isinstance(value, list):
        brackets = 1 + len(value) if len(value) > 1 else 0
        return brackets + sum(map(policy_size, value))
    if not isinstance(value, dict):
        return 1
    if any(key == "Ref" or key.startswith("Fn::") for key in value):
        return 0
    separators = 1 + 2 * len(value)
    return separators + sum(policy_size(key) + policy_size(item) for key, item in value.items())


def shown_size(size: int, documents: Iterable[_HasData]) -> str:
    """Return a size for a message: "at least 7,000 characters" if the documents have symbols."""
    is_exact = not any(_has_unknown(document.data) for document in documents)
    return f"{'' if is_exact else 'at least '}{size:,} characters without white space"


def _has_unknown(value: object) -> bool:
    if isinstance(value, str):
        return MARKER.search(value) is not None
    if isinstance(value, dict):
        return any(_has_unknown(item) for item in value.values())
    return isinstance(value, list) and any(map(_has_unknown, value))
