"""The roles of an account, from `aws iam get-account-authorization-details`.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sfnlint.iam.managed_policies import managed_policy
from sfnlint.iam.policy import Policy, PolicyKind, parse_policy
from sfnlint.iam.trust import other_principal
from sfnlint.inputs.policy_files import decode_policy
from sfnlint.place import Place
from sfnlint.subject import InputProblem, Role
from sfnlint.symbol import Symbols

_OF_AWS = ":iam::aws:policy/"
_GRANTING = (
    "AssumeRolePolicyDocument",
    "RolePolicyList",
    "AttachedManagedPolicies",
    "PermissionsBoundary",
    "DefaultVersionId",
    "PolicyVersionList",
)
"""What says what a role or a policy grants, rather than when it was last used."""


class _Detail(NamedTuple):
    place: Place
    data: Mapping[str, Any]


class Accounts:
    """What some files show of some accounts.

    Args:
        symbols: the symbols of the machines.

    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._roles: dict[str, list[_Detail]] = {}
        self._policies: dict[str, list[_Detail]] = {}
        self._built: dict[str, Role] = {}
        self._files: dict[str, bool] = {}

    def add(self, place: Place, data: Mapping[str, Any]) -> None:
        """Take what one answer shows."""
        for field, found in (("RoleDetailList", self._roles), ("Policies", self._policies)):
            for at, one in _objects(place.at(field), data.get(field)):
                if isinstance(one.get("Arn"), str):
                    found.setdefault(one["Arn"], []).append(_Detail(at, one))
        file = place.document.file
        cut = bool(data.get("IsTruncated") or data.get("Marker") or data.get("NextToken"))
        self._files[file] = self._files.get(file, False) or cut

    def described(self) -> str:
        """The files, in words that follow "not in"."""
        if not self._files:
            return (
                "these files; put the answer of `aws iam get-account-authorization-details` "
                "beside them"
            )
        names = " or ".join(self._files) if len(self._files) < 4 else "the accounts given"
        cut = [file for file, is_cut in self._files.items() if is_cut]
        return names + (f"; {cut[0]} was cut off before its end" if cut else "")

    def role(self, arn: str, problems: list[InputProblem]) -> Role | None:
        """The role of this ARN, the same for everybody who asks; None when no file shows it."""
        if arn not in self._roles:
            return None
        if arn not in self._built:
            self._built[arn] = self._build(arn, problems)
        return self._built[arn]

    def _build(self, arn: str, problems: list[InputProblem]) -> Role:
        detail = self._one(self._roles[arn])
        place, data = self._roles[arn][0]
        role = Role(arn, place.at("Arn"))
        if detail is None:
            self._not_read(role, f"role {arn} is not the same in all files", place, problems)
            return role
        policies = []
        for field in ("RolePolicyList", "AttachedManagedPolicies"):
            # Every answer has these lists; a tool that cut it down took policies away.
            if not isinstance(data.get(field), list):
                message = f"role {arn} is shown without its {field}"
                self._not_read(role, message, place.at("Arn"), problems)
        for at, one in _objects(place.at("RolePolicyList"), data.get("RolePolicyList")):
            name = f"{arn}/{one.get('PolicyName')}"
            policies.append(self._parsed(at.at("PolicyDocument"), one.get("PolicyDocument"), name))
        attached = data.get("AttachedManagedPolicies")
        for at, one in _objects(place.at("AttachedManagedPolicies"), attached):
            policy = self._managed(role, one.get("PolicyArn"), at.at("PolicyArn"), problems)
            policies += [policy] if policy else []
        bounded = data.get("PermissionsBoundary")
        if bounded is not None:
            named = bounded.get("PermissionsBoundaryArn") if isinstance(bounded, dict) else None
            at = place.at("PermissionsBoundary", "PermissionsBoundaryArn")
            role.boundary = self._managed(role, named, at, problems)
        trust = data.get("AssumeRolePolicyDocument")
        if trust is not None:
            role.trust = self._parsed(place.at("AssumeRolePolicyDocument"), trust, arn, "trust")
        role.policies = policies
        role.complete = role.complete and all(policy.complete for policy in policies)
        role.shared_with = role.shared_with or other_principal(role.trust)
        if data.get("InstanceProfileList"):
            role.shared_with = role.shared_with or "an instance profile"
        read = [*policies, *(one for one in (role.boundary, role.trust) if one)]
        problems += [
            InputProblem("malformed-policy", *problem)
            for policy in read
            for problem in policy.problems
        ]
        return role

    def _managed(
        self, role: Role, arn: object, place: Place, problems: list[InputProblem]
    ) -> Policy | None:
        """A managed policy by its ARN; None when no file shows it, which is said."""
        if not isinstance(arn, str):
            self._not_read(role, f"role {role.name} has a policy without an ARN", place, problems)
            return None
        name = arn.rpartition("/")[2]
        shown = self._policies.get(arn, [])
        detail = self._one(shown)
        at, version = self._version(detail) if detail else (place, None)
        if version is None and not shown:
            version = managed_policy(arn)
        if version is None:
            why = "is not the same in all files" if shown and detail is None else ""
            why = why or f"is not in {self.described()}"
            message = f"the policy {arn} of role {role.name} {why}"
            self._not_read(role, message, place, problems)
            return None
        if _OF_AWS in arn:
            # Nobody can mend it: what is wrong is that it is attached.
            policy = self._parsed(place, version, name)
            statements = tuple(one._replace(aws_managed=True) for one in policy.statements)
            return policy._replace(statements=statements, predefined=True)
        if detail is not None and detail.data.get("AttachmentCount") != 1:
            role.shared_with = role.shared_with or f"everything that has {name}"
        return self._parsed(at, version, name)

    def _version(self, detail: _Detail) -> tuple[Place, object]:
        """The document of a managed policy's default version; None when it is not shown."""
        default = detail.data.get("DefaultVersionId")
        versions = detail.data.get("PolicyVersionList")
        for at, one in _objects(detail.place.at("PolicyVersionList"), versions):
            if one.get("IsDefaultVersion") is True or one.get("VersionId") == default:
                return at.at("Document"), one.get("Document")
        return detail.place, None

    def _parsed(
        self, place: Place, data: object, name: str, kind: PolicyKind = "identity"
    ) -> Policy:
        if isinstance(data, str):
            place = decode_policy(place, data)
            data = place.document.data
        return parse_policy(place, self._symbols, data, name, kind)

    def _not_read(
        self, role: Role, message: str, place: Place, problems: list[InputProblem]
    ) -> None:
        role.complete = False
        message += "; nothing is said to be missing in the role"
        problems.append(InputProblem("policy-not-read", message, place))

    def _one(self, details: list[_Detail]) -> _Detail | None:
        """What all files show alike; None when there is nothing, or they differ."""
        kinds = [[one.data.get(field) for field in _GRANTING] for one in details]
        return details[0] if kinds and all(kind == kinds[0] for kind in kinds) else None


def _objects(place: Place, data: object) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for index, one in enumerate(data if isinstance(data, list) else ()):
        if isinstance(one, dict):
            yield place.at(index), one
