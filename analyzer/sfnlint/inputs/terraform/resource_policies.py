"""Whether a resource of Terraform may grant a role something by a policy of its own.

What that is, is not worked out: it is only told whether there may be something, and of which
service.
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

_POLICIES = ("policy", "resource_policy")
"""Arguments of queues, topics, buckets, keys, secrets, or of a resource beside them."""
_PRINCIPALS = ("principal", "grantee_principal")
"""Arguments that are a principal: of a permission of a function, a grant of a key."""
GRANTING = (*_POLICIES, *_PRINCIPALS)
"""Arguments by which a resource may grant something."""
_NO_ROLE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|\d{12}|arn:[a-z-]+:iam::\d{12}:root")
"""A service, or an account, which leaves it to the policies of its roles."""


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
"""How types of resources begin, and the service whose actions their policies are about.

The policy of an endpoint grants nothing: it says what may pass.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""
ANY = "*"


def service_of(kind: str) -> str:
    """The service whose actions a policy of a resource of a type can grant; ANY if not known."""
    return next((one for start, one in _SERVICES.items() if kind.startswith(start)), ANY)


def leave_open(subjects: Iterable[Subject], services: Iterable[str]) -> None:
    """Leave open what the roles of machines may do in services whose resources may grant more."""
    roles: dict[int, tuple[Role, Place]] = {}
    for subject in subjects:
        used = [subject.role, *(one.role for one in subject.assumed.values())]
        roles |= {id(role): (role, subject.place) for role in used if role is not None}
    actions = [f"{one}:*" for one in sorted(services) if one not in ("", ANY)]
    # Nothing says whom they mean.
    meant = {"ArnLike": {"aws:PrincipalArn": "*"}}
    statement = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": "*"}
    data = {"Statement": [{**statement, "Condition": meant}]}
    for role, place in roles.values() if actions else ():
        policy = parse_policy(place, Symbols(), data, kind="resource")
        role.resource_policies = [*role.resource_policies, policy]


def may_grant(
    values: Mapping[str, object], unknown: Mapping[str, object], expressions: Mapping[str, object]
) -> bool:
    """Whether a resource may grant something to a role.

    Args:
        values: its planned values.
        unknown: those known only after the apply.
        expressions: what the configuration says; a computed value that does not stand there is
            the service's own, and names no role.

    """
    for field in GRANTING:
        if unknown.get(field):
            if field in expressions:
                return True
        elif values.get(field) not in (None, ""):
            value = values[field]
            named = _may_name(value) if field in _PRINCIPALS else _policy_may_name(value)
            if named:
                return True
    return False


def _policy_may_name(text: object) -> bool:
    document = parse(text, "", "json") if isinstance(text, str) else None
    if document is None or document.error is not None or not isinstance(document.data, dict):
        return True
    given = document.data.get("Statement", [])
    return any(map(_statement_may_name, given if isinstance(given, list) else [given]))


def _statement_may_name(statement: Any) -> bool:
    if not isinstance(statement, dict):
        return True
    if statement.get("Effect") == "Deny":
        return False
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal is not None
    return any(map(_may_name, principal.values()))


def _may_name(principal: object) -> bool:
    given = principal if isinstance(principal, list) else [principal]
    return not all(isinstance(one, str) and _NO_ROLE.fullmatch(one) for one in given)
