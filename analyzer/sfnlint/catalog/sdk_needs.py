"""The needs of AWS SDK integrations.

Entries of `aws-sdk.json` were verified by hand and take precedence over the generated table of
operations.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sfnlint import catalog
from sfnlint.asl.task_resource import SDK_PATTERNS
from sfnlint.catalog import Integration, Necessity, Need, Purpose, call_context, sdk
from sfnlint.catalog.resource_template import ANY_RESOURCE, ParameterForm, parse_form
from sfnlint.iam.conditions import RequestContext

_SOURCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"


class SdkCall(NamedTuple):
    """A call of an operation of the AWS SDK.

    Attributes:
        integration: the operation with its needs.
        unless: parameters with which the needs are different and unknown.

    """

    integration: Integration
    unless: tuple[str, ...] = ()


@cache
def sdk_call(service: str, action: str) -> SdkCall | None:
    """Look up an operation: `sdk_call("s3", "getObject")`; None if its needs are unknown."""
    curated = (catalog.entries("aws-sdk") or {}).get(f"{service}:{action}")
    if curated is not None:
        return SdkCall(curated)
    operation = sdk.operation(service, action)
    if operation is None or operation.action is None or not operation.supported:
        return None
    start = _need(
        "start",
        "possible" if operation.has_resource_policy else "required",
        operation.action,
        tuple(ANY_RESOURCE if resource == "*" else resource for resource in operation.resources),
        call_context({}, passes_role=False, is_direct=True),
    )._replace(has_resource_policy=operation.has_resource_policy)
    roles = [_pass_role(route, principal) for route, principal in operation.roles]
    return SdkCall(Integration(SDK_PATTERNS, (), [start, *roles], _forms()), operation.unless)


def _pass_role(route: str, principal: str | None) -> Need:
    """The need to pass the role in a parameter.

    If the service that assumes the role is known, the documentation requires the permission. For
    other parameters that look like roles it is required nine times out of ten: worth a hint.
    """
    context = {"iam:passedtoservice": principal} if principal else {}
    return _need(
        "pass_role",
        "expected" if principal else "documented",
        "iam:PassRole",
        ("${" + route + "}",),
        call_context(context, passes_role=True, is_direct=False),
        f"the task passes the role in {route}",
    )


def _need(
    purpose: Purpose,
    necessity: Necessity,
    action: str,
    resources: tuple[str, ...],
    context: RequestContext,
    reason: str = "",
) -> Need:
    return Need(
        purpose,
        necessity,
        SDK_PATTERNS,
        (action,),
        resources,
        documented=resources,
        context=context,
        context_templates={},
        request_tags="",
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
