"""The placeholders of generated policies, for names that the files do not show."""

from __future__ import annotations

from sfnlint.analysis.permission_table import PermissionRow
from sfnlint.catalog.resource_template import MACHINE_NAME
from sfnlint.iam.pattern import Pattern, PatternPart
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.symbol import Symbol
from sfnlint.synthesis.generated_policy import OpenName, Placeholder, Resource, ResourcePart

ANY_STRING = Symbol("*", "free")
"""The part of a resource that the service makes up; as the whole resource, an unknown one."""
_WORDS = lazy_pattern(r"[A-Za-z][A-Za-z0-9]*")
_CAPITALS = lazy_pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_IGNORED_WORDS = {"states", "input", "result", "context", "value"}
_MADE_BY_SERVICE = (".Revision", ".Version")
"""The ends of the names of symbols for revisions, which change whenever the resource does."""


def _with_reference(resource: Pattern, row: PermissionRow) -> Pattern:
    """Return a resource that begins with the reference to a resource in the same file."""
    index, symbols = row.check.subject.resources, row.check.subject.symbols
    reference = None if index is None else index.reference(resource)
    if reference is None:
        return resource
    symbol, rest = reference
    return Pattern.of([symbol, *symbols.split(rest)])


class Placeholders:
    """The placeholders of a policy.

    Args:
        wildcards: whether to write unknown names as `*` instead.

    Attributes:
        open: the placeholders in use, by state, action and name.

    """

    def __init__(self, *, wildcards: bool) -> None:
        self._wildcards = wildcards
        self._names: dict[object, Placeholder] = {}
        self.open: dict[tuple[object, ...], OpenName] = {}

    def resource(self, row: PermissionRow, resource: Pattern) -> Resource:
        """Return the resource of a row with its placeholders.

        Args:
            row: the row.
            resource: its resource.

        """
        written = resource
        if resource == row.check.resource:
            written = row.check.requirement.resource
        return Resource(self._parts(resource, row), self._parts(_with_reference(written, row), row))

    def _parts(self, resource: Pattern, row: PermissionRow) -> tuple[ResourcePart, ...]:
        if resource.parts == (ANY_STRING,):
            if self._wildcards or row.necessity != "possible":
                return ("*",)
            service = row.check.action.partition(":")[0]
            symbol = Symbol(f"{service} resource", "free")
            return (self._placeholder(symbol, row, "the call does not show the resource"),)
        parts: list[ResourcePart] = []
        for part in resource.parts:
            if part == ANY_STRING or _is_revision(part):
                parts.append("*")
            elif isinstance(part, Symbol) and (part.kind == "free" or part == MACHINE_NAME):
                why = "its value is known only at run time"
                if part == MACHINE_NAME:
                    why = "the files do not show the name of the state machine"
                elif not part.name.startswith("$") and part.name.isidentifier():
                    why = "the call does not show it"
                parts.append("*" if self._wildcards else self._placeholder(part, row, why))
            else:
                parts.append(part)
        return tuple(parts)

    def _placeholder(self, symbol: Symbol, row: PermissionRow, why: str) -> Placeholder:
        service = row.check.action.partition(":")[0]
        key = symbol, service
        placeholder = self._names.get(key)
        if placeholder is None:
            words = _words(symbol.name) or (service, "name")
            taken = set(self._names.values())
            placeholder, number = Placeholder(words), 1
            while placeholder in taken:
                number += 1
                placeholder = Placeholder((*words, str(number)))
            self._names[key] = placeholder
        action = row.check.action
        entry = OpenName(row.state, action, placeholder, why)
        self.open.setdefault((row.state, action, placeholder), entry)
        return placeholder


def _is_revision(part: PatternPart) -> bool:
    return isinstance(part, Symbol) and part.name.endswith(_MADE_BY_SERVICE)


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a placeholder from a path, an expression or a name."""
    parts = _WORDS.findall(name)
    last = next((part for part in reversed(parts) if part not in _IGNORED_WORDS), "")
    if " " in name.strip() and all(part.isalnum() for part in name.split()):
        return tuple(parts)
    return tuple(word for word in _CAPITALS.split(last) if word)
