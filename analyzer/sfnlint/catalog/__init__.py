"""The permissions that each optimized integration needs, one data file per service.

A file is read when a definition uses its service. `schema.json` describes the format, CONTRIBUTING
how to add an integration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sfnlint.catalog.resource_template import ParameterForm, parse_form
from sfnlint.catalog.template_resolver import ContextTemplate, ParameterCondition
from sfnlint.finding import Severity
from sfnlint.iam.conditions import UNKNOWN_VALUE, Alternatives, ContextValue, RequestContext
from sfnlint.iam.pattern import Pattern
from sfnlint.named_tuple import NamedTuple

Purpose = Literal[
    "start", "poll", "cancel", "tags", "pass_role", "events", "data", "logs", "traces",
    "encryption", "assume_role",
]  # fmt: skip
Necessity = Literal["required", "expected", "documented", "observed", "possible"]

_DEFERRED = ("poll", "cancel", "traces")
"""Purposes that fail only when a job is stopped, an event is lost or a trace is read."""

_DIRECT = ("start", "poll", "cancel", "assume_role")
"""Purposes of requests that Step Functions sends itself, if they are to the called service."""
_INDIRECT: RequestContext = {
    "aws:calledvia": UNKNOWN_VALUE,
    "aws:calledviafirst": UNKNOWN_VALUE,
    "aws:calledvialast": UNKNOWN_VALUE,
    "aws:requestedregion": UNKNOWN_VALUE,
    "aws:securetransport": Alternatives((None, Pattern(("true",)))),
    "aws:viaawsservice": UNKNOWN_VALUE,
}
"""The condition keys of requests that another service may send on behalf of the role."""

_FOLDER = Path(__file__).parent
_NO_SERVICE = frozenset({"schema", "evidence", "map", "machine", "aws-sdk", "linked"})
"""JSON files that do not describe a service that a Resource can name."""


class Need(NamedTuple):
    """A need of an integration: permissions for one purpose. `schema.json` explains the fields.

    Attributes:
        context: condition keys of the request in lower case, with their constant values.
        context_templates: condition keys whose values depend on parameters, with templates.
        request_tags: the parameter with the tags that the request passes; empty if there is none.
        source: the URL of the public page that documents the need.
        reason: why the task needs the permissions, for messages; empty if it calls the action
            itself.
        has_resource_policy: whether the call is certain, but a policy of the resource that the
            files do not show may allow it.
        touches: whether the call certainly touches the resource.

    """

    purpose: Purpose
    necessity: Necessity
    patterns: Sequence[str]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    documented: tuple[str, ...]
    context: RequestContext
    context_templates: Mapping[str, ContextTemplate]
    request_tags: str
    when: ParameterCondition
    unless: ParameterCondition
    ignore_case: bool
    poll_only: bool
    source: str
    reason: str
    has_resource_policy: bool = False
    touches: bool = False

    @property
    def severity(self) -> Severity:
        """The severity of a role that does not allow this.

        An error if the call, the deployment or the execution fails; a warning if everything works
        until a job has to be stopped or an event is lost; info if the documentation does not tell
        what fails.
        """
        if self.necessity in ("documented", "observed"):
            return "info"
        if self.necessity == "expected" or (self.purpose in _DEFERRED and not self.poll_only):
            return "warning"
        return "error"

    @property
    def is_certain(self) -> bool:
        """Whether it is certain that the call is made."""
        return self.necessity != "possible" or self.has_resource_policy

    @property
    def circumstances(self) -> tuple[object, ...]:
        """The fields that are resolved for each state; needs with equal ones share the result."""
        return (
            self.resources,
            self.context,
            self.context_templates,
            self.request_tags,
            self.when,
            self.unless,
            self.ignore_case,
        )


class NeedGroup:
    """Needs of one integration with the same circumstances, which are resolved only once.

    Args:
        members: the needs, each with its index in the catalog.

    Attributes:
        first: the first need of the group.
        needs: for each action, its need.
        order: for each action, the index of its need in the catalog.
        actions: the actions of all needs.
        counted: the indexes of the actions that count as permissions of the state: all but those
            that only may be needed. Only a need of the action that the state calls has no reason.

    """

    def __init__(self, members: Sequence[tuple[int, Need]]) -> None:
        rows = [(index, need, action) for index, need in members for action in need.actions]
        self.first = members[0][1]
        self.needs: Sequence[Need] = [need for _, need, _ in rows]
        self.order: Sequence[int] = [index for index, _, _ in rows]
        self.actions: tuple[str, ...] = tuple(action for _, _, action in rows)
        self.counted: Sequence[int] = [
            index
            for index, need in enumerate(self.needs)
            if need.necessity != "possible" or not need.reason
        ]


class UnlimitedJob(NamedTuple):
    """A job that the service runs without a time limit.

    Attributes:
        timeout_parameter: the parameter that can set a limit; None if there is none.
        source: the URL of the public page that documents this.

    """

    timeout_parameter: str | None
    source: str


class Integration:
    """An optimized integration.

    Attributes:
        patterns: the integration patterns that it supports.
        disputed: the patterns about which the documentation contradicts itself.
        needs: its needs, in all patterns.
        forms: the forms of parameter values that resource templates refer to.
        unlimited_job: the time limit of its jobs; None for a service with a default limit, and for
            integrations without jobs.

    """

    def __init__(
        self,
        patterns: Sequence[str],
        disputed: Sequence[str],
        needs: Sequence[Need],
        forms: Mapping[str, ParameterForm],
        unlimited_job: UnlimitedJob | None = None,
    ) -> None:
        self.patterns = patterns
        self.disputed = disputed
        self.needs = needs
        self.forms = forms
        self.unlimited_job = unlimited_job
        self._need_groups: dict[str, Sequence[NeedGroup]] = {}

    def need_groups(self, pattern: str) -> Sequence[NeedGroup]:
        """The needs in an integration pattern, grouped by their circumstances."""
        groups = self._need_groups.get(pattern)
        if groups is None:
            alike: list[list[tuple[int, Need]]] = []
            for index, need in enumerate(self.needs):
                if pattern not in need.patterns:
                    continue
                # Circumstances are compared one by one because mappings cannot be hashed.
                members = next(
                    (group for group in alike if group[0][1].circumstances == need.circumstances),
                    None,
                )
                if members is None:
                    alike.append([(index, need)])
                else:
                    members.append((index, need))
            groups = self._need_groups[pattern] = [NeedGroup(members) for members in alike]
        return groups


@cache
def service_names() -> list[str]:
    """The services in the catalog, as a Resource names them."""
    return sorted(file.stem for file in _FOLDER.glob("*.json") if file.stem not in _NO_SERVICE)


def optimized_integrations() -> list[str]:
    """The names of all optimized integrations: `sqs:sendMessage`; a pattern is no part of them."""
    return [f"{name}:{action}" for name in service_names() for action in entries(name) or ()]


def integrations(service: str) -> Mapping[str, Integration] | None:
    """The integrations of a service by action; None if the service is not in the catalog."""
    if not service.replace("-", "").isalnum() or service in _NO_SERVICE:
        return None
    return entries(service)


@cache
def entries(name: str) -> Mapping[str, Integration] | None:
    """The entries of a catalog file: a service, or "map", "machine", "aws-sdk".

    None if there is no such file.
    """
    try:
        text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    except OSError:
        # The file does not exist, or its name would be too long.
        return None
    data = json.loads(text)
    forms = {title: parse_form(rules) for title, rules in data.get("forms", {}).items()}
    return {
        action: integration_of(entry, data["sources"], forms)
        if "needs" in entry
        else _like(entry["like"], entry["patterns"])
        for action, entry in data["integrations"].items()
    }


def _like(name: str, patterns: Sequence[str]) -> Integration:
    """An integration with the needs of another: "bedrock:invokeModel"."""
    service, _, action = name.partition(":")
    other = (entries(service) or {})[action]
    needs = [need._replace(patterns=patterns) for need in other.needs]
    return Integration(patterns, (), needs, other.forms)


def call_context(data: Mapping[str, str], *, passes_role: bool, is_direct: bool) -> RequestContext:
    """The constant condition keys of a request.

    Args:
        data: the condition keys in lower case, with their values.
        passes_role: whether the request is checked for iam:PassRole.
        is_direct: whether Step Functions itself sends the request.

    """
    context: dict[str, ContextValue] = {} if is_direct else dict(_INDIRECT)
    context.update((key, Pattern.literal(value)) for key, value in data.items())
    # Only iam:PassRole has the key:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    if not passes_role:
        context.setdefault("iam:passedtoservice", None)
    return context


def integration_of(
    entry: Mapping[str, Any], sources: Mapping[str, str], forms: Mapping[str, ParameterForm]
) -> Integration:
    """Return the integration of an entry of a catalog file.

    Args:
        entry: the entry.
        sources: the pages that the file names.
        forms: the forms of the file.

    """
    unlimited = entry.get("unlimited_job")
    return Integration(
        entry["patterns"],
        entry.get("disputed", ()),
        [_need(need, entry, sources) for need in entry["needs"]],
        forms,
        unlimited
        and UnlimitedJob(unlimited.get("timeout_parameter"), sources[unlimited["source"]]),
    )


def _need(data: Mapping[str, Any], entry: Mapping[str, Any], sources: Mapping[str, str]) -> Need:
    resources = tuple(data["resources"])
    constants: dict[str, str] = {}
    templates: dict[str, str | Sequence[str]] = {}
    for key, value in data.get("context", {}).items():
        if isinstance(value, str) and "${" not in value:
            constants[key.lower()] = value
        else:
            templates[key.lower()] = value
    principals = tuple(Pattern((name,)) for name in data.get("passed_to", ()))
    service, called = (need["actions"][0].partition(":")[0] for need in (data, entry["needs"][0]))
    return Need(
        data["purpose"],
        data.get("necessity", "required"),
        data.get("patterns", [*entry["patterns"], *entry.get("disputed", ())]),
        tuple(data["actions"]),
        resources,
        tuple(data.get("documented", resources)),
        {
            **call_context(
                constants,
                passes_role=data["purpose"] == "pass_role",
                is_direct=data["purpose"] in _DIRECT and service == called,
            ),
            **({"iam:passedtoservice": Alternatives(principals)} if principals else {}),
        },
        templates,
        data.get("request_tags", ""),
        data.get("when", {}),
        data.get("unless", {}),
        data.get("ignore_case", False),
        data.get("poll_only", False),
        sources[data["source"]],
        data.get("reason", ""),
        touches=data.get("touches", False),
    )
