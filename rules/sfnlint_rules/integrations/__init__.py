"""Rules about the resources of Task states (3xx)."""

from __future__ import annotations

from sfnlint.rule import RuleGroup
from sfnlint.subject import Subject


def _may_be_express(subject: Subject) -> bool:
    # The type of child executions is in the ProcessorConfig of a scope.
    return subject.type == "EXPRESS" or len(subject.machine.scopes) > 1


def _calls_http(subject: Subject) -> bool:
    return any(call.integration == "http:invoke" for call in subject.calls)


def _calls_sdk(subject: Subject) -> bool:
    return any(call.sdk for call in subject.calls)


GROUPS = (
    RuleGroup("Subject", _may_be_express, frozenset(("EF303", "EF306"))),
    RuleGroup("Subject", _calls_http, frozenset(("EF307",))),
    RuleGroup("Subject", _calls_sdk, frozenset(("WF305",))),
)
