"""The roles of accounts, from `aws iam get-account-authorization-details`.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sfnlint.iam.decision import Limit, Uncertainty
from sfnlint.iam.managed_policies import AWS_MANAGED, managed_policy
from sfnlint.iam.pattern import Pattern
from sfnlint.iam.policy import Policy, PolicyKind
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.iam.principals import PrincipalRole
from sfnlint.iam.trust import other_principal
from sfnlint.inputs.deployed.resource_policies import ResourcePolicies
from sfnlint.inputs.policy_files import decode_policy
from sfnlint.inputs.role_tags import role_tags
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.subject import InputProblem, Role
from sfnlint.symbol import Symbols

_GRANTING_FIELDS = (
    "AssumeRolePolicyDocument",
    "RolePolicyList",
    "AttachedManagedPolicies",
    "PermissionsBoundary",
    "DefaultVersionId",
    "PolicyVersionList",
)
"""The fields of a role or a policy that decide about permissions; others change with its use."""
_MAX_FILE_NAMES = 3
"""How many files a message names."""


class _Detail(NamedTuple):
    """An element of `RoleDetailList` or `Policies`."""

    place: Place
    data: Mapping[str, Any]


class AccountRoles:
    """The roles of all accounts that files show.

    Args:
        symbols: the symbols of the state machines.

    Attributes:
        resource_policies: the policies of resources, in all accounts.

    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self.resource_policies = ResourcePolicies(symbols)
        self._role_details: dict[str, list[_Detail]] = {}
        self._policy_details: dict[str, list[_Detail]] = {}
        self._roles: dict[str, Role] = {}
        self._is_truncated: dict[str, bool] = {}

    def add(self, place: Place, data: Mapping[str, Any]) -> None:
        """Add the roles and policies of one output, which may be a page of an account."""
        for field, details in (
            ("RoleDetailList", self._role_details),
            ("Policies", self._policy_details),
        ):
            for at, detail in _objects(place.at(field), data.get(field)):
                if isinstance(detail.get("Arn"), str):
                    details.setdefault(detail["Arn"], []).append(_Detail(at, detail))
        file = place.document.file
        is_truncated = bool(data.get("IsTruncated") or data.get("Marker") or data.get("NextToken"))
        self._is_truncated[file] = self._is_truncated.get(file, False) or is_truncated

    def searched_files(self) -> str:
        """Return the names of the files, for a message that says "is not in"."""
        files = list(self._is_truncated)
        if not files:
            return (
                "these files; add the output of `aws iam get-account-authorization-details` to them"
            )
        named = " or ".join(f"'{file}'" for file in files)
        searched = named if len(files) <= _MAX_FILE_NAMES else f"{len(files)} files with roles"
        truncated = next((file for file in files if self._is_truncated[file]), None)
        return searched if truncated is None else f"{searched}; '{truncated}' is truncated"

    def role(self, arn: str, problems: list[InputProblem]) -> Role | None:
        """Return the role of an ARN, always the same object; None when no file has it.

        Problems of its policies are appended to `problems`.
        """
        if arn not in self._role_details:
            return None
        if arn not in self._roles:
            self._roles[arn] = self._read(arn, problems)
        return self._roles[arn]

    def _read(self, arn: str, problems: list[InputProblem]) -> Role:
        place, data = self._role_details[arn][0]
        role = Role(arn, place.at("Arn"))
        role.arn = Pattern.literal(arn)
        role.has_all_tags = isinstance(data.get("Tags"), list)
        role.tags = role_tags(data.get("Tags"), _string, self._symbols)
        if _common(self._role_details[arn]) is None:
            self._leave_unknown(role, f"role '{arn}' differs between files", place, problems)
            return role
        policies = []
        for field in ("RolePolicyList", "AttachedManagedPolicies"):
            # The AWS CLI always prints these lists; something else removed them.
            if not isinstance(data.get(field), list):
                self._leave_unknown(
                    role, f"role '{arn}' is shown without '{field}'", place.at("Arn"), problems
                )
        for at, inline in _objects(place.at("RolePolicyList"), data.get("RolePolicyList")):
            name = f"{arn}/{inline.get('PolicyName')}"
            document = inline.get("PolicyDocument")
            policy = self._parsed(at.at("PolicyDocument"), document, name)
            policies.append(policy.stored("inline"))
        attached = data.get("AttachedManagedPolicies")
        for at, attachment in _objects(place.at("AttachedManagedPolicies"), attached):
            policy_arn = attachment.get("PolicyArn")
            attached_policy = self._managed(role, policy_arn, at.at("PolicyArn"), problems)
            policies += [attached_policy] if attached_policy else []
        boundary = data.get("PermissionsBoundary")
        if boundary is not None:
            is_object = isinstance(boundary, dict)
            policy_arn = boundary.get("PermissionsBoundaryArn") if is_object else None
            at = place.at("PermissionsBoundary", "PermissionsBoundaryArn")
            limit = self._managed(role, policy_arn, at, problems, is_boundary=True)
            if limit is not None:
                role.limits.append(Limit("permissions boundary", (limit,)))
        trust = data.get("AssumeRolePolicyDocument")
        if trust is not None:
            role.trust = self._parsed(place.at("AssumeRolePolicyDocument"), trust, arn, "trust")
        role.policies = policies
        role.shared_with = role.shared_with or other_principal(role.trust)
        if data.get("InstanceProfileList"):
            role.shared_with = role.shared_with or "an instance profile"
        principal = PrincipalRole(role.arn, boundary is not None)
        role.resource_policies, key_policies = self.resource_policies.for_role(principal)
        boundaries = [policy for limit in role.limits for policy in limit.policies]
        read = [*policies, *boundaries, *([role.trust] if role.trust else [])]
        problems += [
            InputProblem("malformed-policy", *problem)
            for policy in read
            for problem in policy.problems
        ]
        role.limits += key_policies
        return role

    def _managed(
        self,
        role: Role,
        arn: object,
        place: Place,
        problems: list[InputProblem],
        *,
        is_boundary: bool = False,
    ) -> Policy | None:
        """Return a managed policy by its ARN; None when no file has it, which is reported."""
        leave_unknown = self._leave_limit_unknown if is_boundary else self._leave_unknown
        if not isinstance(arn, str):
            message = f"role '{role.name}' has a managed policy without an ARN"
            leave_unknown(role, message, place, problems)
            return None
        name = arn.rpartition("/")[2]
        details = self._policy_details.get(arn, [])
        detail = _common(details)
        at, document = _default_version(detail) if detail else (place, None)
        if document is None and not details:
            document = managed_policy(arn)
        if document is None:
            differs = bool(details) and detail is None
            problem = "differs between files" if differs else f"is not in {self.searched_files()}"
            kind = "permissions boundary" if is_boundary else "policy"
            message = f"{kind} '{arn}' of role '{role.name}' {problem}"
            leave_unknown(role, message, place, problems)
            return None
        if AWS_MANAGED in arn:
            # Nobody can change it: the mistake is to attach it.
            policy = self._parsed(place, document, name)
            statements = tuple(
                statement._replace(aws_managed=True) for statement in policy.statements
            )
            return policy._replace(statements=statements, predefined=True, written=())
        if detail is not None and detail.data.get("AttachmentCount") != 1:
            role.shared_with = role.shared_with or f"other roles or users with policy '{name}'"
        return self._parsed(at, document, name).stored("managed")

    def _parsed(
        self, place: Place, data: object, name: str, kind: PolicyKind = "identity"
    ) -> Policy:
        if isinstance(data, str):
            place = decode_policy(place, data)
            data = place.document.data
        return parse_policy(place, self._symbols, data, name, kind)

    def _leave_unknown(
        self, role: Role, message: str, place: Place, problems: list[InputProblem]
    ) -> None:
        role.unread_policies.append(Uncertainty(message, place))
        message += "; missing permissions are not reported for the role"
        problems.append(InputProblem("policy-not-read", message, place))

    def _leave_limit_unknown(
        self, role: Role, message: str, place: Place, problems: list[InputProblem]
    ) -> None:
        role.unread_limits.append(Uncertainty(message, place))
        message += "; it may deny permissions that the role's policies allow"
        problems.append(InputProblem("policy-not-read", message, place))


def _default_version(policy: _Detail) -> tuple[Place, object]:
    """Return the document of the default version of a managed policy; None when it is not shown."""
    default = policy.data.get("DefaultVersionId")
    versions = policy.data.get("PolicyVersionList")
    for at, version in _objects(policy.place.at("PolicyVersionList"), versions):
        if version.get("IsDefaultVersion") is True or version.get("VersionId") == default:
            return at.at("Document"), version.get("Document")
    return policy.place, None


def _common(details: list[_Detail]) -> _Detail | None:
    """Return the first detail if all files show the same permissions; None otherwise."""
    permissions = [[detail.data.get(field) for field in _GRANTING_FIELDS] for detail in details]
    is_same = bool(details) and all(shown == permissions[0] for shown in permissions)
    return details[0] if is_same else None


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _objects(place: Place, data: object) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Yield the objects in a list with their places."""
    for index, item in enumerate(data if isinstance(data, list) else ()):
        if isinstance(item, dict):
            yield place.at(index), item
