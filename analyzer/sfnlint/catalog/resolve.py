"""Fills the catalog's templates in for one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from sfnlint.asl.machine import State
from sfnlint.asl.task_parameters import Parameters, Value
from sfnlint.catalog.resource_template import (
    ARN,
    MACHINE,
    Draft,
    Form,
    Reference,
    Template,
    compiled,
    constant,
    takes_arn,
)
from sfnlint.iam.pattern import Part, Pattern
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

When = Mapping[str, bool | Sequence[str]]
"""Parameters, each with whether it is passed, or with the values one of which it has.

A value that ends in `*` is how it begins.
"""


class Filled(NamedTuple):
    """A resource that a template means.

    Attributes:
        pattern: the ARN.
        place: what in the definition says so.
        otherwise: the ARN, if a value that is left open turns out to be one; None where it cannot.

    """

    pattern: Pattern
    place: Place
    otherwise: Pattern | None = None


class Filler:
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
        forms: Mapping[str, Form],
        machine: str | None,
    ) -> None:
        self.symbols = symbols
        self.parameters = Parameters(state, symbols, within)
        self.place = place
        self.forms = forms
        self.machine = machine
        self._filled: dict[str, list[Filled]] = {}

    def resources(self, template: str) -> list[Filled]:
        """The ARNs that a template means: none when it names a parameter that is not passed."""
        filled = self._filled.get(template)
        if filled is None:
            pattern = constant(template)
            parts = compiled(template)
            if pattern is not None:
                filled = [Filled(pattern, self.place)]
            elif len(parts) == 1 and isinstance(parts[0], Reference):
                # Only what stands alone is located at its parameter: it names the resource.
                filled = self._alone(parts[0])
            else:
                filled = [_filled(draft, self.place) for draft in self._drafts(parts, ())]
            self._filled[template] = filled
        return filled

    def holds(self, when: When) -> bool | None:
        """Whether the parameters are so; None where the definition does not show it."""
        answers = [self._is(name, wanted) for name, wanted in when.items()]
        if False in answers:
            return False
        return None if None in answers else True

    def context(self, context: Mapping[str, str]) -> Mapping[str, Pattern]:
        """Condition keys with the values that the call has there, as far as they are certain."""
        found = {}
        for key, template in context.items():
            drafts = self._drafts(compiled(template), ())
            if len(drafts) == 1:
                found[key] = drafts[0].pattern
        return found

    def _is(self, name: str, wanted: bool | Sequence[str]) -> bool | None:
        found = self.parameters.values(tuple(name.split(".")))
        if any(value.lost for value in found):
            return None
        if isinstance(wanted, bool):
            return bool(found) is wanted
        if not found:
            return False
        answers = {_is_one_of(value.text, wanted) for value in found}
        if True in answers:
            return True
        return None if None in answers else False

    def _values(self, reference: Reference) -> list[Value]:
        return self.parameters.values(reference.route, reference.default)

    def _alone(self, reference: Reference) -> list[Filled]:
        found = []
        for value in self._values(reference):
            place = Place(self.place.document, value.path)
            if not reference.form and value.text.startswith("arn:") and value.text.isascii():
                found.append(Filled(Pattern((value.text,)), place))
            else:
                drafts = self._read(value.text, reference.form or ARN, alone=True)
                found += [_filled(draft, place) for draft in drafts]
        return found

    def _drafts(self, template: Template, groups: Sequence[str]) -> list[Draft]:
        plain = self._plain(template, groups)
        if plain is not None:
            return [Draft(plain)]
        choices = [self._choices(part, groups) for part in template]
        return [Draft.joined(one) for one in product(*choices)]

    def _plain(self, template: Template, groups: Sequence[str]) -> Pattern | None:
        """What a template means whose parameters have one value each and need no reading.

        Almost every one is such, so it is quick about it.
        """
        parts: list[Part] = []
        for part in template:
            if isinstance(part, Reference):
                texts = [] if part.form else self._texts(part, groups)
                if len(texts) != 1:
                    return None
                parts += (texts[0],) if texts[0].isascii() else self.symbols.split(texts[0])
            elif part is MACHINE:
                return None
            else:
                parts.append(part)
        return Pattern.of(parts)

    def _choices(self, part: Part | Reference, groups: Sequence[str]) -> list[Draft]:
        if part is MACHINE and self.machine is not None:
            return [self._certain(self.machine)]
        if not isinstance(part, Reference):
            return _fixed(part)
        return [
            draft for text in self._texts(part, groups) for draft in self._read(text, part.form)
        ]

    def _texts(self, reference: Reference, groups: Sequence[str]) -> list[str]:
        number = reference.route[0]
        if number.isdigit():
            return [groups[int(number)] or reference.default or ""]
        return [value.text for value in self._values(reference)]

    def _read(self, text: str, form: str, *, alone: bool = False) -> list[Draft]:
        """What a text means, read in a form."""
        if not form:
            return [self._certain(text)]
        if form == ARN:
            if text.startswith("arn:"):
                return [self._certain(text, whole=True)]
            if alone:
                # It must be an ARN; one that certainly is none says nothing about the role.
                marked = MARKER.search(text) is not None
                return [self._certain(text, whole=True) if marked else self._unknown(text)]
            drafts = [self._certain(text)]
        else:
            drafts = self._formed(text, self.forms[form])
        if self._begins_open(text) and (form == ARN or takes_arn(self.forms[form])):
            whole = Pattern.literal(text, self.symbols)
            return [Draft(draft.pattern, draft.whole, whole) for draft in drafts]
        return drafts

    def _formed(self, text: str, form: Form) -> list[Draft]:
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

    def _certain(self, text: str, *, whole: bool = False) -> Draft:
        return Draft(Pattern.literal(text, self.symbols), whole)

    def _unknown(self, text: str) -> Draft:
        return Draft(Pattern((Symbol(text, "free"),)), whole=True)


@cache
def _fixed(part: Part) -> list[Draft]:
    """What is written in a template itself."""
    return [Draft(Pattern((part,)))]


def _is_one_of(text: str, wanted: Sequence[str]) -> bool | None:
    known = MARKER.split(text, maxsplit=1)[0]
    for one in wanted:
        if text == one or (one[-1:] == "*" and known.startswith(one[:-1])):
            return True
    if known == text:
        return False
    begins = (one.removesuffix("*") for one in wanted)
    return None if any(one.startswith(known) or known.startswith(one) for one in begins) else False


def _filled(draft: Draft, place: Place) -> Filled:
    otherwise = None if draft.otherwise == draft.pattern else draft.otherwise
    return Filled(draft.pattern, place, otherwise)
