"""From a state to what the role must be allowed to do for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sfnlint import catalog
from sfnlint.asl.machine import State
from sfnlint.asl.resource import TaskResource, parse_resource
from sfnlint.asl.value import literal, values
from sfnlint.catalog import Necessity, Need, Purpose
from sfnlint.iam.pattern import Pattern
from sfnlint.place import Place
from sfnlint.symbol import MARKER, Symbol, Symbols

PARTITION = Symbol("AWS::Partition")
REGION = Symbol("AWS::Region")
ACCOUNT = Symbol("AWS::AccountId")

_OWN = {"Partition": PARTITION, "Region": REGION, "Account": ACCOUNT, "*": Symbol("*", "free")}
_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_WITHOUT_NEEDS = frozenset({"Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel"})
_PASSED_TO = "iam:passedtoservice"


class Requirement(NamedTuple):
    """One thing that the role must be allowed to do for one state.

    Attributes:
        state: the state.
        purpose: what for.
        necessity: how sure that is.
        actions: IAM actions in their canonical case; all of them.
        resource: what the call touches.
        documented: what the documented policy grants; the resource itself where that is the same.
        context: what is known of the call: condition keys in lower case. None: certainly absent.
        ignore_case: whether ARNs are to be compared without case.
        place: the field that asks for it.
        source: the public page it comes from.
        reason: half a sentence.

    """

    state: State
    purpose: Purpose
    necessity: Necessity
    actions: tuple[str, ...]
    resource: Pattern
    documented: Pattern
    context: Mapping[str, Pattern | None]
    ignore_case: bool
    place: Place
    source: str
    reason: str


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
    return [
        requirement
        for need in integration.needs
        if resource.pattern in need.patterns
        for requirement in _requirements(need, state, symbols)
    ]


def _distributed(state: State) -> bool:
    """Whether a Map needs permissions of its own, which the catalog does not know yet."""
    processor = state.data.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    mode = config.get("Mode", "INLINE") if isinstance(config, dict) else "INLINE"
    return mode != "INLINE" or "ItemReader" in state.data or "ResultWriter" in state.data


def _requirements(need: Need, state: State, symbols: Symbols) -> Iterator[Requirement]:
    context: dict[str, Pattern | None] = {
        key.lower(): Pattern.literal(value) for key, value in need.context.items()
    }
    if _PASSED_TO not in context:
        # Only iam:PassRole carries the key.
        context[_PASSED_TO] = None
    for resource, documented in zip(need.resources, need.documented, strict=True):
        wider = _texts(documented, state, symbols)
        for index, (text, place) in enumerate(_texts(resource, state, symbols)):
            yield Requirement(
                state,
                need.purpose,
                need.necessity,
                need.actions,
                Pattern.literal(text, symbols),
                Pattern.wild(wider[index if len(wider) > index else 0][0], symbols, False),
                context,
                need.ignore_case,
                place,
                need.source,
                need.reason,
            )


def _texts(template: str, state: State, symbols: Symbols) -> list[tuple[str, Place]]:
    """The ARNs that a template of the catalog means, with what in the definition says so."""
    place = state.at("Resource")
    texts = [("", place)]
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if not index % 2:
            texts = [(text + piece, place) for text, place in texts]
        elif piece in _OWN:
            mark = symbols.mark(_OWN[piece])
            texts = [(text + mark, place) for text, place in texts]
        else:
            given = values(state, tuple(piece.split(".")), symbols)
            whole = template == "${" + piece + "}"
            texts = [
                # Only what stands alone is located at its parameter: it names the resource.
                (text + _arn(value.text, symbols), Place(place.document, value.path))
                if whole
                else (text + value.text, place)
                for text, place in texts
                for value in given
            ]
    return texts


def _arn(text: str, symbols: Symbols) -> str:
    """A parameter that must be an ARN; one that certainly is none says nothing about the role."""
    if text.startswith("arn:") or MARKER.search(text):
        return text
    return symbols.mark(Symbol(text, "free"))
