"""From a state, or what a machine has beside it, to what the role must be allowed to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sfnlint import catalog
from sfnlint.asl.machine import CHILD_FIELDS, State
from sfnlint.asl.machine_settings import MachineSetting, SettingName
from sfnlint.asl.task_parameters import mark_placeholders
from sfnlint.asl.task_resource import is_activity_arn, is_function_arn, parse_resource
from sfnlint.catalog import Integration, NeedGroup
from sfnlint.catalog.resolve import TemplateResolver
from sfnlint.catalog.resource_template import constant_resource
from sfnlint.iam.pattern import Pattern
from sfnlint.place import Place
from sfnlint.symbol import Symbols

_WITHOUT_NEEDS = frozenset({"Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel"})


class Requirement(NamedTuple):
    """What the role must be allowed to do on one resource.

    Attributes:
        state: the state that needs it; None for the machine itself.
        setting: which setting of the machine needs it; None for a state.
        group: the catalog's entries: which actions, what for, how sure, from which pages.
        resource: what the call touches.
        resource_if_arn: what it touches if a parameter that is left open is an ARN.
        context: what is known of the call: condition keys in lower case; None: certainly absent.
        is_certain: whether the definition shows that it is needed.
        place: the field that asks for it.
        resolver: fills in what is documented, when somebody asks; None where nothing is to fill in.
        template_index: which template of the needs says what it touches.
        resource_index: which of the resources that the template means.

    """

    state: State | None
    setting: SettingName | None
    group: NeedGroup
    resource: Pattern
    resource_if_arn: Pattern | None
    context: Mapping[str, Pattern | None]
    is_certain: bool
    place: Place
    resolver: TemplateResolver | None
    template_index: int
    resource_index: int

    @property
    def requester(self) -> str:
        """Who needs it, as in a message: "state 'Train'", "the machine's logging"."""
        return (
            f"the machine's {self.setting}" if self.state is None else f"state '{self.state.name}'"
        )


def state_requirements(
    state: State, symbols: Symbols, machine: str | None = None
) -> Sequence[Requirement] | None:
    """What the role must be allowed to do for this state.

    Args:
        state: the state.
        symbols: what the marker characters of its definition stand for.
        machine: the machine's own name; None when the files do not show it.

    Returns:
        None: not known, because the catalog does not know the integration, or because the state
        cannot be read.

    """
    if state.type in _WITHOUT_NEEDS:
        return ()
    if state.type == "Map":
        return _of_map(state, symbols, machine)
    if state.type == "Task" and "Credentials" in state.data:
        # The task's own needs belong to the role that is assumed.
        entry = _entry("machine", "credentials", "request_response")
        return entry and _of(state, entry, symbols, machine)
    return task_requirements(state, symbols, machine)


def task_requirements(
    state: State, symbols: Symbols, machine: str | None = None
) -> Sequence[Requirement] | None:
    """What the role with which a Task is done must be allowed to do, as `requirements`."""
    resource = state.data.get("Resource")
    if state.type != "Task" or not isinstance(resource, str):
        return None
    entry = _named(mark_placeholders(resource, symbols))
    return entry and _of(state, entry, symbols, machine)


def machine_requirements(
    settings: Mapping[SettingName, MachineSetting] | None,
) -> Iterator[Requirement]:
    """What the role must be allowed to do for logging, tracing and encryption."""
    known = catalog.entries("machine") if settings else None
    for name, setting in (settings or {}).items():
        if setting.state == "off":
            continue
        for group in known[name].need_groups("request_response") if known and name in known else ():
            need = group.first
            # A key's own policy may suffice: nothing is certain of one that is elsewhere.
            is_certain = setting.state == "on" and (name != "encryption" or setting.key is not None)
            for position, template in enumerate(need.resources):
                yield Requirement(
                    None,
                    name,
                    group,
                    setting.key or constant_resource(template) or Pattern(()),
                    None,
                    need.context,
                    is_certain,
                    setting.place,
                    None,
                    position,
                    0,
                )


def _is_distributed(state: State) -> bool | None:
    """Whether a Map runs its iterations as executions of their own; None when that is open."""
    for field in CHILD_FIELDS:
        processor = state.data.get(field)
        config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
        mode = config.get("Mode", "INLINE") if isinstance(config, dict) else "INLINE"
        if mode != "INLINE":
            return True if mode == "DISTRIBUTED" else None
    return False


def _of_map(state: State, symbols: Symbols, machine: str | None) -> list[Requirement] | None:
    distributed = _is_distributed(state)
    if distributed is None:
        return None
    found: list[Requirement] = []
    parts = [("", "distributed")] if distributed else []
    for field in ("ItemReader", "ResultWriter"):
        holder = state.data.get(field)
        if isinstance(holder, dict) and "Resource" in holder:
            resource = holder["Resource"]
            task = parse_resource(resource) if isinstance(resource, str) else None
            if task is None or task.sdk:
                return None
            parts.append((field, task.integration))
    for within, name in parts:
        entry = _entry("map", name, "request_response")
        needed = entry and _of(state, entry, symbols, machine, within)
        if needed is None:
            return None
        found += needed
    return found


class _Entry(NamedTuple):
    """An entry of the catalog as a state uses it.

    Attributes:
        integration: the entry.
        pattern: the integration pattern.
        unless: parameters with which something else is needed, that is not known.

    """

    integration: Integration
    pattern: str
    unless: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def _named(resource: str) -> _Entry | None:
    """What a Task's Resource names; None for what the catalog does not know."""
    if is_activity_arn(resource) or is_function_arn(resource):
        kind = "activity" if is_activity_arn(resource) else "function"
        return _entry("machine", kind, "request_response")
    task = parse_resource(resource)
    if task is None:
        return None
    if task.sdk:
        from sfnlint.catalog import sdk_needs

        known = sdk_needs.sdk_call(task.service, task.action)
        if known is None or task.pattern not in known.integration.patterns:
            return None
        return _Entry(known.integration, task.pattern, known.unless)
    return (
        _entry(task.service, task.action, task.pattern)
        if catalog.integrations(task.service)
        else None
    )


