"""Rules about transitions, variables and error handlers (2xx)."""

from __future__ import annotations

from sfnlint.asl.machine import Machine
from sfnlint.asl.memoize import memoize
from sfnlint.asl.variables import variables
from sfnlint.rule import RuleGroup
from sfnlint.subject import Subject
from sfnlint_rules._error_handlers import handlers

_READ_RESULTS = frozenset(("OutputPath", "ResultSelector", "Output", "Assign", "Items"))


def _has_variables(subject: Subject) -> bool:
    known = variables(subject.machine)
    return bool(known.assignments or known.references)


def _has_handlers(subject: Subject) -> bool:
    return bool(handlers(subject.machine))


def _has_flow_problems(subject: Subject) -> bool:
    states = subject.machine.states
    if len(states) < 2 and not any(_READ_RESULTS.intersection(state.data) for state in states):
        # One state alone reads only the unknown input (benchmarks/compare.py, "one definition").
        return False
    from sfnlint.dataflow.flow import flow_problems

    return bool(flow_problems(subject.machine))


def _has_output_paths(subject: Subject) -> bool:
    return any("OutputPath" in state.data for state in subject.machine.states)


def _has_waits(subject: Subject) -> bool:
    return any(state.type == "Wait" for state in subject.machine.states)


def _has_choices(subject: Subject) -> bool:
    return _has_choice(subject.machine)


@memoize
def _has_choice(machine: Machine) -> bool:
    return any(state.type == "Choice" for state in machine.states)


def _has_unreachable_states(subject: Subject) -> bool:
    return any(
        scope.is_readable and scope.is_closed and len(scope.reachable) < len(scope.states)
        for scope in subject.machine.scopes
    )


def _has_unknown_targets(subject: Subject) -> bool:
    return not all(scope.is_closed for scope in subject.machine.scopes)


def _has_heartbeats(subject: Subject) -> bool:
    return _has_heartbeat(subject.machine)


@memoize
def _has_heartbeat(machine: Machine) -> bool:
    return any("HeartbeatSeconds" in state.data for state in machine.states)


GROUPS = (
    RuleGroup(
        "Subject",
        _has_variables,
        frozenset(("EF205", "EF206", "EF207", "WF208", "EF209", "EF210")),
    ),
    RuleGroup("Subject", _has_handlers, frozenset(("EF213", "WF214", "WF217", "IF225"))),
    RuleGroup("Subject", _has_flow_problems, frozenset(("EF219", "EF220", "EF221", "WF222"))),
    RuleGroup("Subject", _has_output_paths, frozenset(("WF223",))),
    RuleGroup("Subject", _has_waits, frozenset(("IF224",))),
    RuleGroup("Subject", _has_unknown_targets, frozenset(("EF202",))),
    RuleGroup("Subject", _has_heartbeats, frozenset(("EF215",))),
    RuleGroup("Subject", _has_choices, frozenset(("WF211", "WF212"))),
    RuleGroup("Subject", _has_unreachable_states, frozenset(("WF201", "EF218"))),
)
