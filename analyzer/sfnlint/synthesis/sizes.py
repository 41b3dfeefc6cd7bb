"""Splits a policy that is too long for a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sfnlint.synthesis.documents import policy_document
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Statement

MOST_INLINE = 10_240
"""The characters of all inline policies of a role; IAM does not count white space."""
MOST_MANAGED = 6_144
"""The characters of a managed policy."""


def size(policy: GeneratedPolicy, statements: list[Statement]) -> int:
    """Return the number of characters that IAM counts."""
    written = policy_document(statements, policy.symbols)
    return len(json.dumps(written, separators=(",", ":")).replace(" ", ""))


def managed_policies(policy: GeneratedPolicy) -> list[list[Statement]]:
    """Return the statements of the policies that a policy is split into; one if it fits."""
    statements = list(policy.statements)
    if size(policy, statements) <= MOST_INLINE:
        return [statements]
    parts: list[list[Statement]] = [[]]
    for statement in _shortened(policy, statements):
        if parts[-1] and size(policy, [*parts[-1], statement]) > MOST_MANAGED:
            parts.append([])
        parts[-1].append(statement)
    return parts


def _shortened(policy: GeneratedPolicy, statements: list[Statement]) -> Iterator[Statement]:
    """Yield statements that fit into a managed policy, with some of the resources each."""
    for statement in statements:
        resources, count = statement.resources, 1
        while count < len(resources) and any(
            size(policy, [each]) > MOST_MANAGED for each in _divided(statement, count)
        ):
            count += 1
        yield from _divided(statement, count)


def _divided(statement: Statement, count: int) -> list[Statement]:
    if count == 1:
        return [statement]
    length = -(-len(statement.resources) // count)
    return [
        statement._replace(
            sid=f"{statement.sid}Part{number + 1}",
            resources=statement.resources[number * length : (number + 1) * length],
        )
        for number in range(-(-len(statement.resources) // length))
    ]
