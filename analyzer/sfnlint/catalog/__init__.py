"""What each optimized integration needs of the execution role: data, one file for a service.

A service's file is read when a definition uses the service. `schema.json` describes the form;
CONTRIBUTING says how to add an integration.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sfnlint.catalog.resolve import ParameterCondition
from sfnlint.catalog.resource_template import ParameterForm, parse_form
from sfnlint.finding import Severity
from sfnlint.iam.pattern import Pattern

Purpose = Literal[
    "start", "poll", "cancel", "tags", "pass_role", "events", "data", "logs", "traces",
    "encryption", "assume_role",
]  # fmt: skip
Necessity = Literal["required", "expected", "documented", "observed", "possible"]

_DEFERRED = ("poll", "cancel", "traces")
"""Purposes without which everything works until a job is stopped, an event lost, a trace read."""

_FOLDER = Path(__file__).parent
_NO_SERVICE = frozenset({"schema", "map", "machine", "aws-sdk"})
"""Files that hold no service: the form, and what a Resource cannot name as a service."""


class Need(NamedTuple):
    """One entry of the catalog; `schema.json` says what the fields mean.

    Attributes:
        context: what is always known of the call: condition keys in lower case; None: certainly
            absent.
        passed: what is known of the call by its parameters: keys with templates.
        source: the address of the public page it comes from.

    """

    purpose: Purpose
    necessity: Necessity
    patterns: Sequence[str]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    documented: tuple[str, ...]
    context: Mapping[str, Pattern | None]
    passed: Mapping[str, str]
    when: ParameterCondition
    unless: ParameterCondition
    ignore_case: bool
    poll_only: bool
    source: str
    reason: str

    @property
    def severity(self) -> Severity:
        """The severity of a role that does not allow this.

        An error where the call, the deployment or the execution fails; a warning where everything
        works until a job has to be stopped or an event is lost; info where the documentation does
        not tell what fails.
        """
        if self.necessity in ("documented", "observed"):
            return "info"
        if self.necessity == "expected" or (self.purpose in _DEFERRED and not self.poll_only):
            return "warning"
        return "error"

    @property
    def circumstances(self) -> tuple[object, ...]:
        """What of a state decides about it."""
        return (
            self.resources,
            self.context,
            self.passed,
            self.when,
            self.unless,
            self.ignore_case,
        )


class NeedGroup(NamedTuple):
    """Needs of one integration that one look at a state answers all.

    They are about the same resources, in the same circumstances.

    Attributes:
        first: the first of them.
        needs: for each action, the need that it belongs to.
        order: for each action, where that need stands in the catalog.
        actions: the actions.

    """

    first: Need
    needs: Sequence[Need]
    order: Sequence[int]
    actions: tuple[str, ...]


class Integration:
    """What an integration needs.

    Attributes:
        patterns: the integration patterns that exist.
        disputed: those about which the documentation contradicts itself.
        needs: what is needed in them.
        forms: how texts of the service are read.

    """

    def __init__(
        self,
        patterns: Sequence[str],
        disputed: Sequence[str],
        needs: Sequence[Need],
        forms: Mapping[str, ParameterForm],
    ) -> None:
        self.patterns = patterns
        self.disputed = disputed
        self.needs = needs
        self.forms = forms
        self._need_groups: dict[str, Sequence[NeedGroup]] = {}

    def need_groups(self, pattern: str) -> Sequence[NeedGroup]:
        """What is needed in a pattern."""
        found = self._need_groups.get(pattern)
        if found is None:
            alike: list[list[tuple[int, Need]]] = []
            for index, need in enumerate(self.needs):
                if pattern not in need.patterns:
                    continue
                known = next(
                    (one for one in alike if one[0][1].circumstances == need.circumstances), None
                )
                if known is None:
                    alike.append([(index, need)])
                else:
                    known.append((index, need))
            found = self._need_groups[pattern] = [_need_group(one) for one in alike]
        return found


@cache
def service_names() -> list[str]:
    """The services that the catalog knows."""
    return sorted(file.stem for file in _FOLDER.glob("*.json") if file.stem not in _NO_SERVICE)


def integrations(service: str) -> Mapping[str, Integration] | None:
    """The integrations of a service by action; None when the catalog does not know it."""
    if not service.replace("-", "").isalnum() or service in _NO_SERVICE:
        return None
    return entries(service)


@cache
def entries(name: str) -> Mapping[str, Integration] | None:
    """The entries of a file of the catalog: a service, or "map", "machine", "aws-sdk"."""
    try:
        text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    except OSError:
        # There is no such file, or no file can have so long a name.
        return None
    data = json.loads(text)
    forms = {title: parse_form(rules) for title, rules in data.get("forms", {}).items()}
    return {
        action: Integration(
            entry["patterns"],
            entry.get("disputed", ()),
            [_need(need, entry, data["sources"]) for need in entry["needs"]],
            forms,
        )
        for action, entry in data["integrations"].items()
    }


def _need_group(alike: Sequence[tuple[int, Need]]) -> NeedGroup:
    each = [(index, need, action) for index, need in alike for action in need.actions]
    return NeedGroup(
        alike[0][1],
        [need for _, need, _ in each],
        [index for index, _, _ in each],
        tuple(action for _, _, action in each),
    )


def _need(data: dict[str, Any], entry: dict[str, Any], sources: Mapping[str, str]) -> Need:
    resources = tuple(data["resources"])
    context = {key.lower(): value for key, value in data.get("context", {}).items()}
    return Need(
        data["purpose"],
        data.get("necessity", "required"),
        data.get("patterns", [*entry["patterns"], *entry.get("disputed", ())]),
        tuple(data["actions"]),
        resources,
        tuple(data.get("documented", resources)),
        call_context(
            {key: value for key, value in context.items() if "${" not in value},
            passes=data["purpose"] == "pass_role",
        ),
        {key: value for key, value in context.items() if "${" in value},
        data.get("when", {}),
        data.get("unless", {}),
        data.get("ignore_case", False),
        data.get("poll_only", False),
        sources[data["source"]],
        data["reason"],
    )


def call_context(data: Mapping[str, str], *, passes: bool) -> Mapping[str, Pattern | None]:
    """Condition keys of a call that are always the same; a call that passes a role says whom to."""
    known: dict[str, Pattern | None] = {key: Pattern.literal(value) for key, value in data.items()}
    # Only iam:PassRole carries the key:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    if not passes:
        known.setdefault("iam:passedtoservice", None)
    return known
