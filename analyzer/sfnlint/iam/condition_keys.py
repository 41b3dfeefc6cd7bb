"""Condition keys: whether they exist, which actions have them, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sfnlint.iam.service_facts import ActionFacts, ServiceFacts, service_facts
from sfnlint.named_tuple import NamedTuple

GLOBAL_KEYS: Mapping[str, str] = {
    "aws:AssumedRoot": "Bool",
    "aws:CalledVia": "ArrayOfString",
    "aws:CalledViaFirst": "String",
    "aws:CalledViaLast": "String",
    "aws:ChatbotSourceArn": "ARN",
    "aws:CurrentTime": "Date",
    "aws:Ec2InstanceSourcePrivateIPv4": "IPAddress",
    "aws:Ec2InstanceSourceVpc": "String",
    "aws:EpochTime": "Date",
    "aws:FederatedProvider": "String",
    "aws:MultiFactorAuthAge": "Numeric",
    "aws:MultiFactorAuthPresent": "Bool",
    "aws:PrincipalAccount": "String",
    "aws:PrincipalArn": "ARN",
    "aws:PrincipalIsAWSService": "Bool",
    "aws:PrincipalOrgID": "String",
    "aws:PrincipalOrgPaths": "ArrayOfString",
    "aws:PrincipalServiceName": "String",
    "aws:PrincipalServiceNamesList": "ArrayOfString",
    "aws:PrincipalTag/*": "String",
    "aws:PrincipalType": "String",
    "aws:RequestTag/*": "String",
    "aws:RequestedRegion": "String",
    "aws:ResourceAccount": "String",
    "aws:ResourceOrgID": "String",
    "aws:ResourceOrgPaths": "ArrayOfString",
    "aws:ResourceTag/*": "String",
    "aws:SecureTransport": "Bool",
    "aws:SignInSessionArn": "ARN",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    "aws:SourceIdentity": "String",
    "aws:SourceIp": "IPAddress",
    "aws:SourceOrgID": "String",
    "aws:SourceOrgPaths": "ArrayOfString",
    "aws:SourceVpc": "String",
    "aws:SourceVpcArn": "ARN",
    "aws:SourceVpce": "String",
    "aws:TagKeys": "ArrayOfString",
    "aws:TokenIssueTime": "Date",
    "aws:UserAgent": "String",
    "aws:ViaAWSService": "Bool",
    "aws:VpcSourceIp": "IPAddress",
    "aws:VpceAccount": "String",
    "aws:VpceOrgID": "String",
    "aws:VpceOrgPaths": "ArrayOfString",
    "aws:referer": "String",
    "aws:userid": "String",
    "aws:username": "String",
}
"""The global condition keys with their types.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

_OF_ALL_ACTIONS = frozenset(
    {
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "identitystore:userid",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
    }
)
"""Keys of the credentials of a request, with the prefix of the service that issues them."""


class KeyFacts(NamedTuple):
    """The facts about the condition key of a condition.

    Attributes:
        types: the types that the sources list; () if they are not known.
        service: the service of its prefix; None for global keys and keys of identity providers.
        exists: whether it is known; None if that cannot be told: a key of an identity provider, or
            an `aws:` key that may be newer than the data.

    """

    types: Sequence[str] = ()
    service: ServiceFacts | None = None
    exists: bool | None = None


@cache
def key_facts(key: str) -> KeyFacts:
    """Return the facts about a condition key, in any case."""
    prefix, colon, _ = key.lower().partition(":")
    if not colon:
        return KeyFacts()
    if prefix == "aws":
        form = _known_form(key, GLOBAL_KEYS)
        return KeyFacts((GLOBAL_KEYS[form],), exists=True) if form else KeyFacts()
    service = service_facts(prefix)
    if service is None or not service.keys:
        return KeyFacts()
    form = _known_form(key, service.keys)
    if form is not None:
        return KeyFacts(service.keys[form], service, exists=True)
    return KeyFacts((), service, exists=key.lower() in _OF_ALL_ACTIONS)


def _known_form(key: str, forms: Iterable[str]) -> str | None:
    """Return the form of a key among known keys, which may contain `*`."""
    lower = key.lower()
    return next((form for form in forms if _has_form(lower, form.lower())), None)


def _has_form(key: str, form: str) -> bool:
    if "*" not in form:
        return key == form
    first, *others = form.split("*")
    if not key.startswith(first):
        return False
    # At most two variables: no key of the data has more.
    rest = ".+".join(["", *map(re.escape, others)])
    return re.fullmatch(rest, key[len(first) :], re.DOTALL) is not None


def has_key(action: ActionFacts, key: str) -> bool:
    """Return whether requests for an action may have a condition key; True if it is not known."""
    lower = key.lower()
    if action.keys is None or lower in _OF_ALL_ACTIONS:
        return True
    return lower in action.keys or any(_has_form(lower, form) for form in action.keys)
