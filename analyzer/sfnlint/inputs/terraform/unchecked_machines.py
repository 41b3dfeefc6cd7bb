"""The state machines of a configuration that cannot be checked, or not completely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sfnlint.inputs.terraform.configured_resource import ConfiguredResource
from sfnlint.inputs.terraform.instances import BlockInstance
from sfnlint.inputs.terraform.missing_modules import (
    PassedDefinition,
    makes_machine,
    missing_module,
)
from sfnlint.inputs.terraform.module import BlockKey, Module
from sfnlint.inputs.terraform.module_scope import ModuleScope
from sfnlint.inputs.terraform.resource_types import MACHINE
from sfnlint.inputs.terraform.values import StringValue
from sfnlint.messages import shortened
from sfnlint.subject import InputProblem, Reading


def of_missing_module(
    scope: ModuleScope, call: BlockInstance, passed: Sequence[PassedDefinition]
) -> Iterator[InputProblem]:
    """Yield what is unknown of the state machines that a module outside of the files makes.

    Args:
        scope: the calling module.
        call: the call.
        passed: the definitions in its arguments.

    """
    if not passed and not makes_machine(call):
        return
    module = missing_module(call, scope.module.path)
    kind = "folder" if module.is_local else "module"
    missing = f"{kind} '{module.source}' of '{call.address}' {module.reason}"
    if not passed:
        message = f"{missing}, so its state machine is not checked"
        yield InputProblem("definition-not-found", message, call.place)
        return
    if module.is_local:
        message = f"{missing}, so only the definition in the arguments is checked"
        yield InputProblem("definition-not-found", message, module.place)
    if call.value("role_arn") is None:
        message = f"{missing}, so the role of the state machine is unknown"
        yield InputProblem("role-not-found", message, call.place)


def not_created(
    scopes: Iterable[ModuleScope], find_module: Callable[[str, BlockInstance], Module | None]
) -> Iterator[InputProblem]:
    """Yield the state machines of which the configuration creates none.

    Args:
        scopes: the modules that are called.
        find_module: finds the module that a call in a folder calls; None if it is not in the files.

    """
    scopes = list(scopes)
    created = {
        (_identity(scope), key)
        for scope in scopes
        for key in _keys(scope.module)
        if scope.instances(key)
    }
    for scope in scopes:
        for key in _keys(scope.module):
            block = (_identity(scope), key)
            if block in created:
                continue
            created.add(block)
            declared = scope.module.blocks[key]
            name = ".".join(key[1:] if key[0] == "resource" else key)
            argument = "count" if "count" in declared.block.body.attributes else "for_each"
            call = BlockInstance(scope, declared, scope.prefix + name, {})
            if key[0] == "module":
                module = find_module(scope.module.path, call)
                if module is None or not _has_machine(module):
                    continue
            subject = "state machine" if key[0] == "resource" else "the state machine of"
            message = (
                f"{subject} '{call.address}' is not checked because its {argument} creates no "
                "instance with the values in the files"
            )
            yield InputProblem("definition-not-found", message, call.place)


def _identity(scope: ModuleScope) -> str:
    """Return what is equal for the calls of a module whose state machines are reported once."""
    return scope.prefix if scope.module.is_description else scope.module.path


def _keys(module: Module) -> Iterator[BlockKey]:
    """Yield the keys of state machines and of calls of modules."""
    for key in module.blocks:
        if key[:2] == ("resource", MACHINE) or key[0] == "module":
            yield key


def _has_machine(module: Module) -> bool:
    return any(key[:2] == ("resource", MACHINE) for key in module.blocks)


def with_unreadable_file(
    resources: Iterable[ConfiguredResource], reading: Reading
) -> Iterator[InputProblem]:
    """Yield the state machines whose definition is in a file that cannot be read.

    The faults of the file do not name the state machine.

    Args:
        resources: the resources of the configuration.
        reading: the state machines that could be read, and the faults.

    """
    checked = {subject.logical_id for subject in reading.subjects}
    faulty = {
        problem.place.locate().root.file
        for problem in reading.problems
        if problem.kind in ("unreadable", "json5")
    }
    for resource in resources:
        if resource.type != MACHINE or resource.address in checked:
            continue
        value = resource.value("definition")
        if not isinstance(value, StringValue) or not value.parts:
            continue
        file = value.parts[0].place.locate().root.file
        if file in faulty and file != resource.instance.place.locate().root.file:
            message = (
                f"state machine '{resource.address}' is not checked because '{shortened(file)}' "
                "cannot be read"
            )
            yield InputProblem("definition-not-found", message, resource.instance.place)
