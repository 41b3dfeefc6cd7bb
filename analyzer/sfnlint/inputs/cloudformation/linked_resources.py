"""The resources of a template, as the needs of a state machine's calls depend on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from sfnlint.catalog.linked_resources import (
    SEPARATORS,
    PropertyValue,
    has_fields,
    names_in_arn,
    resources_at,
)
from sfnlint.catalog.resource_template import ACCOUNT, PARTITION, REGION
from sfnlint.iam.pattern import Pattern
from sfnlint.inputs.cloudformation.intrinsics import Resolver
from sfnlint.inputs.cloudformation.template import function_call, is_macro_key
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol

_PSEUDO_PARAMETERS = (PARTITION, REGION, ACCOUNT)
_ALIASES = {"AWS::KMS::Key": ("AWS::KMS::Alias", "TargetKeyId")}
"""Types of resources that give others a name, with the property that names the other."""
PART_TYPE = ".Part"
"""Ends the type of a resource that sets properties of another one."""
PART_OF = "sfn-lint:of"
"""The property that names the other one."""
_MAX_VALUES = 100
"""How many values of a property are read."""
_MAX_DEPTH = 20


class TemplateResource(NamedTuple):
    """A resource of a template; see `LinkedResource`."""

    resolver: Resolver
    name: str
    arn: str
    is_certain: bool
    parts: Sequence[str] = ()

    def values(self, route: Sequence[str]) -> list[PropertyValue]:
        """Return the values of a property; see `LinkedResource`."""
        values: list[PropertyValue] = []
        for name in (self.name, *self.parts):
            is_certain = _exists(self.resolver, name) is True
            properties = self.resolver.template.properties(name)
            followed = self._follow(properties, route, is_certain, _MAX_DEPTH)
            values += islice(followed, _MAX_VALUES)
        return values

    def _follow(
        self, data: object, route: Sequence[str], is_certain: bool, depth: int
    ) -> Iterator[PropertyValue]:
        function, _ = function_call(data)
        if function == "Fn::If" and depth:
            yield from self._branches(data, route, is_certain, depth - 1)
        elif not route or function:
            # A function may return an object without the property.
            text = self.resolver.string(data)
            if text is not None and (text or not route):
                yield PropertyValue(text, is_certain and not route)
        elif route[0] == "*":
            for item in data if isinstance(data, list) else [data]:
                yield from self._follow(item, route[1:], is_certain, depth)
        elif isinstance(data, dict):
            if route[0] in data:
                yield from self._follow(data[route[0]], route[1:], is_certain, depth)
            elif any(map(is_macro_key, data)):
                yield PropertyValue(self.resolver.unknown(data), False)

    def _branches(
        self, data: object, route: Sequence[str], is_certain: bool, depth: int
    ) -> Iterator[PropertyValue]:
        """Yield the values in the branches of an Fn::If that may be taken."""
        argument = function_call(data)[1]
        taken = self.resolver.if_branch(argument)
        if taken is not None:
            yield from self._follow(taken[1], route, is_certain, depth)
        elif isinstance(argument, list) and len(argument) == 3:
            for branch in argument[1:]:
                yield from self._follow(branch, route, False, depth)


class TemplateResources:
    """The resources of templates that are deployed together; see `ResourceIndex`.

    Args:
        resolvers: returns the resolver of each template, with the symbols of the state machine.

    """

    def __init__(self, resolvers: Callable[[], Iterator[Resolver]]) -> None:
        self._find_resolvers = resolvers
        self._of_type: dict[str, _ResourcesOfType] = {}

    @cached_property
    def _resolvers(self) -> Sequence[Resolver]:
        return list(self._find_resolvers())

    def find(self, resource_type: str, arn: Pattern) -> Sequence[TemplateResource]:
        """Return the resources that a call with this resource touches; see `ResourceIndex`."""
        resources = self._resources(resource_type)
        if not resources.by_arn:
            return ()
        mark = self._resolvers[0].symbols.mark
        at_arn, fields = resources_at(self._text(arn), resources.by_arn)
        own = set(map(mark, _PSEUDO_PARAMETERS))
        return [
            resource._replace(is_certain=resource.is_certain and is_same is True)
            for resource in at_arn
            if (is_same := has_fields(resource.arn, fields, own)) is not False
        ]

    def named(self, resource_type: str, text: str) -> Sequence[TemplateResource]:
        """Return the resources with a name, an ARN or an alias; see `ResourceIndex`."""
        return self._resources(resource_type).by_name.get(text, ())

    def reference(self, arn: Pattern) -> tuple[Symbol, str] | None:
        """Return the reference to a resource in the machine's own template; see `ResourceIndex`."""
        text = self._text(arn)
        end = len(text)
        while end > len("arn:"):
            if text[:end] in self._references:
                return self._references[text[:end]], text[end:]
            end = max(text.rfind(separator, 0, end) for separator in SEPARATORS)
        return None

    @cached_property
    def _references(self) -> Mapping[str, Symbol]:
        return dict(self._resolvers[0].names.arn_references())

    def _text(self, arn: Pattern) -> str:
        mark = self._resolvers[0].symbols.mark
        return "".join(
            [mark(part) if isinstance(part, Symbol) else str(part) for part in arn.parts]
        )

    def _resources(self, resource_type: str) -> _ResourcesOfType:
        resources = self._of_type.get(resource_type)
        if resources is None:
            resources = self._of_type[resource_type] = _ResourcesOfType()
            for resolver in self._resolvers:
                parts = _parts(resolver, resource_type)
                for name in resolver.template.of_type(resource_type):
                    forms = resolver.names.forms(name)
                    own = {part for form in forms for part in parts.get(form, ())}
                    resources.add(resolver, name, sorted(own))
            self._add_aliases(resource_type, resources)
        return resources

    def _add_aliases(self, resource_type: str, resources: _ResourcesOfType) -> None:
        alias_type, target = _ALIASES.get(resource_type, ("", ""))
        for resolver in self._resolvers if alias_type else ():
            for name in resolver.template.of_type(alias_type):
                text = resolver.string(resolver.template.properties(name).get(target))
                named = resources.by_name.get(text or "", ())
                for form in resolver.names.forms(name):
                    resources.by_name.setdefault(form, []).extend(named)


