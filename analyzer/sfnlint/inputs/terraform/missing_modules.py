"""Calls of modules that are not in the files: the definitions that they pass, and their sources."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sfnlint.inputs.paths import local_path, missing_file
from sfnlint.inputs.terraform.encoding import json_parts
from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.values import (
    ConditionalValue,
    ListValue,
    ObjectValue,
    StringValue,
    TerraformValue,
    literal,
)
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import shortened
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Route

_META_ARGUMENTS = frozenset({"count", "depends_on", "for_each", "providers", "source", "version"})
"""Arguments of every module call. https://developer.hashicorp.com/terraform/language/block/module"""
_MAKES_MACHINE = lazy_pattern(
    r"step[-_]?functions?|(?:^|[/._-])(?:sfn|state[-_]?machines?)(?:\.git)?(?:/aws)?(?:$|\?)"
)
"""The source of a module that makes a state machine."""
_MAX_VALUES = 1000
"""How many values in an argument are searched for definitions."""
_MAX_CASES = 16
"""How many combinations of unknown conditions of an argument are told apart."""


class PassedDefinition(NamedTuple):
    """A definition in an argument of a module call.

    Attributes:
        argument: the argument.
        route: the keys and indices that lead to the definition in it.

    """

    argument: str
    route: Route

    def value(self, call: BlockInstance) -> TerraformValue | None:
        """Return the definition as a string; None when it is not known."""
        value = call.value(self.argument)
        for step in self.route:
            if isinstance(value, ObjectValue):
                value = value.get(str(step))
            elif isinstance(value, ListValue) and isinstance(step, int):
                value = value.items[step] if step < len(value.items) else None
            else:
                return None
        if isinstance(value, ObjectValue):
            return StringValue(value.place, json_parts(value), value)
        return value


def makes_machine(call: BlockInstance) -> bool:
    """Return whether the source of a missing module says that it makes a state machine."""
    return is_named_for_machine(literal(call.value("source")) or "")


def is_named_for_machine(source: str) -> bool:
    """Return whether the source of a module says that it makes a state machine."""
    return _MAKES_MACHINE.search(source) is not None


def passed_definitions(scope: ModuleScope, call: BlockInstance) -> list[PassedDefinition]:
    """Return the definitions in the arguments of a call, whatever the module is.

    Args:
        scope: the calling module.
        call: the call.

    """
    passed = []
    for name in [name for name in call.arguments if name not in _META_ARGUMENTS]:
        evaluate = partial(call.value, name)
        value = scope.in_all_cases(evaluate, _MAX_CASES, collections=False)
        routes = () if value is None else dict.fromkeys(_definitions(value))
        passed += [PassedDefinition(name, route) for route in routes]
    return passed


def _definitions(value: TerraformValue) -> Iterator[Route]:
    """Yield the routes of the definitions in a value."""
    waiting: list[tuple[Route, TerraformValue]] = [((), value)]
    for _ in range(_MAX_VALUES):
        if not waiting:
            return
        route, current = waiting.pop()
        if _is_definition(current):
            yield route
        elif isinstance(current, ObjectValue):
            members = reversed(current.sorted_members() or ())
            waiting += [((*route, literal(key) or ""), member) for key, member in members]
        elif isinstance(current, ConditionalValue):
            waiting += [(route, current.no), (route, current.yes)]
        elif isinstance(current, ListValue):
            items = reversed([*enumerate(current.items)])
            waiting += [((*route, index), item) for index, item in items]


def _is_definition(value: TerraformValue) -> bool:
    if isinstance(value, ObjectValue):
        return value.get("StartAt") is not None and isinstance(value.get("States"), ObjectValue)
    if not isinstance(value, StringValue):
        return False
    text = "".join(part.text for part in value.parts if isinstance(part.text, str))
    # A module may convert another format itself.
    return text.lstrip().startswith("{") and '"StartAt"' in text and '"States"' in text


class MissingModule(NamedTuple):
    """The reason why the module of a call is not in the files.

    Attributes:
        source: its source, shortened for messages.
        reason: the rest of a sentence whose subject is the module.
        place: where the call names it.
        is_local: whether its folder should be in the files.

    """

    source: str
    reason: str
    place: Place
    is_local: bool


def missing_module(call: BlockInstance, folder: str) -> MissingModule:
    """Return why the module of a call is not in the files.

    Args:
        call: the call.
        folder: the folder of the calling module.

    """
    written = call.value("source")
    source = literal(written)
    if written is None or source is None or not source.startswith(("./", "../")):
        place = call.place if written is None else written.place
        return MissingModule(shortened(source or ""), "is not in the files", place, is_local=False)
    path = local_path(Path(folder), source)
    reason = "has no Terraform files"
    if path is None:
        reason = "is outside of the repository"
    elif not os.path.isdir(path):
        reason = missing_file(path, Path(folder))
    return MissingModule(shortened(source), reason, written.place, is_local=True)
