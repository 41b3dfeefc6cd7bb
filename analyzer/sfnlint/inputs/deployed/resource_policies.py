"""Resource policies in output of the AWS CLI, such as `aws sqs get-queue-attributes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sfnlint.catalog.resource_template import PARTITION
from sfnlint.iam.decision import Limit
from sfnlint.iam.pattern import Pattern, arn_fields
from sfnlint.iam.policy import Policy
from sfnlint.iam.policy_parser import parse_policy
from sfnlint.iam.principals import PrincipalRole
from sfnlint.iam.relation import Relation, relate
from sfnlint.iam.resource_policies import (
    UNKNOWN_RESOURCE,
    key_policy_for_role,
    of_unknown_resource,
    policy_for_role,
    with_resources,
)
from sfnlint.inputs.coerce import routes_to
from sfnlint.inputs.policy_files import decode_policy
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route, value_at
from sfnlint.symbol import Symbols

_KMS = "kms"


class _OutputForm(NamedTuple):
    """The form of an output with a resource policy.

    Attributes:
        policy: the route to the policy document, a string or an object; `*` stands for each
            element of a list.
        arn: the route to the ARN of the resource; empty if the output does not show it.
        protects: what the policy belongs to, with `{}` for the ARN.

    """

    policy: tuple[str, ...]
    arn: Route = ()
    protects: Sequence[str] = ("{}",)


_FORMS = (
    # https://docs.aws.amazon.com/cli/latest/reference/sqs/get-queue-attributes.html
    _OutputForm(("Attributes", "Policy"), ("Attributes", "QueueArn")),
    # https://docs.aws.amazon.com/cli/latest/reference/sns/get-topic-attributes.html
    _OutputForm(("Attributes", "Policy"), ("Attributes", "TopicArn")),
    # https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/get-resource-policy.html
    _OutputForm(("ResourcePolicy",), ("ARN",)),
    # https://docs.aws.amazon.com/cli/latest/reference/events/describe-event-bus.html
    _OutputForm(("Policy",), ("Arn",)),
    # https://docs.aws.amazon.com/cli/latest/reference/backup/get-backup-vault-access-policy.html
    _OutputForm(("Policy",), ("BackupVaultArn",)),
    # https://docs.aws.amazon.com/cli/latest/reference/codeartifact/get-domain-permissions-policy.html
    _OutputForm(("policy", "document"), ("policy", "resourceArn"), ("{}", "{}/*")),
    # https://docs.aws.amazon.com/cli/latest/reference/opensearch/describe-domain.html
    _OutputForm(("DomainStatus", "AccessPolicies"), ("DomainStatus", "ARN"), ("{}", "{}/*")),
    # https://docs.aws.amazon.com/cli/latest/reference/ecr/get-repository-policy.html
    _OutputForm(("policyText",)),
    # https://docs.aws.amazon.com/cli/latest/reference/glue/get-resource-policy.html
    _OutputForm(("PolicyInJson",)),
    # https://docs.aws.amazon.com/cli/latest/reference/logs/describe-resource-policies.html
    _OutputForm(("resourcePolicies", "*", "policyDocument")),
    # get-bucket-policy, kms get-key-policy, lambda get-policy, get-resource-policy of DynamoDB and
    # Kinesis, and others
    _OutputForm(("Policy",)),
)
"""The forms; the first that matches an output is its form."""


class _WrittenPolicy(NamedTuple):
    """A policy document in an output.

    Attributes:
        form: the form of the output.
        route: the route to the document.

    """

    form: _OutputForm
    route: Route


def written_policies(data: Mapping[str, Any]) -> list[_WrittenPolicy]:
    """Return the resource policies in the output of a command; empty for another output."""
    for form in _FORMS:
        if form.arn and not isinstance(value_at(data, form.arn), str):
            continue
        written = [_WrittenPolicy(form, route) for route in routes_to(data, form.policy)]
        if written:
            return [item for item in written if _is_document(value_at(data, item.route))]
    return []


def _is_document(value: object) -> bool:
    if isinstance(value, str):
        return value.lstrip()[:1] == "{" and '"Statement"' in value
    return isinstance(value, dict) and "Statement" in value


class ResourcePolicies:
    """The resource policies in the outputs of a run.

    Args:
        symbols: the symbols of the state machines.

    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._policies: list[Policy] = []
        self._key_policies: list[Policy] = []

    def add(self, place: Place, data: Mapping[str, Any]) -> None:
        """Add the policies of one output."""
        for form, route in written_policies(data):
            at, value = place.at(*route), value_at(data, route)
            if isinstance(value, str):
                at = decode_policy(at, value)
                value = at.document.data
            policy = parse_policy(
                at, self._symbols, with_resources(value), place.document.file, "resource"
            )
            arn = value_at(data, form.arn) if form.arn else None
            services = _services(policy)
            if isinstance(arn, str):
                arns = (Pattern.wild(text.format(arn), variables=False) for text in form.protects)
                policy = policy._replace(protected=tuple(arns))
            elif len(services) == 1:
                policy = of_unknown_resource(policy, *services)
            (self._key_policies if services == {_KMS} else self._policies).append(policy)

    def for_role(self, role: PrincipalRole) -> tuple[list[Policy], list[Limit]]:
        """Return what the policies allow and deny a role, and the key policies that limit it."""
        about_role = [
            policy_for_role(policy, role, _same_account(policy, role))
            for policy in (*self._policies, *self._key_policies)
        ]
        # The output shows no key.
        key = Pattern.of(["arn:", PARTITION, f":{_KMS}:", *UNKNOWN_RESOURCE.parts])
        limits = [
            Limit("key policy", (key_policy_for_role(policy, role),), key)
            for policy in self._key_policies
        ]
        return [policy for policy in about_role if policy.statements], limits


def _services(policy: Policy) -> set[str]:
    """Return the services of the actions in a policy."""
    return {
        str(item.pattern).partition(":")[0].lower()
        for statement in policy.statements
        for item in statement.actions
    }


def _same_account(policy: Policy, role: PrincipalRole) -> Relation:
    """Return whether the resources of a policy are in the account of a role."""
    fields = arn_fields(role.arn)
    patterns = [item.pattern for statement in policy.statements for item in statement.resources]
    accounts = [arn_fields(pattern) for pattern in policy.protected or patterns]
    if fields is None or not accounts or None in accounts:
        return Relation.UNKNOWN
    return relate(fields[4], [found[4] for found in accounts if found is not None])
