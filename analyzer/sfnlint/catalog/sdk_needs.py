"""The needs of AWS SDK integrations.

Entries of `aws-sdk.json` were verified by hand and take precedence over the generated table of
operations.
"""

from __future__ import annotations

from functools import cache

from sfnlint import catalog
from sfnlint.asl.task_resource import SDK_PATTERNS
from sfnlint.catalog import Integration, Necessity, Need, Purpose, call_context, sdk
from sfnlint.catalog.resource_template import ANY_RESOURCE, ParameterForm, parse_form
from sfnlint.iam.conditions import Alternatives, ContextValue, RequestContext
from sfnlint.iam.pattern import Pattern
from sfnlint.named_tuple import NamedTuple

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
    roles = [_pass_role(role) for role in operation.roles]
    tags = [_tag(parameter, tagging) for parameter, tagging in operation.tags]
    needs = [start, *tags, *roles]
    return SdkCall(Integration(SDK_PATTERNS, (), needs, _forms()), operation.unless)


def _pass_role(role: sdk.PassedRole) -> Need:
    """The need to pass the role in a parameter."""
    principals = [Pattern.literal(principal) for principal in role.principals]
    context: dict[str, ContextValue] = {}
    if principals:
        context["iam:passedtoservice"] = (
            principals[0] if len(principals) == 1 else Alternatives(tuple(principals))
        )
    return _need(
        "pass_role",
        role.necessity,
        "iam:PassRole",
        ("${" + role.route + "|role}",),
        {**call_context({}, passes_role=True, is_direct=False), **context},
        f"the task passes the role in {role.route}",
    )


def _tag(parameter: str, action: str) -> Need:
    """The need to tag what the call creates, if it has tags.

    The service reference lists the action for all calls, and some services do not check it.
    """
    return _need(
        "tags",
        "expected",
        action,
        (ANY_RESOURCE,),
        call_context({}, passes_role=False, is_direct=False),
        f"the task passes {parameter}",
    )._replace(when={parameter: True})


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
