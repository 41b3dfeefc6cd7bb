"""Policies as JSON documents, as IAM has them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.symbol import Symbol, Symbols
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Resource, ResourcePart, Statement
from sfnlint.synthesis.trust import trust_document, trust_of

_PSEUDO_PARAMETERS: Mapping[Symbol, str] = {
    PARTITION: "aws",
    REGION: "${Region}",
    ACCOUNT: "${Account}",
}


def policy_document(statements: Iterable[Statement], symbols: Symbols) -> dict[str, Any]:
    """Return a policy document; unknown names are `${Name}`, an unknown partition is `aws`."""
    return document(statements, lambda resource: _string(resource, symbols))


def trust_policy(policy: GeneratedPolicy) -> dict[str, Any]:
    """Return the trust policy of the role."""
    trust, symbols = trust_of(policy.machine), policy.symbols
    return trust_document(_string(trust.account, symbols), _string(trust.machines, symbols))


def document(statements: Iterable[Statement], write: Callable[[Resource], Any]) -> dict[str, Any]:
    """Return a policy document whose resources a language writes in its own way.

    Args:
        statements: the statements.
        write: returns a resource as the language writes it.

    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            _statement(statement, [write(resource) for resource in statement.resources])
            for statement in statements
        ],
    }


def _statement(statement: Statement, resources: Sequence[Any]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(resources),
    }
    if statement.conditions:
        written["Condition"] = {
            "StringEquals": {
                key: values[0] if len(values) == 1 else list(values)
                for key, values in statement.conditions
            }
        }
    return written


def _string(resource: Resource, symbols: Symbols) -> str:
    return written(resource.parts, symbols)


def written(parts: Iterable[ResourcePart], symbols: Symbols) -> str:
    """Return the parts of a resource as a document has them."""
    return "".join(
        _PSEUDO_PARAMETERS.get(part) or symbols.show(str(part))
        if isinstance(part, Symbol)
        else str(part)
        for part in parts
    )
