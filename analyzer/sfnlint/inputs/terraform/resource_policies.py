"""Resource policies that may grant something to a role.

The policies are not evaluated: where one may name a role, it may grant any action of its service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sfnlint.iam.policy import parse_policy
from sfnlint.place import Place
from sfnlint.source import parse
from sfnlint.subject import Role, Subject
from sfnlint.symbol import Symbols

_POLICY_ARGUMENTS = ("policy", "resource_policy")
"""Arguments of queues, topics, buckets, keys, secrets, or of the resources for their policies."""
_PRINCIPAL_ARGUMENTS = ("principal", "grantee_principal")
"""Arguments with a principal: of a Lambda permission, of a grant for a KMS key."""
GRANTING_ARGUMENTS = (*_POLICY_ARGUMENTS, *_PRINCIPAL_ARGUMENTS)
"""Arguments by which a resource may grant something."""
_NOT_A_ROLE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|\d{12}|arn:[a-z-]+:iam::\d{12}:root")
"""A service, or an account, whose own policies decide about its roles."""
_SERVICES: Mapping[str, str] = {
    "aws_api_gateway_": "execute-api",
    "aws_cloudwatch_event_": "events",
    "aws_dynamodb_": "dynamodb",
    "aws_ecr_": "ecr",
    "aws_kms_": "kms",
    "aws_lambda_": "lambda",
    "aws_s3_": "s3",
    "aws_secretsmanager_": "secretsmanager",
    "aws_sns_": "sns",
    "aws_sqs_": "sqs",
    "aws_vpc_endpoint": "",
}
"""Prefixes of resource types with the service prefix of the actions that their policies grant.

The policy of a VPC endpoint grants nothing, it limits the requests that may pass.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""
ANY_SERVICE = "*"


def service_of(resource_type: str) -> str:
    """Return the service prefix of the actions that a policy of a resource can grant.

    It is empty for policies that grant nothing, and `ANY_SERVICE` where it is not known.
    """
    return next(
        (service for prefix, service in _SERVICES.items() if resource_type.startswith(prefix)),
        ANY_SERVICE,
    )


def add_possible_grants(subjects: Iterable[Subject], services: Iterable[str]) -> None:
    """Add a policy to the roles of state machines that may grant all actions of some services."""
    actions = [f"{service}:*" for service in sorted(services) if service not in ("", ANY_SERVICE)]
    if not actions:
        return
    places: dict[Role, Place] = {}
    for subject in subjects:
        roles = [subject.role, *(assumed.role for assumed in subject.assumed.values())]
        places |= {role: subject.place for role in roles if role is not None}
    statement = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": "*"}
    for role, place in places.items():
        policy = parse_policy(place, Symbols(), {"Statement": [statement]}, kind="resource")
        statements = tuple(item._replace(certain=False) for item in policy.statements)
        role.resource_policies = [*role.resource_policies, policy._replace(statements=statements)]


def may_grant_to_role(
    values: Mapping[str, object], unknown: Mapping[str, object], expressions: Mapping[str, object]
) -> bool:
    """Return whether a resource may grant something to a role.

    Args:
        values: the planned values of its arguments.
        unknown: the arguments that are known only after the apply.
        expressions: the arguments in the configuration. The service computes an argument that is
            not among them, and names no role in it.

    """
    for name in GRANTING_ARGUMENTS:
        if unknown.get(name):
            if name in expressions:
                return True
        elif (value := values.get(name)) not in (None, ""):
            if name in _PRINCIPAL_ARGUMENTS:
                may_name_role = _may_name_role(value)
            else:
                may_name_role = _policy_may_name_role(value)
            if may_name_role:
                return True
    return False


def _policy_may_name_role(text: object) -> bool:
    document = parse(text, "", "json") if isinstance(text, str) else None
    if document is None or document.error is not None or not isinstance(document.data, dict):
        return True
    statements = document.data.get("Statement", [])
    return any(
        map(_statement_may_name_role, statements if isinstance(statements, list) else [statements])
    )


def _statement_may_name_role(statement: Any) -> bool:
    if not isinstance(statement, dict):
        return True
    if statement.get("Effect") == "Deny":
        return False
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal is not None
    return any(map(_may_name_role, principal.values()))


def _may_name_role(principal: object) -> bool:
    principals = principal if isinstance(principal, list) else [principal]
    return not all(isinstance(name, str) and _NOT_A_ROLE.fullmatch(name) for name in principals)