class _ResourcesOfType:
    """The resources of a type.

    Attributes:
        by_arn: by the last field of their ARNs.
        by_name: by their names, ARNs and the results of a Ref.

    """

    def __init__(self) -> None:
        self.by_arn: dict[str, list[TemplateResource]] = {}
        self.by_name: dict[str, list[TemplateResource]] = {}

    def add(self, resolver: Resolver, name: str, parts: Sequence[str]) -> None:
        """Add a resource, if it exists and its ARN is known."""
        exists = _exists(resolver, name)
        arn, *others = resolver.names.forms(name) or [""]
        if exists is False or not arn.startswith("arn:"):
            return
        resource = TemplateResource(resolver, name, arn, exists is True, parts)
        for form in {arn, *others}:
            self.by_name.setdefault(form, []).append(resource)
        any_string = resolver.symbols.mark(Symbol("*", "free"))
        for form in names_in_arn(arn, any_string):
            self.by_arn.setdefault(form, []).append(resource)


def _parts(resolver: Resolver, resource_type: str) -> Mapping[str, Sequence[str]]:
    """Return the resources that set properties of others of a type, by the others' names."""
    parts: dict[str, list[str]] = {}
    for name in resolver.template.of_type(resource_type + PART_TYPE):
        other = resolver.string(resolver.template.properties(name).get(PART_OF))
        if other is not None:
            parts.setdefault(other, []).append(name)
    return parts


def _exists(resolver: Resolver, name: str) -> bool | None:
    """Return whether a resource exists; None if that is unknown."""
    condition = resolver.template.resources[name].get("Condition")
    return not isinstance(condition, str) or resolver.condition_values.get(condition)
