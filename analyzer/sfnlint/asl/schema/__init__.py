"""Checks the fields of scopes and states against the schema of the language.

`machine.json` is the JSON Schema. Functions compiled from it check every state quickly; jsonschema
runs only on states that fail, to find the violations.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sfnlint.asl.machine import STATE_TYPES, Machine, Scope, State
from sfnlint.asl.memoize import memoize
from sfnlint.asl.schema.dedupe import deduplicate
from sfnlint.asl.schema.fast_validator import Check, compile_check
from sfnlint.asl.schema.violations import Violation
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Route

_SCOPE_FIELDS = {"Branches", "Iterator", "ItemProcessor"}


class MachineViolation(NamedTuple):
    """A violation of the schema in a machine.

    Attributes:
        violation: the violation.
        owner: the state or the scope that contains it.

    """

    violation: Violation
    owner: State | Scope

    @property
    def path(self) -> Route:
        """The path of the violation in the definition."""
        return self.owner.path + self.violation.path


@memoize
def check_machine(machine: Machine) -> Sequence[MachineViolation]:
    """The violations of the schema in a machine."""
    return list(_violations(machine))


def state_fields(state_type: str) -> Collection[str]:
    """The fields of a type of states, in both query languages."""
    fields: Collection[str] = _schema()["$defs"][state_type]["properties"]
    return fields


def _violations(machine: Machine) -> Iterator[MachineViolation]:
    for scope in machine.scopes:
        kind = _scope_kind(scope)
        if not _compiled(kind)(scope.data):
            yield from _full_check(scope, scope.data, (kind,))
        for state in scope.states.values():
            data = state.data
            kind = state.type or ""
            if kind not in STATE_TYPES:
                yield from _full_check(state, data, ("state",))
                continue
            language = state.query_language
            if not _compiled(language, kind)(data):
                yield from _full_check(state, data, (language, kind))


def _scope_kind(scope: Scope) -> str:
    """The definition in the schema for a scope."""
    if scope.parent is None:
        return "machine"
    return next(str(step) for step in reversed(scope.path) if step in _SCOPE_FIELDS)


def _full_check(
    owner: State | Scope, data: object, names: Sequence[str]
) -> Iterator[MachineViolation]:
    from sfnlint.asl.schema.full_validator import find_violations

    violations = list(find_violations(_schema(), names, data))
    machine = owner.machine if isinstance(owner, Scope) else owner.scope.machine
    for violation in deduplicate(violations, data, machine.document):
        yield MachineViolation(violation, owner)


@cache
def _compiled(*names: str) -> Check:
    return compile_check(_schema(), *names)


@cache
def _schema() -> dict[str, Any]:
    file = Path(__file__).with_name("machine.json")
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
