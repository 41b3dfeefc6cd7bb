"""Whether scopes and states have the fields that they may have, with values that may stand there.

What they may have says `machine.json`, a JSON Schema. A quick screen made from it looks at every
state; jsonschema explains those that do not pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sfnlint.asl.machine import STATE_TYPES, Machine, Scope, State
from sfnlint.asl.memoize import memoize
from sfnlint.asl.schema.fast_validator import Check, compile_check
from sfnlint.place import Route

if TYPE_CHECKING:
    from sfnlint.asl.schema.violations import Violation

_CONTAINERS = {"Branches", "Iterator", "ItemProcessor"}


class MachineViolation(NamedTuple):
    """A mistake of a machine.

    Attributes:
        mistake: what is wrong.
        owner: the state or the scope that is wrong.

    """

    violation: Violation
    owner: State | Scope

    @property
    def path(self) -> Route:
        """The route to it in the definition."""
        return self.owner.path + self.violation.path


@memoize
def check_machine(machine: Machine) -> Sequence[MachineViolation]:
    """Everything in a machine that its language does not allow; worked out once."""
    return list(_misfits(machine))


def _misfits(machine: Machine) -> Iterator[MachineViolation]:
    for scope in machine.scopes:
        kind = _kind(scope)
        if not _check(kind)(scope.data):
            yield from _explained(scope, scope.data, (kind,))
        for state in scope.states.values():
            data = state.data
            kind = state.type or ""
            if kind not in STATE_TYPES:
                yield from _explained(state, data, ("Type",))
                continue
            language = state.query_language
            if not _check(language, kind)(data):
                yield from _explained(state, data, (language, kind))


def _kind(scope: Scope) -> str:
    if scope.parent is None:
        return "top"
    return next(str(step) for step in reversed(scope.path) if step in _CONTAINERS)


def _explained(
    owner: State | Scope, data: object, names: Sequence[str]
) -> Iterator[MachineViolation]:
    from sfnlint.asl.schema.dedupe import deduplicate
    from sfnlint.asl.schema.violations import find_violations

    found = list(find_violations(_schema(), names, data))
    template = owner.machine.document if isinstance(owner, Scope) else owner.scope.machine.document
    for violation in deduplicate(found, data, template):
        yield MachineViolation(violation, owner)


@cache
def _check(*names: str) -> Check:
    return compile_check(_schema(), *names)


@cache
def _schema() -> dict[str, Any]:
    file = Path(__file__).with_name("machine.json")
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema
