"""Rules about the fields of a definition (1xx)."""

from __future__ import annotations

from sfnlint.asl.jsonpath_fields import jsonpath_fields, used_paths
from sfnlint.asl.limits import MAX_STATE_NAME
from sfnlint.asl.machine import Machine
from sfnlint.asl.memoize import memoize
from sfnlint.asl.schema import check_machine
from sfnlint.rule import RuleGroup
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import handlers
from sfnlint_rules.definition._quoted_placeholders import open_numbers


@memoize
def _has_jsonata(machine: Machine) -> bool:
    return any(state.query_language == "JSONata" for state in machine.states)


def _has_jsonata_states(subject: Subject) -> bool:
    return _has_jsonata(subject.machine)


def _has_violations(subject: Subject) -> bool:
    return bool(check_machine(subject.machine))


def _may_have_wrong_types(subject: Subject) -> bool:
    return _has_violations(subject) or any(open_numbers(subject.machine))


def _has_field_problems(subject: Subject) -> bool:
    return bool(jsonpath_fields(subject.machine).problems)


def _may_mix_languages(subject: Subject) -> bool:
    return _has_violations(subject) or subject.machine.query_language == "JSONata"


def _may_have_expressions_as_text(subject: Subject) -> bool:
    return _has_field_problems(subject) or _has_jsonata_states(subject)


def _has_paths(subject: Subject) -> bool:
    return bool(used_paths(subject.machine))


def _has_labels_or_scopes(subject: Subject) -> bool:
    return len(subject.machine.scopes) > 1 or _has_labels(subject.machine)


@memoize
def _has_labels(machine: Machine) -> bool:
    return any("Label" in state.data for state in machine.states)


def _has_long_names_or_labels(subject: Subject) -> bool:
    return _has_labels(subject.machine) or _has_long_names(subject.machine)


@memoize
def _has_long_names(machine: Machine) -> bool:
    return any(len(state.name) > MAX_STATE_NAME for state in machine.states)


def _has_repeated_names(subject: Subject) -> bool:
    states = subject.machine.states
    return len({state.name for state in states}) < len(states)


def _has_handlers(subject: Subject) -> bool:
    return bool(handlers(subject.machine))


def _has_name(subject: Subject) -> bool:
    return subject.name is not None


GROUPS = (
    RuleGroup(
        "Subject",
        _has_violations,
        frozenset(("EF101", "EF102", "EF104", "EF105", "EF106")),
    ),
    RuleGroup("Subject", _may_have_wrong_types, frozenset(("EF103",))),
    RuleGroup("Subject", _may_mix_languages, frozenset(("EF107",))),
    RuleGroup(
        "Subject",
        _has_field_problems,
        frozenset(("EF112", "EF113", "EF114", "EF117", "EF118", "EF119", "EF124", "WF115")),
    ),
    RuleGroup(
        "Subject",
        _has_jsonata_states,
        frozenset(("EF160", "EF161", "EF162", "EF163", "EF164", "EF166")),
    ),
    RuleGroup("Subject", _may_have_expressions_as_text, frozenset(("WF165",))),
    RuleGroup("Subject", _has_paths, frozenset(("WF116", "WF120"))),
    RuleGroup("Subject", _has_labels_or_scopes, frozenset(("EF110", "EF122", "WF125"))),
    RuleGroup("Subject", _has_long_names_or_labels, frozenset(("EF109",))),
    RuleGroup("Subject", _has_repeated_names, frozenset(("EF108",))),
    RuleGroup("Subject", _has_handlers, frozenset(("WF121",))),
    RuleGroup("Subject", _has_name, frozenset(("EF127",))),
)
