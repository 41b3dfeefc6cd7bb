"""The operations of the AWS SDK: the services and actions of `arn:aws:states:::aws-sdk:…`.

`scripts/build_operations.py` generates `operations.txt`. Its first line starts with the date of the
data. Each service is a block: a line `[service] prefix` with the IAM prefix (`-` for none, `!` for
a service that Step Functions no longer supports), then a line for each operation with its name and,
separated by spaces,

- `-`: the action is unknown; `=prefix:Action`: the action, if it is not the operation's name;
- `!`: Step Functions does not support the operation;
- `~Parameter`: a call with this parameter needs another action;
- `@Route:service`: a parameter with a role that the call passes, and the services that may assume
  it, separated by commas, without `.amazonaws.com`; `?` at the end: the service is not certain;
  `-`: nor is it certain that the role is passed;
- `+Parameter:Action`: a parameter with tags, and the action that a call with it needs, with the
  prefix of the service unless it has another;
- `#template`: a resource template;
- `?`: the resource's own policy can allow the call by itself.

Names: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from sfnlint.named_tuple import NamedTuple

_FILE = Path(__file__).with_name("operations.txt")

_UNKNOWN = r"[\U000f0000-\U0010ffff]"
FORMS: Mapping[str, Sequence[Mapping[str, str]]] = {
    # Directory buckets, access points and their aliases are authorized on other ARNs.
    "bucket": [{"matches": r"(?!.*(?:--x-s3|-s3alias)$)[^:/]+", "gives": "${0}"}],
    # EMR accepts names; the name of a role does not contain its path.
    "role": [
        {"matches": "arn:.*", "gives": "${0}"},
        {"matches": "[^/:]+", "gives": "arn:${Partition}:iam::${Account}:role/${*}${0}"},
    ],
    "queue": [
        {
            "matches": r"https://sqs\.([^./]+)\.[^/]+/([^/]+)/([^/]+)",
            "gives": "arn:${Partition}:sqs:${1}:${2}:${3}",
        }
    ],
    # The ARN of a secret is its name and six random characters.
    "secret": [
        {"matches": r"arn:.*-[A-Za-z0-9]{6}", "gives": "${0}"},
        {"matches": rf"arn:.*{_UNKNOWN}", "gives": "${0}${*}"},
        {
            "matches": r"[A-Za-z0-9/_+=.@-][^:]*",
            "gives": "arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${0}-${*}",
        },
    ],
    "stack": [
        {"matches": r"arn:.*", "gives": "${0}"},
        {
            "matches": r"[^:/*]+",
            "gives": "arn:${Partition}:cloudformation:${Region}:${Account}:stack/${0}/${*}",
        },
    ],
    "definition": [
        {"matches": rf"arn:.*{_UNKNOWN}", "gives": "${0}${*}"},
        {"matches": r"arn:.*/[^:]+:.+", "gives": "${0}"},
        {
            "matches": r"[^:/]+(:.+)?",
            "gives": "arn:${Partition}:ecs:${Region}:${Account}:task-definition/${0}${*}",
        },
    ],
    # Not an alias, which can belong to any key.
    "key": [
        {"matches": r"arn:[^/]*:key/.+", "gives": "${0}"},
        {
            "matches": r"(?:mrk-)?[0-9a-f-]{32,36}",
            "gives": "arn:${Partition}:kms:${Region}:${Account}:key/${0}",
        },
    ],
    # Whether a version or alias is authorized on its own ARN or the function's is not documented.
    "function": [
        {"matches": r"arn:[^:]*:lambda:[^:]*:[^:]*:function:[^:]+", "gives": "${0}"},
        {"matches": r"(arn:[^:]*:lambda:[^:]*:[^:]*:function:[^:]+):.+", "gives": "${1}${*}"},
        {"matches": r"\d{12}:.*", "gives": "${*}"},
        {
            "matches": r"([^:]+)(:.+)?",
            "gives": "arn:${Partition}:lambda:${Region}:${Account}:function:${1}${2|qualifier}",
        },
    ],
    "qualifier": [{"matches": "", "gives": ""}, {"matches": ".+", "gives": "${*}"}],
    # RDS converts names to lower case.
    "db": [
        {
            "matches": r"[a-z0-9-]+",
            "gives": "arn:${Partition}:rds:${Region}:${Account}:db:${0}",
        }
    ],
    "dbcluster": [
        {
            "matches": r"[a-z0-9-]+",
            "gives": "arn:${Partition}:rds:${Region}:${Account}:cluster:${0}",
        }
    ],
    "machine": [
        {"matches": r"arn:[^:]*:states:[^:]*:[^:]*:stateMachine:[^:]+", "gives": "${0}"},
        {"matches": _UNKNOWN, "gives": "${0}"},
    ],
    # The first slash is optional; a version or label can follow.
    "parameter": [{"matches": r"/?([A-Za-z0-9_.-][^:]*)(?::.*)?", "gives": "${1}"}],
}
"""The forms of parameter values, as in `forms` of `catalog/schema.json`."""


class PassedRole(NamedTuple):
    """A parameter with a role that a call passes.

    Attributes:
        route: the parameter; a `.` leads into an object, `*` is every item of a list.
        principals: the services that may assume the role; empty if they are unknown.
        necessity: `required` if two sources name the service, `expected` if a single source lists
            the permission, `documented` if only the parameter's name suggests it.

    """

    route: str
    principals: tuple[str, ...]
    necessity: Literal["required", "expected", "documented"]


class Operation(NamedTuple):
    """An operation of a service.

    Attributes:
        action: the IAM action that every call needs, in canonical case; None if it is unknown.
        roles: the parameters with roles that the call passes.
        tags: the parameters with tags, each with the action that a call with it needs.
        resources: the resource templates of the call, as in `catalog/schema.json`, with the forms
            in `FORMS`; `("*",)` if they are unknown.
        supported: whether Step Functions can call the operation.
        unless: parameters with which the call needs another action.
        has_resource_policy: whether the resource's own policy can allow the call by itself.

    """

    action: str | None
    roles: tuple[PassedRole, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    resources: tuple[str, ...] = ("*",)
    supported: bool = True
    unless: tuple[str, ...] = ()
    has_resource_policy: bool = False


@cache
def service_names() -> Sequence[str]:
    """The services that Step Functions supports, as a Resource names them."""
    return re.findall(r"^\[(\w+)\] [^!]", _text(), re.MULTILINE)


def is_removed(service: str) -> bool:
    """Whether Step Functions supported the service in the past."""
    return _block(service)[0] == "!"


def operation_names(service: str) -> Sequence[str]:
    """The actions of a service as a Resource names them: `getObject`.

    Empty for an unknown service, and for the few services without a model in the SDK.
    """
    return [name[0].lower() + name[1:] for name in _block(service)[1]]


def operation(service: str, action: str) -> Operation | None:
    """Look up an operation: `operation("s3", "getObject")`; None if it is unknown."""
    if not action[:1].islower():
        return None
    prefix, lines = _block(service)
    name = action[0].upper() + action[1:]
    return _operation(prefix, name, lines[name]) if name in lines else None


@cache
def _text() -> str:
    return _FILE.read_text(encoding="utf-8")


@cache
def _block(service: str) -> tuple[str, Mapping[str, str]]:
    """The IAM prefix of a service, and the fields of its operations by name."""
    text = _text()
    start = text.find(f"\n[{service}] ")
    if start < 0 or not service.isalnum():
        return "", {}
    end = text.find("\n[", start + 1)
    head, *lines = text[start + 1 : end if end >= 0 else None].splitlines()
    split = (line.partition(" ") for line in lines)
    return head.partition(" ")[2], {name: fields for name, _, fields in split}


def _operation(prefix: str, name: str, fields: str) -> Operation:
    action: str | None = f"{prefix}:{name}"
    roles: list[PassedRole] = []
    tags: list[tuple[str, str]] = []
    resources: list[str] = []
    supported = True
    unless: list[str] = []
    has_resource_policy = False
    for field in fields.split():
        kind, value = field[0], field[1:]
        if kind == "@":
            roles.append(_passed_role(value))
        elif kind == "+":
            parameter, _, tagging = value.partition(":")
            tags.append((parameter, tagging if ":" in tagging else f"{prefix}:{tagging}"))
        elif kind == "#":
            resources.append(value)
        elif kind == "!":
            supported = False
        elif kind == "?":
            has_resource_policy = True
        elif kind == "~":
            unless.append(value)
        else:
            action = value or None
    return Operation(
        action,
        tuple(roles),
        tuple(tags),
        tuple(resources) or ("*",),
        supported,
        tuple(unless),
        has_resource_policy,
    )


def _passed_role(field: str) -> PassedRole:
    route, _, services = field.partition(":")
    names = services.rstrip("?-")
    principals = tuple(f"{name}.amazonaws.com" for name in names.split(",") if name)
    if services.endswith("-"):
        return PassedRole(route, principals, "documented")
    return PassedRole(route, principals, "expected" if services.endswith("?") else "required")
