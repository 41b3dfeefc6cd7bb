"""The requirements of states and machine settings: the permissions that the role needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from sfnlint import catalog
from sfnlint.asl.distributed_map import is_distributed
from sfnlint.asl.machine import State
from sfnlint.asl.machine_settings import MachineSetting, SettingName
from sfnlint.asl.task_parameters import TaskParameters, mark_placeholders
from sfnlint.asl.task_resource import is_activity_arn, is_function_arn, parse_resource
from sfnlint.catalog import Integration, Need, NeedGroup
from sfnlint.catalog.resource_template import (
    MACHINE_NAME,
    ParameterReference,
    constant_resource,
    parse_template,
)
from sfnlint.catalog.template_resolver import TemplateResolver
from sfnlint.iam.conditions import ContextValue, RequestContext
from sfnlint.iam.pattern import Pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.symbol import Symbols

_WITHOUT_NEEDS = frozenset({"Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel"})


class Requirement(NamedTuple):
    """The permissions that a state or a machine setting needs on one resource.

    Attributes:
        state: the state; None for a machine setting.
        setting: the machine setting; None for a state.
        group: the needs in the catalog: actions, purpose, necessity and source.
        resource: the resource of the call.
        resource_if_arn: the resource if an unknown parameter is an ARN; None if that is impossible.
        context: condition keys of the request in lower case; None for a key that the request
            certainly does not have.
        is_certain: whether the definition shows that the permissions are needed.
        place: the place of the field that determines the resource.
        resolver: resolves the documented resources; None for a machine setting.
        template_index: the index of the resource's template in the needs.
        resource_index: the index of the resource among those of its template.

    """

    state: State | None
    setting: SettingName | None
    group: NeedGroup
    resource: Pattern
    resource_if_arn: Pattern | None
    context: RequestContext
    is_certain: bool
    place: Place
    resolver: TemplateResolver | None
    template_index: int
    resource_index: int

    @property
    def requester(self) -> str:
        """The state or machine setting, for messages: "state 'Train'", "the machine's logging"."""
        return (
            f"the machine's {self.setting}" if self.state is None else f"state '{self.state.name}'"
        )


class StateContext(Mapping[str, ContextValue]):
    """The condition keys of a state's request, whose templates are resolved on demand.

    Few policies have conditions, and to resolve all templates takes as long as all decisions
    (benchmarks/compare.py, "5,000 states").

    Args:
        need: the need with the templates.
        resolver: resolves the templates for the state.

    """

    def __init__(self, need: Need, resolver: TemplateResolver) -> None:
        self._need = need
        self._resolver = resolver
        self._values: dict[str, ContextValue] = {}

    def __getitem__(self, key: str) -> ContextValue:
        if key in self._values:
            return self._values[key]
        if key in self._need.context:
            return self._need.context[key]
        if key in self._need.context_templates:
            value = self._resolver.context_value(self._need.context_templates[key])
        else:
            value = self._tags[key]
        self._values[key] = value
        return value

    def __iter__(self) -> Iterator[str]:
        return chain(self._need.context, self._need.context_templates, self._tags)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @cached_property
    def _tags(self) -> RequestContext:
        parameter = self._need.request_tags
        return self._resolver.request_tags(parameter) if parameter else {}


def state_requirements(
    state: State, symbols: Symbols, machine: str | None = None
) -> Sequence[Requirement] | None:
    """The requirements that a state has of the execution role.

    Args:
        state: the state.
        symbols: the symbols of the definition.
        machine: the name of the state machine; None if the files do not show it.

    Returns:
        None if the requirements are unknown, because the integration is not in the catalog or the
        state cannot be read.

    """
    if state.type in _WITHOUT_NEEDS:
        return ()
    if state.type == "Map":
        return _map_requirements(state, symbols, machine)
    if state.type == "Task" and "Credentials" in state.data:
        # The call itself is made with the assumed role.
        call = _catalog_call("machine", "credentials", "request_response")
        return call and _call_requirements(state, call, symbols, machine)
    return task_requirements(state, symbols, machine)


def task_requirements(
    state: State, symbols: Symbols, machine: str | None = None
) -> Sequence[Requirement] | None:
    """The requirements that a Task has of the role that makes its call.

    Arguments and result are those of `state_requirements`.
    """
    resource = state.data.get("Resource")
    if state.type != "Task" or not isinstance(resource, str):
        return None
    call = _resource_call(mark_placeholders(resource, symbols))
    return call and _call_requirements(state, call, symbols, machine)


def machine_requirements(
    settings: Mapping[SettingName, MachineSetting] | None,
    symbols: Symbols,
    machine: str | None = None,
) -> Iterator[Requirement]:
    """The requirements of logging, tracing and encryption.

    Args:
        settings: the settings; None if the files do not show them.
        symbols: the symbols of the definition.
        machine: the name of the state machine; None if the files do not show it.

    """
    name_pattern = Pattern((MACHINE_NAME,))
    if machine is not None:
        name_pattern = Pattern.literal(machine, symbols)
    entries = catalog.entries("machine") if settings else None
    for name, setting in (settings or {}).items():
        if setting.state == "off" or not entries or name not in entries:
            continue
        # The key policy of a key in other files may allow the role.
        is_certain = setting.state == "on" and (name != "encryption" or setting.key is not None)
        for group in entries[name].need_groups("request_response"):
            need = group.first
            templates = {
                key: _of_machine(template, name_pattern)
                for key, template in need.context_templates.items()
                if isinstance(template, str)
            }
            for index, template in enumerate(need.resources):
                yield Requirement(
                    state=None,
                    setting=name,
                    group=group,
                    resource=setting.key or constant_resource(template) or Pattern(()),
                    resource_if_arn=None,
                    context={**need.context, **templates},
                    is_certain=is_certain,
                    place=setting.place,
                    resolver=None,
                    template_index=index,
                    resource_index=0,
                )


def _of_machine(template: str, name: Pattern) -> Pattern:
    """A template whose only parameter is the name of the state machine."""
    parts = [part for part in parse_template(template) if not isinstance(part, ParameterReference)]
    return Pattern.of(
        each for part in parts for each in (name.parts if part is MACHINE_NAME else (part,))
    )


def _map_requirements(
    state: State, symbols: Symbols, machine: str | None
) -> list[Requirement] | None:
    distributed = is_distributed(state)
    if distributed is None:
        return None
    parts = [("", "distributed")] if distributed else []
    for field in ("ItemReader", "ResultWriter"):
        container = state.data.get(field)
        if isinstance(container, dict) and "Resource" in container:
            resource = container["Resource"]
            task = parse_resource(resource) if isinstance(resource, str) else None
            if task is None or task.sdk:
                return None
            parts.append((field, task.integration))
    requirements: list[Requirement] = []
    for within, name in parts:
        call = _catalog_call("map", name, "request_response")
        needed = call and _call_requirements(state, call, symbols, machine, within)
        if needed is None:
            return None
        requirements += needed
    return requirements


class _Call(NamedTuple):
    """A call of an integration.

    Attributes:
        integration: the integration.
        pattern: the integration pattern.
        unless: parameters with which the needs are different and unknown.

    """

    integration: Integration
    pattern: str
    unless: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def _resource_call(resource: str) -> _Call | None:
    """The call of a Task with this Resource; None if it is not in the catalog."""
    if is_activity_arn(resource) or is_function_arn(resource):
        kind = "activity" if is_activity_arn(resource) else "function"
        return _catalog_call("machine", kind, "request_response")
    task = parse_resource(resource)
    if task is None:
        return None
    if task.sdk:
        # Few definitions call the AWS SDK; importing its table is a twentieth of importing this
        # module (benchmarks/compare.py).
        from sfnlint.catalog import sdk_needs

        call = sdk_needs.sdk_call(task.service, task.action)
        if call is None or task.pattern not in call.integration.patterns:
            return None
        return _Call(call.integration, task.pattern, call.unless)
    if catalog.integrations(task.service) is None:
        return None
    return _catalog_call(task.service, task.action, task.pattern)


def _catalog_call(file: str, action: str, pattern: str) -> _Call | None:
    integration = (catalog.entries(file) or {}).get(action)
    if integration is None or pattern not in (*integration.patterns, *integration.disputed):
        return None
    return _Call(integration, pattern)


def _call_requirements(
    state: State, call: _Call, symbols: Symbols, machine: str | None, within: str = ""
) -> list[Requirement] | None:
    place = state.at(within, "Resource") if within else state.at("Resource")
    if within == "" and state.type == "Map":
        place = state.place
    parameters = TaskParameters(state, symbols, within)
    resolver = TemplateResolver(parameters, symbols, place, call.integration.forms, machine)
    if call.unless:
        is_usual = resolver.condition_holds(dict.fromkeys(call.unless, False))
        if is_usual is not True:
            return None
    requirements: list[Requirement] = []
    for group in call.integration.need_groups(call.pattern):
        need = group.first
        applies = resolver.applies(need.when, need.unless)
        if applies is False:
            continue
        context: RequestContext = need.context
        if need.context_templates or need.request_tags:
            context = StateContext(need, resolver)
        # Positional arguments: keywords take twice as long, and this is the innermost loop
        # (benchmarks/compare.py).
        requirements += [
            Requirement(
                state,
                None,
                group,
                resource,
                if_arn,
                context,
                bool(applies),
                place,
                resolver,
                template_index,
                resource_index,
            )
            for template_index, template in enumerate(need.resources)
            for resource_index, (resource, place, if_arn) in enumerate(resolver.resources(template))
        ]
    return requirements
