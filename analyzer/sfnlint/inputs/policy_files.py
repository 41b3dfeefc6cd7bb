"""Policies in files of their own, and the role that they define together."""

from __future__ import annotations

from collections.abc import Sequence

from sfnlint.iam.decision import Uncertainty
from sfnlint.iam.policy import Policy, PolicyKind
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Span, value_at
from sfnlint.source import Piece, TextDocument, embed
from sfnlint.subject import InputProblem, MachineType, Role
from sfnlint.symbol import Symbols

_WRAPPERS = (
    ("PolicyDocument",),
    ("PolicyVersion", "Document"),
    ("Role", "AssumeRolePolicyDocument"),
    ("Policy", "Content"),
)
"""Routes to the policy document in the output of get-role-policy, get-policy-version, get-role, and
describe-policy.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
"""


class SuppliedRole(NamedTuple):
    """The policies and the machine type that the user names for a definition or a role.

    Attributes:
        policies: the role's identity policies, a document each.
        trust: its trust policy.
        type: the machine's type.

    """

    policies: Sequence[TextDocument] = ()
    trust: TextDocument | None = None
    type: MachineType | None = None


def read_role(supplied: SuppliedRole, symbols: Symbols, problems: list[InputProblem]) -> Role:
    """Return the role that policies in files define; appends what cannot be read to `problems`."""
    policies = [
        read_policy(document, symbols, "identity", problems) for document in supplied.policies
    ]
    trust = read_policy(supplied.trust, symbols, "trust", problems) if supplied.trust else None
    names = ", ".join(f"'{document.file}'" for document in supplied.policies)
    readable = [policy for policy in policies if policy is not None]
    unread = [
        Uncertainty(f"'{document.file}' cannot be read", Place(document))
        for document, policy in zip(supplied.policies, policies, strict=True)
        if policy is None
    ]
    if not policies:
        unread.append(Uncertainty("no identity policy of the role is given"))
    return Role(
        f"the role defined by {names}" if names else "the role",
        is_named=False,
        policies=readable,
        unread_policies=unread,
        trust=trust,
    )


def read_policy(
    document: TextDocument, symbols: Symbols, kind: PolicyKind, problems: list[InputProblem]
) -> Policy | None:
    """Return the policy of a file; None when it has none, which is appended to `problems`."""
    if document.data is None:
        return None
    place = _policy_place(document)
    data = value_at(place.document.data, place.path)
    if not isinstance(data, dict) or "Statement" not in data:
        message = "this file is not a policy document: expected an object with a Statement"
        problems.append(InputProblem("malformed-policy", message, place))
        return None
    policy = parse_policy(place, symbols, data, name=document.file, kind=kind)
    problems += [InputProblem("malformed-policy", *problem) for problem in policy.problems]
    return policy


def _policy_place(document: TextDocument) -> Place:
    """The place of the policy document in a file, inside what the AWS CLI prints around it."""
    place = Place(document)
    for route in _WRAPPERS:
        inner = place.at(*route)
        data = value_at(inner.document.data, inner.path)
        if isinstance(data, str):
            return decode_policy(inner, data)
        if isinstance(data, dict):
            return inner
    return place


def decode_policy(place: Place, string: str) -> Place:
    """The place of a policy document that is written as a string, percent-encoded or not.

    The IAM API returns percent-encoded JSON.
    """
    decoded = string
    if string.startswith("%7B"):
        # Importing it takes 3 ms of a small run (benchmarks/compare.py).
        from urllib.parse import unquote

        decoded = unquote(string)
    within = Span(0, len(string)) if decoded == string else None
    return Place(embed([Piece(decoded, Place(place.document, place.path, "value", within))]))
