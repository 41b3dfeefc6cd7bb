"""The operations of the AWS SDK: what `arn:aws:states:::aws-sdk:service:action` can name.

`operations.txt` is generated (`scripts/build_operations.py`). Its first line begins with the date
of the data. Each service is a block: a line `[service] prefix` with the IAM prefix (`-`, none),
then a line for each operation: its name, and separated by spaces

- `-`, no primary action is known, or `=prefix:Action`, where it is not the operation's own name;
- `!`, Step Functions does not support it;
- `~Parameter`, with that parameter the call needs another action;
- `@Route:principal`, a parameter with a role that the call passes;
- `#template`, the resource;
- `?`, the resource's own policy may allow the call by itself.

Names: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("operations.txt")

_OPEN = r"[\U000f0000-\U0010ffff]"
FORMS: Mapping[str, Sequence[Mapping[str, str]]] = {
    # Directory buckets, access points and their aliases are authorized on other ARNs.
    "bucket": [{"matches": r"(?!.*(?:--x-s3|-s3alias)$)[^:/]+", "gives": "${0}"}],
    "queue": [
        {
            "matches": r"https://sqs\.([^./]+)\.[^/]+/([^/]+)/([^/]+)",
            "gives": "arn:${Partition}:sqs:${1}:${2}:${3}",
        }
    ],
    # Its ARN ends in six characters that the service adds to the name.
    "secret": [
        {"matches": r"arn:.*-[A-Za-z0-9]{6}", "gives": "${0}"},
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
        {"matches": rf"arn:.*{_OPEN}", "gives": "${0}${*}"},
        {"matches": r"arn:.*/[^:]+:.+", "gives": "${0}"},
        {
            "matches": r"[^:/]+(:.+)?",
            "gives": "arn:${Partition}:ecs:${Region}:${Account}:task-definition/${0}${*}",
        },
    ],
    # Not an alias, which may be of any key.
    "key": [
        {"matches": r"arn:[^/]*:key/.+", "gives": "${0}"},
        {
            "matches": r"(?:mrk-)?[0-9a-f-]{32,36}",
            "gives": "arn:${Partition}:kms:${Region}:${Account}:key/${0}",
        },
    ],
    # Of a version or an alias, whether it is authorized on that or on the function is not known.
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
    # RDS changes names to lower case.
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
        {"matches": _OPEN, "gives": "${0}"},
    ],
    # With or without the first slash; a version or label may follow.
    "parameter": [{"matches": r"/?([A-Za-z0-9_.-][^:]*)(?::.*)?", "gives": "${1}"}],
}
"""How texts of parameters are read, in the form of the catalog's `forms`."""


def _date() -> str:
    with _FILE.open(encoding="utf-8") as file:
        return file.readline().split()[1]


DATE = _date()
"""The day of the SDK's models, `2026-11-20`."""


class Operation(NamedTuple):
    """An operation of a service.

    Attributes:
        name: as the service's API calls it: `GetObject`.
        action: the IAM action that a call cannot do without, in its canonical case; None where it
            is not known, so that there is no verdict.
        roles: parameters that hold roles which the call passes: the route to each, dots leading
            inside and `*` standing for each entry of a list, with the service that assumes it,
            None where that is not known.
        resources: templates of what the call is authorized on, as in `catalog/schema.json`, with
            the forms in `FORMS`; `("*",)` where nothing is certain.
        supported: False for what Step Functions is documented not to call.
        unless: parameters that change the action: for a call that has one there is no verdict.
        guarded: whether the resource's own policy may allow the call by itself.

    """

    name: str
    action: str | None
    roles: tuple[tuple[str, str | None], ...] = ()
    resources: tuple[str, ...] = ("*",)
    supported: bool = True
    unless: tuple[str, ...] = ()
    guarded: bool = False


@cache
def service_names() -> Sequence[str]:
    """The services as Step Functions calls them, in order."""
    return re.findall(r"^\[(\w+)\]", _text(), re.MULTILINE)


def operation_names(service: str) -> Sequence[str]:
    """The actions of a service as Step Functions writes them: `getObject`.

    None are known of a service that does not exist, and of the few that do but have no model.
    """
    return [name[0].lower() + name[1:] for name in _block(service)[1]]


def operation(service: str, action: str) -> Operation | None:
    """What is known of an action: `operation("s3", "getObject")`.

    None where a service has no such action, or where nothing is known of it.
    """
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
    """A service's prefix, and its lines by the operations' names."""
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
    roles: list[tuple[str, str | None]] = []
    resources: list[str] = []
    supported = True
    unless: list[str] = []
    guarded = False
    for field in fields.split():
        kind, value = field[0], field[1:]
        if kind == "@":
            route, _, principal = value.partition(":")
            roles.append((route, principal or None))
        elif kind == "#":
            resources.append(value)
        elif kind == "!":
            supported = False
        elif kind == "?":
            guarded = True
        elif kind == "~":
            unless.append(value)
        else:
            action = value or None
    touched = tuple(resources) or ("*",)
    return Operation(name, action, tuple(roles), touched, supported, tuple(unless), guarded)
