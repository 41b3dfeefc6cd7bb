"""Policies as JSON, as IAM has them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sfnlint.synthesis.documents import policy_document, trust_policy
from sfnlint.synthesis.generated_policy import GeneratedPolicy, Placeholder
from sfnlint.synthesis.sizes import managed_policies


def lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the policy document; a list of documents if it is too long for a role."""
    documents = [policy_document(part, policy.symbols) for part in managed_policies(policy)]
    yield json.dumps(documents if len(documents) > 1 else documents[0], indent=2)


def trust_lines(policy: GeneratedPolicy) -> Iterator[str]:
    """Yield the trust policy."""
    yield json.dumps(trust_policy(policy), indent=2)


def placeholder(placeholder: Placeholder) -> str:
    """Return a placeholder as it is in the document."""
    return str(placeholder)
