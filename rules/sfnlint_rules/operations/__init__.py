"""Rules about callbacks, timeouts and logging (7xx)."""

from __future__ import annotations

from sfnlint.rule import RuleGroup
from sfnlint.subject import Subject


def _has_settings(subject: Subject) -> bool:
    return bool(subject.settings)


def _waits_for_callbacks(subject: Subject) -> bool:
    return any(call.pattern == "waitForTaskToken" for call in subject.calls)


def _runs_jobs(subject: Subject) -> bool:
    return any(call.pattern in ("sync", "sync:2") for call in subject.calls)


GROUPS = (
    RuleGroup("Subject", _has_settings, frozenset(("IF710", "IF711", "EF712", "IF713"))),
    RuleGroup("Subject", _waits_for_callbacks, frozenset(("EF701", "WF703"))),
    RuleGroup("Subject", _runs_jobs, frozenset(("IF704",))),
)
