"""Resolves the resource templates and conditions of the catalog for a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, product

from sfnlint.asl.task_parameters import ParameterValue, TaskParameters
from sfnlint.catalog.resource_template import (
    ARN_FORM,
    MACHINE_NAME,
    ParameterForm,
    ParameterReference,
    PartialResource,
    ResourceTemplate,
    accepts_arn,
    constant_resource,
    parse_template,
)
from sfnlint.iam.conditions import (
    UNKNOWN_VALUE,
    Alternatives,
    ContextValue,
    MultiValue,
    RequestContext,
)
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

ParameterCondition = Mapping[str, bool | Sequence[str]]
"""Parameters, each with whether it is passed (a boolean) or with its possible values.

A possible value that ends in `*` is a prefix.
"""


ContextTemplate = str | Sequence[str]
"""The template of the value of a condition key, or the templates of its values."""

_ADDED_TAGS = ("aws:requesttag/managed_by_aws", "aws:requesttag/managedbyservice")
"""The condition keys for tags that Step Functions may add to requests.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-mediaconvert.html
"""
_ANY_STRING = Pattern((Symbol("*", "free"),))


class ResolvedResource(NamedTuple):
    """A resource of a resolved template.

    Attributes:
        pattern: the ARN.
        place: the place of the parameter or field that determines it.
        if_arn: the ARN if an unknown value is an ARN; None if that is impossible.

    """

    pattern: Pattern
    place: Place
    if_arn: Pattern | None = None


class TemplateResolver:
    """Resolves templates with the parameters of one state, each template once.

    Args:
        parameters: the parameters of the state.
        symbols: the symbols of the definition.
        place: the place of resources that no single parameter names.
        forms: the forms of the service.
        machine: the name of the state machine; None if the files do not show it.

    """

    def __init__(
        self,
        parameters: TaskParameters,
        symbols: Symbols,
        place: Place,
        forms: Mapping[str, ParameterForm],
        machine: str | None,
    ) -> None:
        self.symbols = symbols
        self.parameters = parameters
        self.place = place
        self.forms = forms
        self.machine = machine
        self._resolved: dict[str, list[ResolvedResource]] = {}

    def resources(self, template: str) -> list[ResolvedResource]:
        """The resources of a template; none if it refers to a parameter that is not passed."""
        resources = self._resolved.get(template)
        if resources is None:
            pattern = constant_resource(template)
            parts = parse_template(template)
            if pattern is not None:
                resources = [ResolvedResource(pattern, self.place)]
            elif len(parts) == 1 and isinstance(parts[0], ParameterReference):
                # A single parameter names the resource, so the resource is located there.
                resources = self._resolve_reference(parts[0])
            else:
                resources = [_resource(value, self.place) for value in self._resolve(parts, ())]
            self._resolved[template] = resources
        return resources

    def applies(self, when: ParameterCondition, unless: ParameterCondition) -> bool | None:
        """Whether a call has a need with these conditions; None if that is unknown."""
        applies = self.condition_holds(when) if when else True
        if unless and applies is not False:
            excluded = self.condition_holds(unless)
            applies = False if excluded else applies and (None if excluded is None else True)
        return applies

    def condition_holds(self, condition: ParameterCondition) -> bool | None:
        """Whether a condition holds; None if the definition does not show it."""
        answers = [self._matches(name, expected) for name, expected in condition.items()]
        if False in answers:
            return False
        return None if None in answers else True

    def context_value(self, template: ContextTemplate) -> ContextValue:
        """The value of a condition key with this template."""
        if isinstance(template, str):
            patterns = self._context_patterns(template)
            if patterns is None or len(patterns) != 1:
                return UNKNOWN_VALUE
            (pattern,) = patterns
            return pattern if pattern.parts else Alternatives((None, pattern))
        lists = [self._context_patterns(each) for each in template]
        if None in lists:
            return UNKNOWN_VALUE
        values = dict.fromkeys(chain.from_iterable(filter(None, lists)))
        return MultiValue(tuple(values)) if values else None

    def _context_patterns(self, template: str) -> list[Pattern] | None:
        """The values of a template; None if a parameter may be absent, or a name may be an ARN."""
        parts = parse_template(template)
        references = [part for part in parts if isinstance(part, ParameterReference)]
        if any(value.may_be_absent for part in references for value in self._values(part)):
            return None
        values = self._resolve(parts, ())
        if any(value.if_arn is not None for value in values):
            return None
        return list(dict.fromkeys(value.pattern for value in values))

    def request_tags(self, parameter: str) -> RequestContext:
        """The condition keys for the tags that a request passes in a parameter.

        Step Functions adds tags of its own to some requests.
        """
        tags = self.parameters.tags(parameter)
        if tags is None:
            return {}
        context: dict[str, ContextValue] = {}
        if tags.is_complete:
            context["aws:requesttag/"] = None
            context.update(dict.fromkeys(_ADDED_TAGS, UNKNOWN_VALUE))
        for key, value in tags.values.items():
            context[f"aws:requesttag/{key.lower()}"] = Pattern.literal(value, self.symbols)
        keys = MultiValue((*map(Pattern.literal, tags.values), _ANY_STRING))
        context["aws:tagkeys"] = keys if tags.values else Alternatives((None, keys))
        return context

    def _matches(self, name: str, expected: bool | Sequence[str]) -> bool | None:
        """Whether a parameter is passed, or has one of some values; None if that is unknown."""
        values = self._values(ParameterReference(tuple(name.split(".")), None, ""))
        if any(value.may_be_absent for value in values):
            return None
        if isinstance(expected, bool):
            return bool(values) is expected
        if not values:
            return False
        answers = {_is_one_of(value.text, expected) for value in values}
        if True in answers:
            return True
        return None if None in answers else False

    def _values(self, reference: ParameterReference) -> list[ParameterValue]:
        return self.parameters.values(reference.route, reference.default)

    def _resolve_reference(self, reference: ParameterReference) -> list[ResolvedResource]:
        """Resolve a template that is a single parameter."""
        resources = []
        for value in self._values(reference):
            place = Place(self.place.document, value.path)
            if not reference.form and value.text.startswith("arn:") and value.text.isascii():
                resources.append(ResolvedResource(Pattern((value.text,)), place))
            else:
                form = reference.form or ARN_FORM
                converted = self._convert(value.text, form, is_whole_template=True)
                resources += [_resource(partial, place) for partial in converted]
        return resources

    def _resolve(self, template: ResourceTemplate, groups: Sequence[str]) -> list[PartialResource]:
        """Resolve a template; `groups` are the groups of the form that contains it."""
        pattern = self._resolve_simple(template, groups)
        if pattern is not None:
            return [PartialResource(pattern)]
        alternatives = [self._alternatives(part, groups) for part in template]
        return [PartialResource.joined(values) for values in product(*alternatives)]

    def _resolve_simple(self, template: ResourceTemplate, groups: Sequence[str]) -> Pattern | None:
        """Resolve a template whose parameters have one value and no form; None for others.

        Most templates are simple, and `_resolve` takes longer.
        """
        parts: list[PatternPart] = []
        for part in template:
            if isinstance(part, ParameterReference):
                texts = [] if part.form else self._texts(part, groups)
                if len(texts) != 1:
                    return None
                parts += (texts[0],) if texts[0].isascii() else self.symbols.split(texts[0])
            elif part is MACHINE_NAME:
                return None
            else:
                parts.append(part)
        return Pattern.of(parts)

    def _alternatives(
        self, part: PatternPart | ParameterReference, groups: Sequence[str]
    ) -> list[PartialResource]:
        if part is MACHINE_NAME and self.machine is not None:
            return [self._literal(self.machine)]
        if not isinstance(part, ParameterReference):
            return _constant(part)
        return [
            value for text in self._texts(part, groups) for value in self._convert(text, part.form)
        ]

    def _texts(self, reference: ParameterReference, groups: Sequence[str]) -> list[str]:
        number = reference.route[0]
        if number.isdigit():
            return [groups[int(number)] or reference.default or ""]
        return [value.text for value in self._values(reference)]

    def _convert(
        self, text: str, form: str, *, is_whole_template: bool = False
    ) -> list[PartialResource]:
        """Convert a value with a form."""
        if not form:
            return [self._literal(text)]
        if form == ARN_FORM:
            if text.startswith("arn:"):
                return [self._literal(text, is_whole=True)]
            if is_whole_template:
                # The value must be an ARN: with another value the resource is unknown.
                can_be_arn = MARKER.search(text) is not None
                return [self._literal(text, is_whole=True) if can_be_arn else self._unknown(text)]
            values = [self._literal(text)]
        else:
            values = self._apply_form(text, self.forms[form])
        if self._starts_unknown(text) and (form == ARN_FORM or accepts_arn(self.forms[form])):
            if_arn = Pattern.literal(text, self.symbols)
            return [PartialResource(value.pattern, value.is_whole, if_arn) for value in values]
        return values

    def _apply_form(self, text: str, form: ParameterForm) -> list[PartialResource]:
        for rule in form:
            match = rule.matches.fullmatch(text)
            if match is not None:
                if rule.gives is None:
                    return []
                groups = [match[0], *[group or "" for group in match.groups()]]
                return self._resolve(rule.gives, groups)
        return [self._unknown(text)]

    def _starts_unknown(self, text: str) -> bool:
        """Whether a value starts with a symbol that can be an ARN."""
        if text[:1].isascii():
            return False
        first = next(self.symbols.split(text[:1]), "")
        return isinstance(first, Symbol) and first.kind != "generated"

    def _literal(self, text: str, *, is_whole: bool = False) -> PartialResource:
        return PartialResource(Pattern.literal(text, self.symbols), is_whole)

    def _unknown(self, text: str) -> PartialResource:
        return PartialResource(Pattern((Symbol(text, "free"),)), is_whole=True)


@cache
def _constant(part: PatternPart) -> list[PartialResource]:
    return [PartialResource(Pattern((part,)))]


def _is_one_of(text: str, values: Sequence[str]) -> bool | None:
    """Whether a string is one of some values; None if that depends on its unknown parts."""
    prefix = MARKER.split(text, maxsplit=1)[0]
    for value in values:
        if text == value or (value[-1:] == "*" and prefix.startswith(value[:-1])):
            return True
    if prefix == text:
        return False
    for value in values:
        start = value.removesuffix("*")
        if start.startswith(prefix) or prefix.startswith(start):
            return None
    return False


def _resource(value: PartialResource, place: Place) -> ResolvedResource:
    if_arn = None if value.if_arn == value.pattern else value.if_arn
    return ResolvedResource(value.pattern, place, if_arn)
