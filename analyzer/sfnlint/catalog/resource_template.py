"""Parses the resource templates of the catalog.

A template is the ARN of the resource that a call uses, with placeholders for the parameters of the
call: `arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName|arn}`. `schema.json`
describes the syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.named_tuple import NamedTuple
from sfnlint.symbol import Symbol

PARTITION = Symbol("AWS::Partition")
REGION = Symbol("AWS::Region")
ACCOUNT = Symbol("AWS::AccountId")
MACHINE_NAME = Symbol("StateMachineName")
"""The name of the state machine, if the files do not show it."""

ANY_RESOURCE = "${*}"
"""The template of a call that uses an unknown resource."""

ARN_FORM = "arn"
"""The built-in form of a parameter that accepts an ARN as well as a name."""

_BUILT_IN: Mapping[str, PatternPart] = {
    "Partition": PARTITION,
    "Region": REGION,
    "Account": ACCOUNT,
    "Machine": MACHINE_NAME,
    "*": Symbol("*", "free"),
}
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_REFERENCE = re.compile(r"(?P<route>[^=|]+)(?:=(?P<default>[^|]*))?(?:\|(?P<form>.+))?", re.DOTALL)


class ParameterReference(NamedTuple):
    """A placeholder for the value of a parameter.

    Attributes:
        route: the parameter's name, preceded by the names of the objects around it; in a form, the
            number of a group of its regular expression.
        default: the value if the parameter is not passed.
        form: the name of the form that converts the value; empty to use it unchanged.

    """

    route: tuple[str, ...]
    default: str | None
    form: str


ResourceTemplate = tuple[PatternPart | ParameterReference, ...]


class FormRule(NamedTuple):
    """A rule of a form: values that match it give the resource of the template, if it has one."""

    matches: re.Pattern[str]
    gives: ResourceTemplate | None


ParameterForm = Sequence[FormRule]


@cache
def parse_template(template: str) -> ResourceTemplate:
    """Parse a template into its parts; the template `*` is a literal, not a wildcard."""
    if template == "*":
        return (template,)
    parts: list[PatternPart | ParameterReference] = []
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if not index % 2:
            parts += Pattern.wild(piece, variables=False).parts
        elif piece in _BUILT_IN:
            parts.append(_BUILT_IN[piece])
        elif piece.startswith("?"):
            parts.append(Symbol(piece[1:], "free"))
        else:
            match = _REFERENCE.fullmatch(piece)
            assert match is not None
            route = tuple(match["route"].split("."))
            parts.append(ParameterReference(route, match["default"], match["form"] or ""))
    return tuple(parts)


@cache
def constant_resource(template: str) -> Pattern | None:
    """The resource of a template without parameters and machine name; None for other templates."""
    parts = parse_template(template)
    if MACHINE_NAME in parts or any(isinstance(part, ParameterReference) for part in parts):
        return None
    return Pattern.of(part for part in parts if not isinstance(part, ParameterReference))


def parse_form(data: Iterable[Mapping[str, str | None]]) -> ParameterForm:
    """Compile a form from a catalog file."""
    return [
        FormRule(
            re.compile(rule["matches"] or "", re.DOTALL),
            None if rule["gives"] is None else parse_template(rule["gives"]),
        )
        for rule in data
    ]


def accepts_arn(form: ParameterForm) -> bool:
    """Whether a value of this form can be an ARN."""
    return any(rule.matches.pattern.startswith("arn:") for rule in form)


class PartialResource(NamedTuple):
    """The resolved value of a part of a template.

    Attributes:
        pattern: the value.
        is_whole: whether the value is the whole resource, and replaces the rest of the template.
        if_arn: the whole resource if an unknown value is an ARN; None if that is impossible.

    """

    pattern: Pattern
    is_whole: bool = False
    if_arn: Pattern | None = None

    @classmethod
    def joined(cls, values: Sequence[PartialResource]) -> PartialResource:
        """Join the values of consecutive parts."""
        if_arn = next(
            (value.if_arn for value in values if value.is_whole or value.if_arn is not None), None
        )
        for value in values:
            if value.is_whole:
                return cls(value.pattern, True, if_arn)
        parts = [part for value in values for part in value.pattern.parts]
        return cls(Pattern.of(parts), False, if_arn)
