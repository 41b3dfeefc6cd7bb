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

from sfnlint.iam.pattern import Pattern

Purpose = Literal["start", "poll", "cancel", "tags", "pass_role", "events"]
Necessity = Literal["required", "expected", "documented", "observed"]

_FOLDER = Path(__file__).parent
_NO_SERVICE = frozenset({"schema"})


class Need(NamedTuple):
    """One entry of the catalog; `schema.json` says what the fields mean.

    Attributes:
        context: what is known of the call: condition keys in lower case; None: certainly absent.
        source: the address of the public page it comes from.

    """

    purpose: Purpose
    necessity: Necessity
    patterns: Sequence[str]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    documented: tuple[str, ...]
    context: Mapping[str, Pattern | None]
    ignore_case: bool
    source: str
    reason: str


class Integration(NamedTuple):
    """An action of a service: the patterns it supports, and its needs."""

    patterns: Sequence[str]
    needs: Sequence[Need]


def services() -> list[str]:
    """The services that the catalog knows."""
    return sorted(file.stem for file in _FOLDER.glob("*.json") if file.stem not in _NO_SERVICE)


@cache
def service(name: str) -> Mapping[str, Integration] | None:
    """The integrations of a service by action; None when the catalog does not know it."""
    if not name.replace("-", "").isalnum() or name in _NO_SERVICE:
        return None
    try:
        text = (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    data = json.loads(text)
    return {
        action: Integration(
            entry["patterns"],
            [_need(need, entry["patterns"], data["sources"]) for need in entry["needs"]],
        )
        for action, entry in data["integrations"].items()
    }


def _need(data: dict[str, Any], patterns: Sequence[str], sources: Mapping[str, str]) -> Need:
    resources = tuple(data["resources"])
    return Need(
        data["purpose"],
        data.get("necessity", "required"),
        data.get("patterns", patterns),
        tuple(data["actions"]),
        resources,
        tuple(data.get("documented", resources)),
        _context(data.get("context", {})),
        data.get("ignore_case", False),
        sources[data["source"]],
        data["reason"],
    )


def _context(data: Mapping[str, str]) -> Mapping[str, Pattern | None]:
    known: dict[str, Pattern | None] = {
        key.lower(): Pattern.literal(value) for key, value in data.items()
    }
    # Only iam:PassRole carries the key:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    known.setdefault("iam:passedtoservice", None)
    return known
