"""Resource templates of the catalog: what a call touches, in terms of its parameters.

`arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName|arn}`: the text of the ARN, with
placeholders for what a state passes. `schema.json` describes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.symbol import Symbol

PARTITION = Symbol("AWS::Partition")
REGION = Symbol("AWS::Region")
ACCOUNT = Symbol("AWS::AccountId")
MACHINE_NAME = Symbol("StateMachineName")
"""The machine's own name, where the files do not show it."""

ANY_RESOURCE = "${*}"
"""The template of a call that touches something of which nothing is known."""

ARN_FORM = "arn"
"""The form of a parameter that takes an ARN as well as a name."""

_OWN: Mapping[str, PatternPart] = {
    "Partition": PARTITION,
    "Region": REGION,
    "Account": ACCOUNT,
    "Machine": MACHINE_NAME,
    "*": Symbol("*", "free"),
}
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_REFERENCE = re.compile(r"(?P<route>[^=|]+)(?:=(?P<default>[^|]*))?(?:\|(?P<form>.+))?", re.DOTALL)


class ParameterReference(NamedTuple):
    """A placeholder for what a parameter holds.

    Attributes:
        route: the names that lead to it; of a form, the number of a group.
        default: what it means when the parameter is not there.
        form: how its text is read; empty for as it is.

    """

    route: tuple[str, ...]
    default: str | None
    form: str


ResourceTemplate = tuple[PatternPart | ParameterReference, ...]


class FormRule(NamedTuple):
    """One way in which a text may be written, and what it means then."""

    matches: re.Pattern[str]
    gives: ResourceTemplate


ParameterForm = Sequence[FormRule]


@cache
def parse_template(template: str) -> ResourceTemplate:
    """A template's parts in order; `*` alone is the text that stands for no resource at all."""
    if template == "*":
        return (template,)
    parts: list[PatternPart | ParameterReference] = []
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if not index % 2:
            parts += Pattern.wild(piece, variables=False).parts
        elif piece in _OWN:
            parts.append(_OWN[piece])
        else:
            match = _REFERENCE.fullmatch(piece)
            assert match is not None
            route = tuple(match["route"].split("."))
            parts.append(ParameterReference(route, match["default"], match["form"] or ""))
    return tuple(parts)


@cache
def constant_resource(template: str) -> Pattern | None:
    """The pattern that a template always means; None when it depends on parameters.

    The machine's name is not constant either.
    """
    parts = parse_template(template)
    if MACHINE_NAME in parts or any(isinstance(part, ParameterReference) for part in parts):
        return None
    return Pattern.of(part for part in parts if not isinstance(part, ParameterReference))


def parse_form(data: Iterable[Mapping[str, str]]) -> ParameterForm:
    """A form as a catalog file writes it down."""
    return [
        FormRule(re.compile(one["matches"], re.DOTALL), parse_template(one["gives"]))
        for one in data
    ]


def accepts_arn(form: ParameterForm) -> bool:
    """Whether a text of this form may be an ARN."""
    return any(rule.matches.pattern.startswith("arn:") for rule in form)


class PartialResource(NamedTuple):
    """What a part of a template means.

    Attributes:
        pattern: what it means.
        whole: whether it is the whole resource, so that what follows in the template is void.
        otherwise: the whole resource, if a value that is left open turns out to be an ARN; None
            where it cannot.

    """

    pattern: Pattern
    whole: bool = False
    otherwise: Pattern | None = None

    @classmethod
    def joined(cls, drafts: Sequence[PartialResource]) -> PartialResource:
        """Several in a row."""
        otherwise = next(
            (one.otherwise for one in drafts if one.whole or one.otherwise is not None), None
        )
        for one in drafts:
            if one.whole:
                return cls(one.pattern, True, otherwise)
        parts = [part for one in drafts for part in one.pattern.parts]
        return cls(Pattern.of(parts), False, otherwise)
