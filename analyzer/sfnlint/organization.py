"""Policies of AWS Organizations, which limit the roles and the resources of an account.

Service control policies: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
Resource control policies: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sfnlint.catalog.resource_template import ACCOUNT
from sfnlint.failures import Failure
from sfnlint.iam.decision import Limit, LimitKind, Uncertainty
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.policy import PlacedPattern, Policy, PolicyKind, Statement
from sfnlint.inputs.policy_files import read_policy
from sfnlint.inputs.reader import RunContext
from sfnlint.named_tuple import NamedTuple
from sfnlint.options import OrganizationFiles
from sfnlint.place import Place
from sfnlint.subject import InputProblem, Role
from sfnlint.symbol import Symbols

_Limits = Callable[[Sequence[Policy]], Iterator[Limit]]
_SERVICE_CONTROL: LimitKind = "service control policy"
_RESOURCE_CONTROL: LimitKind = "resource control policy"
_ANY = Pattern((Wildcard.ANY,))
_OWN_ACCOUNT = Pattern(
    ("arn:", Wildcard.ANY, ":", Wildcard.ANY, ":", Wildcard.ANY, ":", ACCOUNT, ":", Wildcard.ANY)
)
_WITH_ACCOUNT = frozenset({"kms", "secretsmanager", "sqs"})
"""Services with resource control policies whose ARNs show the account of a resource."""
_WITHOUT_ACCOUNT = frozenset(
    {"aoss", "cognito-identity", "cognito-idp", "dynamodb", "ecr", "logs", "s3", "sts"}
)
"""Services that have resource control policies, or may have them, without such ARNs."""


class Organization(NamedTuple):
    """The policies of an organization.

    Attributes:
        id: the id of the organization; None if it is unknown.
        limits: what the policies limit.
        unread_limits: a reason for each policy that could not be read.

    """

    id: str | None
    limits: Sequence[Limit]
    unread_limits: Sequence[Uncertainty]

    def limit(self, role: Role) -> None:
        """Add the policies to the limits of a role."""
        role.organization_id = self.id
        role.limits += [limit for limit in self.limits if limit not in role.limits]
        role.unread_limits += [
            each for each in self.unread_limits if each not in role.unread_limits
        ]


def read_organization(files: OrganizationFiles, context: RunContext) -> Organization:
    """Return the policies in files; what cannot be read is added to the failures of the run."""
    problems: list[InputProblem] = []
    limits: list[Limit] = []
    unread: list[Uncertainty] = []
    kinds: Sequence[tuple[LimitKind, PolicyKind, Sequence[Path], _Limits]] = (
        (_SERVICE_CONTROL, "identity", files.service_control_policies, _service_control),
        (_RESOURCE_CONTROL, "resource", files.resource_control_policies, _resource_control),
    )
    for kind, policy_kind, paths, limits_of in kinds:
        policies = []
        for document in map(context.policy, paths):
            policy = read_policy(document, Symbols(), policy_kind, problems)
            if policy is None:
                unread.append(
                    Uncertainty(f"{kind} '{document.file}' cannot be read", Place(document))
                )
            else:
                policies.append(policy)
        limits += limits_of(policies)
    context.failures += [
        Failure(problem.place.locate().root.file, problem.message) for problem in problems
    ]
    return Organization(files.id, limits, unread)


def _service_control(policies: Sequence[Policy]) -> Iterator[Limit]:
    """Yield the limits of service control policies.

    A role lacks what one policy denies. It also lacks what no policy of a level of the
    organization allows; the files do not show the levels, so that it certainly lacks only what no
    policy allows. Without any Allow statement, the policy FullAWSAccess is attached as well.
    """
    allowing = [policy for policy in policies if _has_effect(policy, "Allow")]
    if allowing:
        yield Limit(_SERVICE_CONTROL, tuple(_with_effect(policy, "Allow") for policy in allowing))
    for policy in allowing if len(allowing) > 1 else ():
        yield Limit(_SERVICE_CONTROL, (_with_effect(policy, "Allow"),), is_certain=False)
    for policy in policies:
        if _has_effect(policy, "Deny"):
            yield Limit(_SERVICE_CONTROL, (_only_denying(policy),))


def _resource_control(policies: Sequence[Policy]) -> Iterator[Limit]:
    """Yield the limits of resource control policies, which only have Deny statements.

    They limit the resources of the organization's accounts. An ARN of a bucket does not show the
    account.
    """
    for policy in policies:
        if _has_effect(policy, "Deny"):
            denying = (_only_denying(policy),)
            yield Limit(_RESOURCE_CONTROL, denying, _OWN_ACCOUNT, _WITH_ACCOUNT)
            yield Limit(_RESOURCE_CONTROL, denying, services=_WITHOUT_ACCOUNT, is_certain=False)


def _has_effect(policy: Policy, effect: str) -> bool:
    return any(statement.effect == effect for statement in policy.statements)


def _with_effect(policy: Policy, effect: str) -> Policy:
    statements = [statement for statement in policy.statements if statement.effect == effect]
    return policy._replace(statements=tuple(statements))


def _only_denying(policy: Policy) -> Policy:
    """Return the Deny statements of a policy, with a statement that allows everything else."""
    denying, place = _with_effect(policy, "Deny"), policy.place
    anything = (PlacedPattern(_ANY, place),)
    allow = Statement(place, "Allow", actions=anything, resources=anything)
    return denying._replace(statements=(*denying.statements, allow))