def _entry(file: str, action: str, pattern: str) -> _Entry | None:
    integration = (catalog.entries(file) or {}).get(action)
    if integration is None or pattern not in (*integration.patterns, *integration.disputed):
        return None
    return _Entry(integration, pattern)


def _of(
    state: State, entry: _Entry, symbols: Symbols, machine: str | None, within: str = ""
) -> list[Requirement] | None:
    place = state.at(within, "Resource") if within else state.at("Resource")
    if within == "" and state.type == "Map":
        place = state.place
    resolver = TemplateResolver(state, symbols, within, place, entry.integration.forms, machine)
    if entry.unless and resolver.condition_holds(dict.fromkeys(entry.unless, False)) is not True:
        return None
    return _filled(state, entry.integration, entry.pattern, resolver)


def _filled(
    state: State, integration: Integration, pattern: str, resolver: TemplateResolver
) -> list[Requirement]:
    found: list[Requirement] = []
    for group in integration.need_groups(pattern):
        need = group.first
        condition_holds = resolver.condition_holds(need.when) if need.when else True
        if need.unless and condition_holds is not False:
            spared = resolver.condition_holds(need.unless)
            condition_holds = (
                False if spared else condition_holds and (None if spared is None else True)
            )
        if condition_holds is False:
            continue
        context = need.context
        if need.passed:
            context = {**context, **resolver.context(need.passed)}
        for position, template in enumerate(need.resources):
            found += [
                Requirement(
                    state,
                    None,
                    group,
                    resource,
                    resource_if_arn,
                    context,
                    bool(condition_holds),
                    place,
                    resolver,
                    position,
                    index,
                )
                for index, (resource, place, resource_if_arn) in enumerate(
                    resolver.resources(template)
                )
            ]
    return found
