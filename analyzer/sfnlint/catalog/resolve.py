"""Fills the catalog's templates in for one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from sfnlint.asl.machine import State
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
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

ParameterCondition = Mapping[str, bool | Sequence[str]]
"""Parameters, each with whether it is passed, or with the values one of which it has.

A value that ends in `*` is how it begins.
"""


class ResolvedResource(NamedTuple):
    """A resource that a template means.

    Attributes:
        pattern: the ARN.
        place: what in the definition says so.
        otherwise: the ARN, if a value that is left open turns out to be one; None where it cannot.

    """

    pattern: Pattern
    place: Place
    otherwise: Pattern | None = None


class TemplateResolver:
    """Fills templates in, each once.

    Args:
        state: the state.
        symbols: what the marker characters of the definition stand for.
        within: the field that holds the parameters, where it is not the state itself.
        place: where what has no parameter of its own is said to be asked for.
        forms: how texts of the service are read.
        machine: the machine's own name; None when the files do not show it.

    """

    def __init__(
        self,
        state: State,
        symbols: Symbols,
        within: str,
        place: Place,
        forms: Mapping[str, ParameterForm],
        machine: str | None,
    ) -> None:
        self.symbols = symbols
        self.parameters = TaskParameters(state, symbols, within)
        self.place = place
        self.forms = forms
        self.machine = machine
        self._filled: dict[str, list[ResolvedResource]] = {}

    def resources(self, template: str) -> list[ResolvedResource]:
        """The ARNs that a template means: none when it names a parameter that is not passed."""
        filled = self._filled.get(template)
        if filled is None:
            pattern = constant_resource(template)
            parts = parse_template(template)
            if pattern is not None:
                filled = [ResolvedResource(pattern, self.place)]
            elif len(parts) == 1 and isinstance(parts[0], ParameterReference):
                # Only what stands alone is located at its parameter: it names the resource.
                filled = self._alone(parts[0])
            else:
                filled = [_filled(draft, self.place) for draft in self._drafts(parts, ())]
            self._filled[template] = filled
        return filled

    def condition_holds(self, when: ParameterCondition) -> bool | None:
        """Whether the parameters are so; None where the definition does not show it."""
        answers = [self._is(name, wanted) for name, wanted in when.items()]
        if False in answers:
            return False
        return None if None in answers else True

    def context(self, context: Mapping[str, str]) -> Mapping[str, Pattern]:
        """Condition keys with the values that the call has there, as far as they are certain."""
        found = {}
        for key, template in context.items():
            drafts = self._drafts(parse_template(template), ())
            if len(drafts) == 1:
                found[key] = drafts[0].pattern
        return found

    def _is(self, name: str, wanted: bool | Sequence[str]) -> bool | None:
        found = self.parameters.values(tuple(name.split(".")))
        if any(value.may_be_absent for value in found):
            return None
        if isinstance(wanted, bool):
            return bool(found) is wanted
        if not found:
            return False
        answers = {_is_one_of(value.text, wanted) for value in found}
        if True in answers:
            return True
        return None if None in answers else False

    def _values(self, reference: ParameterReference) -> list[ParameterValue]:
        return self.parameters.values(reference.route, reference.default)

    def _alone(self, reference: ParameterReference) -> list[ResolvedResource]:
        found = []
        for value in self._values(reference):
            place = Place(self.place.document, value.path)
            if not reference.form and value.text.startswith("arn:") and value.text.isascii():
                found.append(ResolvedResource(Pattern((value.text,)), place))
            else:
                drafts = self._read(value.text, reference.form or ARN_FORM, alone=True)
                found += [_filled(draft, place) for draft in drafts]
        return found

    def _drafts(self, template: ResourceTemplate, groups: Sequence[str]) -> list[PartialResource]:
        plain = self._plain(template, groups)
        if plain is not None:
            return [PartialResource(plain)]
        choices = [self._choices(part, groups) for part in template]
        return [PartialResource.joined(one) for one in product(*choices)]

    def _plain(self, template: ResourceTemplate, groups: Sequence[str]) -> Pattern | None:
        """What a template means whose parameters have one value each and need no reading.

        Almost every one is such, so it is quick about it.
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

    def _choices(
        self, part: PatternPart | ParameterReference, groups: Sequence[str]
    ) -> list[PartialResource]:
        if part is MACHINE_NAME and self.machine is not None:
            return [self._certain(self.machine)]
        if not isinstance(part, ParameterReference):
            return _fixed(part)
        return [
            draft for text in self._texts(part, groups) for draft in self._read(text, part.form)
        ]

    def _texts(self, reference: ParameterReference, groups: Sequence[str]) -> list[str]:
        number = reference.route[0]
        if number.isdigit():
            return [groups[int(number)] or reference.default or ""]
        return [value.text for value in self._values(reference)]

    def _read(self, text: str, form: str, *, alone: bool = False) -> list[PartialResource]:
        """What a text means, read in a form."""
        if not form:
            return [self._certain(text)]
        if form == ARN_FORM:
            if text.startswith("arn:"):
                return [self._certain(text, whole=True)]
            if alone:
                # It must be an ARN; one that certainly is none says nothing about the role.
                marked = MARKER.search(text) is not None
                return [self._certain(text, whole=True) if marked else self._unknown(text)]
            drafts = [self._certain(text)]
        else:
            drafts = self._formed(text, self.forms[form])
        if self._begins_open(text) and (form == ARN_FORM or accepts_arn(self.forms[form])):
            whole = Pattern.literal(text, self.symbols)
            return [PartialResource(draft.pattern, draft.whole, whole) for draft in drafts]
        return drafts

    def _formed(self, text: str, form: ParameterForm) -> list[PartialResource]:
        for rule in form:
            match = rule.matches.fullmatch(text)
            if match is not None:
                groups = [match[0], *[group or "" for group in match.groups()]]
                return self._drafts(rule.gives, groups)
        return [self._unknown(text)]

    def _begins_open(self, text: str) -> bool:
        if text[:1].isascii():
            return False
        first = next(self.symbols.split(text[:1]), "")
        return isinstance(first, Symbol) and first.kind != "generated"

    def _certain(self, text: str, *, whole: bool = False) -> PartialResource:
        return PartialResource(Pattern.literal(text, self.symbols), whole)

    def _unknown(self, text: str) -> PartialResource:
        return PartialResource(Pattern((Symbol(text, "free"),)), whole=True)


@cache
def _fixed(part: PatternPart) -> list[PartialResource]:
    """What is written in a template itself."""
    return [PartialResource(Pattern((part,)))]


def _is_one_of(text: str, wanted: Sequence[str]) -> bool | None:
    known = MARKER.split(text, maxsplit=1)[0]
    for one in wanted:
        if text == one or (one[-1:] == "*" and known.startswith(one[:-1])):
            return True
    if known == text:
        return False
    begins = (one.removesuffix("*") for one in wanted)
    return None if any(one.startswith(known) or known.startswith(one) for one in begins) else False


def _filled(draft: PartialResource, place: Place) -> ResolvedResource:
    otherwise = None if draft.otherwise == draft.pattern else draft.otherwise
    return ResolvedResource(draft.pattern, place, otherwise)
