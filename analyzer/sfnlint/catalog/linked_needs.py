"""The needs that a call has because of a resource that it touches.

The catalog's file linked.json has the properties of resources by which a call needs more: who runs
an ECS task definition passes its roles, who sends a message to an encrypted queue uses its key.
Such needs depend on the action and the resource, not on the integration, so that a single entry
holds for optimized and SDK integrations, readers and writers of Distributed Maps, and for resources
that are linked to a linked resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sfnlint.asl.task_parameters import ParameterValue
from sfnlint.catalog import Integration, NeedGroup, integration_of
from sfnlint.catalog.linked_resources import LinkedResource, ResourceIndex
from sfnlint.catalog.requirements import Requirement, StateContext
from sfnlint.catalog.resource_template import (
    ParameterForm,
    ParameterReference,
    PartialResource,
    parse_form,
    parse_template,
)
from sfnlint.catalog.template_resolver import TemplateResolver
from sfnlint.iam.conditions import RequestContext
from sfnlint.iam.pattern import Pattern, Wildcard
from sfnlint.iam.relation import Relation, relate
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.symbol import Symbol

_PROPERTY = "^"
"""Begins the name of a property in templates and conditions."""
_ARN = "^Arn"
"""The ARN of the resource, which is no property."""
_MAX_DEPTH = 3
"""How many links lead from a call to a need."""
_MAX_LINKED = 100
"""How many requirements a state has because of linked resources."""


class _LinkedNeeds(NamedTuple):
    """The needs of callers of some actions on resources of a type."""

    resource_type: str
    integration: Integration


class _Table(NamedTuple):
    """The content of linked.json.

    Attributes:
        by_action: the needs by the actions of which they are a consequence.
        types: for forms that find a resource, the type of the resource.
        policy_types: the types of resources with a policy that may grant what the role lacks.

    """

    by_action: Mapping[str, Sequence[_LinkedNeeds]]
    types: Mapping[str, str]
    policy_types: Sequence[str]


@cache
def linked_needs() -> _Table:
    """Return the content of linked.json."""
    file = Path(__file__).with_name("linked.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    forms = {title: parse_form(rules) for title, rules in data["forms"].items()}
    by_action: dict[str, list[_LinkedNeeds]] = {}
    for resource_type, entries in data["resources"].items():
        for entry in entries:
            pattern = {"patterns": ["request_response"], "needs": entry["needs"]}
            linked = _LinkedNeeds(resource_type, integration_of(pattern, data["sources"], forms))
            for action in entry["callers"]:
                by_action.setdefault(action, []).append(linked)
    return _Table(by_action, data["types"], data["policy_types"])


def with_linked(
    requirements: Sequence[Requirement], resources: ResourceIndex
) -> Sequence[Requirement]:
    """Return requirements of a state, with those because of the resources that it touches.

    Args:
        requirements: the requirements of the state.
        resources: the resources that the files define.

    """
    if not any(map(_linked_by, (each.group for each in requirements))):
        return requirements
    linked = _Linked(resources)
    for requirement in requirements:
        linked.add(requirement, _MAX_DEPTH)
    found = linked.requirements.values()
    return [*(each for each in requirements if not _is_replaced(each, found)), *found]


def _is_replaced(requirement: Requirement, linked: Iterable[Requirement]) -> bool:
    """Whether a linked resource shows which of many resources a call touches."""
    if requirement.resource.is_single_string:
        return False
    any_of = Pattern.of(
        Wildcard.ANY if isinstance(part, Symbol) and part.kind == "free" else part
        for part in requirement.resource.parts
    )
    return any(
        each.is_certain
        and each.group.actions == requirement.group.actions
        and relate(each.resource, [any_of]) is Relation.COVERED
        for each in linked
    )


@cache
def _linked_by(group: NeedGroup) -> Sequence[_LinkedNeeds]:
    """Return the linked needs of the actions of a group of needs."""
    by_action = linked_needs().by_action
    linked = {
        id(needs): needs
        for need, action in zip(group.needs, group.actions, strict=True)
        if need.touches or (need.is_certain and need.severity != "info")
        for needs in by_action.get(action, ())
    }
    return list(linked.values())


class _Linked:
    """The requirements of a state because of linked resources.

    Attributes:
        requirements: the requirements, by their needs and resources.

    """

    def __init__(self, resources: ResourceIndex) -> None:
        self.requirements: dict[tuple[NeedGroup, Pattern], Requirement] = {}
        self._resources = resources

    def add(self, requirement: Requirement, depth: int) -> None:
        """Add the requirements that follow from another one."""
        for needs in _linked_by(requirement.group) if depth else ():
            for resource in self._resources.find(needs.resource_type, requirement.resource):
                for linked in self._of_resource(requirement, needs.integration, resource):
                    key = linked.group, linked.resource
                    if key not in self.requirements and len(self.requirements) < _MAX_LINKED:
                        index = sum(group is linked.group for group, _ in self.requirements)
                        self.requirements[key] = linked._replace(resource_index=index)
                        self.add(linked, depth - 1)

    def _of_resource(
        self, requirement: Requirement, integration: Integration, resource: LinkedResource
    ) -> Iterator[Requirement]:
        if requirement.resolver is None:
            return
        resolver = _LinkedResolver(
            requirement.resolver, requirement.place, integration.forms, resource, self._resources
        )
        is_linked = requirement.is_certain and resource.is_certain
        for group in integration.need_groups("request_response"):
            need = group.first
            applies = resolver.applies(need.when, need.unless)
            if applies is False:
                continue
            context: RequestContext = need.context
            if need.context_templates:
                context = StateContext(need, resolver)
            for index, template in enumerate(need.resources):
                is_certain = resolver.is_certain(template) and is_linked and bool(applies)
                for pattern, place, if_arn in resolver.resources(template):
                    yield Requirement(
                        requirement.state,
                        None,
                        group,
                        pattern,
                        if_arn,
                        context,
                        is_certain,
                        place,
                        resolver,
                        index,
                        0,
                    )


class _LinkedResolver(TemplateResolver):
    """Resolves templates with the properties of a resource and the parameters of a state."""

    def __init__(
        self,
        resolver: TemplateResolver,
        place: Place,
        forms: Mapping[str, ParameterForm],
        resource: LinkedResource,
        resources: ResourceIndex,
    ) -> None:
        super().__init__(resolver.parameters, resolver.symbols, place, forms, resolver.machine)
        self._resource = resource
        self._resources = resources

    def is_certain(self, template: str) -> bool:
        """Whether the properties in a template certainly have their values."""
        references = [
            part for part in parse_template(template) if isinstance(part, ParameterReference)
        ]
        return all(
            not value.may_be_absent and self._is_policy_known(reference.form, value.text)
            for reference in references
            for value in self._values(reference)
        )

    def _is_policy_known(self, form: str, text: str) -> bool:
        """Whether the files show the policy of the resource that a value names."""
        is_known = linked_needs().types.get(form) not in linked_needs().policy_types
        return is_known or bool(self._named(form, text))

    def _values(self, reference: ParameterReference) -> list[ParameterValue]:
        first, *rest = reference.route
        if not first.startswith(_PROPERTY):
            return super()._values(reference)
        if first == _ARN:
            return [ParameterValue(self._resource.arn, self.place.path)]
        return [
            ParameterValue(value.text, self.place.path, not value.is_certain)
            for value in self._resource.values((first.removeprefix(_PROPERTY), *rest))
        ]

    def _convert(
        self, text: str, form: str, *, is_whole_template: bool = False
    ) -> list[PartialResource]:
        named = self._named(form, text)
        if named:
            return [self._literal(resource.arn, is_whole=True) for resource in named]
        return super()._convert(text, form, is_whole_template=is_whole_template)

    def _named(self, form: str, text: str) -> Sequence[LinkedResource]:
        resource_type = linked_needs().types.get(form)
        return self._resources.named(resource_type, text) if resource_type else ()
