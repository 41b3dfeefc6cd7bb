"""From a state to what the role must be allowed to do for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from sfnlint import catalog
from sfnlint.asl.machine import State
from sfnlint.asl.resource import TaskResource, parse_resource
from sfnlint.asl.value import literal, values
from sfnlint.catalog import Need
from sfnlint.iam.pattern import Part, Pattern
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

PARTITION = Symbol("AWS::Partition")
REGION = Symbol("AWS::Region")
ACCOUNT = Symbol("AWS::AccountId")

_OWN = {"Partition": PARTITION, "Region": REGION, "Account": ACCOUNT, "*": Symbol("*", "free")}
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_WITHOUT_NEEDS = frozenset({"Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel"})

Route = tuple[str, ...]
"""The names that lead to a parameter."""


class Requirement(NamedTuple):
    """One thing that the role must be allowed to do for one state.

    Attributes:
        state: the state.
        need: the catalog's entry: what for, how sure, which actions, from which page.
        resource: what the call touches.
        place: the field that asks for it.
        writer: fills in what is documented, when somebody asks.
        template: the documented resource's template.
        which: which of the texts that the template means.

    """

    state: State
    need: Need
    resource: Pattern
    place: Place
    writer: _Writer
    template: str
    which: int

    @property
    def documented(self) -> Pattern:
        """What the documented policy grants; the resource itself where that is the same."""
        wider = self.writer.patterns(self.template)
        return wider[self.which if len(wider) > self.which else 0][0]

    @property
    def documented_for_all(self) -> bool:
        """Whether the documented policy grants it on `*`."""
        return self.template == "*"


def task_resource(state: State, symbols: Symbols) -> TaskResource | None:
    """The integration that a Task names; None for other states and for what is left open."""
    resource = state.data.get("Resource")
    if state.type != "Task" or not isinstance(resource, str):
        return None
    return parse_resource(literal(resource, symbols))


def requirements(state: State, symbols: Symbols) -> list[Requirement] | None:
    """What the role must be allowed to do for this state.

    None: not known, because the catalog does not know the integration, because the state cannot
    be read, or because its permissions belong to another role.
    """
    if state.type in _WITHOUT_NEEDS:
        return []
    if state.type == "Map":
        return None if _distributed(state) else []
    resource = task_resource(state, symbols)
    if resource is None or resource.sdk or "Credentials" in state.data:
        return None
    integration = (catalog.service(resource.service) or {}).get(resource.action)
    if integration is None or resource.pattern not in integration.patterns:
        return None
    writer = _Writer(state, symbols)
    return [
        requirement
        for need in integration.needs
        if resource.pattern in need.patterns
        for requirement in writer.requirements(need)
    ]


def _distributed(state: State) -> bool:
    """Whether a Map needs permissions of its own, which the catalog does not know yet."""
    processor = state.data.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    mode = config.get("Mode", "INLINE") if isinstance(config, dict) else "INLINE"
    return mode != "INLINE" or "ItemReader" in state.data or "ResultWriter" in state.data


class _Writer:
    """Fills the catalog's templates in for one state, each once."""

    def __init__(self, state: State, symbols: Symbols) -> None:
        self.state = state
        self.symbols = symbols
        self.resource = state.at("Resource")
        self._filled: dict[str, list[tuple[Pattern, Place]]] = {}

    def requirements(self, need: Need) -> Iterator[Requirement]:
        """The requirements of one entry: one for each resource."""
        for resource, documented in zip(need.resources, need.documented, strict=True):
            for index, (pattern, place) in enumerate(self.patterns(resource)):
                yield Requirement(self.state, need, pattern, place, self, documented, index)

    def patterns(self, template: str) -> list[tuple[Pattern, Place]]:
        """The ARNs that a template of the catalog means, with what in the definition says so."""
        filled = self._filled.get(template)
        if filled is None:
            parts, constant = _template(template)
            if constant is not None:
                filled = [(constant, self.resource)]
            elif len(parts) == 1 and isinstance(parts[0], tuple):
                # Only what stands alone is located at its parameter: it names the resource.
                filled = [
                    (Pattern.literal(_arn(text, self.symbols), self.symbols), place)
                    for text, place in self._values(parts[0])
                ]
            else:
                filled = [(Pattern.of(one), self.resource) for one in self._combined(parts)]
            self._filled[template] = filled
        return filled

    def _values(self, route: Route) -> list[tuple[str, Place]]:
        document = self.resource.document
        return [
            (value.text, Place(document, value.path))
            for value in values(self.state, route, self.symbols)
        ]

    def _combined(self, parts: Iterable[Part | Route]) -> list[list[Part]]:
        combined: list[list[Part]] = [[]]
        for part in parts:
            choices: list[tuple[Part, ...]] = [(part,)] if not isinstance(part, tuple) else []
            if isinstance(part, tuple):
                texts = (text for text, _ in self._values(part))
                choices = [Pattern.literal(text, self.symbols).parts for text in texts]
            combined = [[*start, *choice] for start in combined for choice in choices]
        return combined


@cache
def _template(template: str) -> tuple[tuple[Part | Route, ...], Pattern | None]:
    """A template's parts, parameters as routes; the pattern itself when it has none."""
    parts: list[Part | Route] = []
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if not index % 2:
            parts += Pattern.wild(piece, variables=False).parts
        elif piece in _OWN:
            parts.append(_OWN[piece])
        else:
            parts.append(tuple(piece.split(".")))
    constant = [part for part in parts if not isinstance(part, tuple)]
    return tuple(parts), Pattern.of(constant) if len(constant) == len(parts) else None


def _arn(text: str, symbols: Symbols) -> str:
    """A parameter that must be an ARN; one that certainly is none says nothing about the role."""
    if text.startswith("arn:") or MARKER.search(text):
        return text
    return symbols.mark(Symbol(text, "free"))
