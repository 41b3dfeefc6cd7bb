"""What a call of the AWS SDK needs, in the form of the catalog.

The table of operations is generated; what stands in `aws-sdk.json` was looked up, and goes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from sfnlint import catalog
from sfnlint.asl.task_resource import SDK_PATTERNS
from sfnlint.catalog import Integration, Necessity, Need, Purpose, call_context, sdk
from sfnlint.catalog.resource_template import ANY_RESOURCE, ParameterForm, parse_form
from sfnlint.iam.pattern import Pattern

_SOURCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"


class SdkCall(NamedTuple):
    """What is known of an operation.

    Attributes:
        integration: what it needs.
        unless: parameters with which it needs something else, that is not known.

    """

    integration: Integration
    unless: tuple[str, ...] = ()


@cache
def sdk_call(service: str, action: str) -> SdkCall | None:
    """What an operation needs: `call("s3", "getObject")`; None when that is not known."""
    known = (catalog.entries("aws-sdk") or {}).get(f"{service}:{action}")
    if known is not None:
        return SdkCall(known)
    operation = sdk.operation(service, action)
    if operation is None or operation.action is None or not operation.supported:
        return None
    resources = tuple(ANY_RESOURCE if one == "*" else one for one in operation.resources)
    start = _need(
        "start",
        "possible" if operation.guarded else "required",
        operation.action,
        resources,
        call_context({}, passes=False),
        f"the task calls {operation.name}",
    )
    roles = [_passing(route, principal) for route, principal in operation.roles]
    return SdkCall(Integration(SDK_PATTERNS, (), [start, *roles], _forms()), operation.unless)


def _passing(route: str, principal: str | None) -> Need:
    """A parameter with a role.

    Where the service is known that assumes it, the documentation says that the caller passes it.
    What only looks like a role is one nine times out of ten: worth a hint.
    """
    context = {"iam:passedtoservice": principal} if principal else {}
    return _need(
        "pass_role",
        "expected" if principal else "documented",
        "iam:PassRole",
        ("${" + route + "}",),
        call_context(context, passes=True),
        f"{route} is a role that the service works with",
    )


def _need(
    purpose: Purpose,
    necessity: Necessity,
    action: str,
    resources: tuple[str, ...],
    context: Mapping[str, Pattern | None],
    reason: str,
) -> Need:
    return Need(
        purpose,
        necessity,
        SDK_PATTERNS,
        (action,),
        resources,
        documented=resources,
        context=context,
        passed={},
        when={},
        unless={},
        ignore_case=False,
        poll_only=False,
        source=_SOURCE,
        reason=reason,
    )


@cache
def _forms() -> dict[str, ParameterForm]:
    return {name: parse_form(rules) for name, rules in sdk.FORMS.items()}
