"""Suggestions for actions that IAM does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from sfnlint.catalog import sdk
from sfnlint.iam.action_names import matching
from sfnlint.iam.service_facts import ServiceFacts, service_facts, service_prefixes
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import nearest

_CUTOFF = 0.75
_OTHER_VERB_CUTOFF = 0.9
_VERB = lazy_pattern(r"BatchGet|[A-Za-z][a-z]*(?=[A-Z])")
_VERBS: Sequence[Set[str]] = (
    {"batchget", "describe", "get", "list", "read"},
    {"add", "create", "put"},
    {"delete", "remove"},
)
"""Verbs that services use for the same: a rule of EventBridge is put, not created."""
_PREFIXES = {
    "apigw": "apigateway",
    "bedrockagent": "bedrock",
    "bedrockagentcore": "bedrock-agentcore",
    "bedrockagentruntime": "bedrock",
    "bedrockruntime": "bedrock",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognito": "cognito-idp",
    "ddb": "dynamodb",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridge": "events",
    "iotcore": "iot",
    "lambdas": "lambda",
    "mwaa": "airflow",
    "opensearch": "es",
    "parameterstore": "ssm",
    "s3api": "s3",
    "secretmanager": "secretsmanager",
    "secrets": "secretsmanager",
    "sesv2": "ses",
    "sfn": "states",
    "stepfunction": "states",
    "stepfunctions": "states",
    "systemsmanager": "ssm",
}
"""Names of services that people write instead of prefixes, without `-` and `_`.

The names of the SDK are in `sfnlint.catalog.sdk`.
"""


def near_action(service: ServiceFacts, name: str) -> str | None:
    """Return the action of a service that is probably meant by an unknown name.

    An operation of the SDK whose action has another name comes first: s3:ListObjectsV2.
    """
    for operation in _operations(service.prefix, name):
        if operation.lower() != f"{service.prefix}:{name.lower()}":
            return operation
    similar = _similar(name, [action.name for action in service.actions.values()])
    return f"{service.prefix}:{similar}" if similar else None


def _similar(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that is meant by another name, with the same verb if possible."""
    verb, noun = _split(name)
    same_verb = [other for other in known if _split(other)[0] == verb]
    same_noun = [
        other
        for other in known
        if _split(other)[1] == noun and any({verb, _split(other)[0]} <= same for same in _VERBS)
    ]
    return (
        next((other for other in same_verb if _split(other)[1] == noun), None)
        or next(iter(same_noun), None)
        or nearest(name, same_verb, _CUTOFF)
        or nearest(name, known, _OTHER_VERB_CUTOFF)
    )


def _split(name: str) -> tuple[str, str]:
    """Split the name of an action into the verb and the noun without plural, in lower case."""
    match = _VERB.match(name)
    verb = match.group() if match else ""
    return verb.lower(), name[len(verb) :].lower().removesuffix("s")


def _operations(prefix: str, name: str) -> Iterator[str]:
    """Yield the actions of the operations of the SDK that have a name and use a prefix."""
    for service in (prefix.replace("-", ""), *_SERVICES.get(prefix, ())):
        operation = sdk.operation(service, name[:1].lower() + name[1:])
        if operation is not None and operation.action is not None:
            yield operation.action


_SERVICES = {
    "elasticfilesystem": ("efs",),
    "elasticmapreduce": ("emr",),
    "events": ("eventbridge",),
    "logs": ("cloudwatchlogs",),
    "states": ("sfn",),
}
"""The names of services in the SDK, by prefix, where they differ."""


def right_prefix(prefix: str, name: str) -> str | None:
    """Return the prefix that is meant by an unknown one; None if that is not certain.

    It is that of a service with this name which has the action, or the only service that has it,
    or the most similar prefix of those that have it.
    """
    plain = prefix.lower().replace("-", "").replace("_", "")
    known = _PREFIXES.get(plain) or _sdk_prefix(plain, name)
    if known is not None and _has(known, name):
        return known
    if not name.strip("*?"):
        return known or nearest(prefix.lower(), service_prefixes(), _CUTOFF)
    owners = [other for other in service_prefixes() if _has(other, name)]
    if len(owners) == 1 and "*" not in name:
        return owners[0]
    return nearest(prefix.lower(), owners, _CUTOFF)


def _sdk_prefix(plain: str, name: str) -> str | None:
    operation = sdk.operation(plain, name[:1].lower() + name[1:])
    if operation is not None and operation.action is not None:
        return operation.action.partition(":")[0]
    actions = sdk.operation_names(plain)
    for action in actions:
        operation = sdk.operation(plain, action)
        if operation is not None and operation.action is not None:
            return operation.action.partition(":")[0]
    return None


def _has(prefix: str, name: str) -> bool:
    service = service_facts(prefix)
    return service is not None and bool(matching(service.actions, name))
