"""Policy variables: `${aws:PrincipalTag/team}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.analysis.policy_documents import PolicyDocument
from sfnlint.iam.policy import PlacedPattern
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Span, value_at
from sfnlint.symbol import Symbol

_VARIABLE = lazy_pattern(r"\$\{(?:[\w-]+:(?!:)[^{}]*|[*?$])\}")


class PolicyVariable(NamedTuple):
    """A policy variable as it is written, with its place."""

    name: str
    place: Place


def unread_variables(document: PolicyDocument) -> Iterator[PolicyVariable]:
    """Yield the variables of a document that IAM reads as strings because of its Version."""
    for item in _strings(document):
        literals = [part for part in (item.written or item.pattern).parts if isinstance(part, str)]
        for name in dict.fromkeys(match.group() for match in _VARIABLE.finditer("".join(literals))):
            yield PolicyVariable(name, _place(item, name))


def variables(document: PolicyDocument) -> Iterator[PolicyVariable]:
    """Yield the variables of a document that IAM replaces; `name` is that of the condition key."""
    for item in _strings(document):
        for part in dict.fromkeys((item.written or item.pattern).parts):
            if isinstance(part, Symbol) and part.kind == "free" and ":" in part.name:
                place = _place(item, "${" + part.name)
                yield PolicyVariable(part.name.partition(",")[0].strip(), place)


def _strings(document: PolicyDocument) -> Iterator[PlacedPattern]:
    """Yield the strings of a document in which policy variables are supported."""
    for statement in document.statements:
        yield from statement.resources
        for condition in statement.conditions:
            yield from condition.values


def _place(item: PlacedPattern, name: str) -> Place:
    """Return the place of a substring, or of the whole string if a template builds it."""
    place = item.place
    string = value_at(place.document.data, place.path)
    start = string.find(name) if isinstance(string, str) else -1
    end = string.find("}", start) if isinstance(string, str) else -1
    return place if start < 0 else place._replace(within=Span(start, end + 1))
