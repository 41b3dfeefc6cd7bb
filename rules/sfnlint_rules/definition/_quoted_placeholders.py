"""Placeholders in quotes in the place of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfnlint.asl.expressions import UNRESOLVED
from sfnlint.asl.machine import Machine
from sfnlint.finding import Finding
from sfnlint.place import Place
from sfnlint.subject import Subject

_NUMBERS = (
    *("TimeoutSeconds", "HeartbeatSeconds", "Seconds", "MaxConcurrency"),
    *("ToleratedFailureCount", "ToleratedFailurePercentage"),
)
_RETRY_NUMBERS = ("IntervalSeconds", "MaxAttempts", "MaxDelaySeconds", "BackoffRate")


def quoted_placeholders(subject: Subject) -> Iterator[Finding]:
    """Yield numbers that are placeholders in quotes: whatever they stand for becomes a string."""
    machine = subject.machine
    for owner, place, name in open_numbers(machine):
        if not _is_string(place):
            continue
        located = place.locate()
        written = located.root.text[located.span.start : located.span.end].strip('\\"')
        yield subject.finding(
            f"{owner}'{name}' must be a number, but the placeholder '{written}' is in quotes, so "
            "it becomes a string",
            place,
            fix="remove the quotes",
        )


def open_numbers(machine: Machine) -> Iterator[tuple[str, Place, str]]:
    """Yield the places of numbers that are strings with a placeholder, with their owners."""
    if _is_open(machine.data, "TimeoutSeconds"):
        yield "", Place(machine.document, ("TimeoutSeconds",)), "TimeoutSeconds"
    for state in machine.states:
        if state.query_language != "JSONPath":
            # The placeholder can stand for an expression.
            continue
        for name in _NUMBERS:
            if _is_open(state.data, name):
                yield f"state '{state.name}': ", state.at(name), name
        retriers = state.data.get("Retry")
        for index, retrier in enumerate(retriers if isinstance(retriers, list) else ()):
            for name in _RETRY_NUMBERS if isinstance(retrier, dict) else ():
                if _is_open(retrier, name):
                    yield f"state '{state.name}': ", state.at("Retry", index, name), name


def _is_open(data: Mapping[str, object], name: str) -> bool:
    value = data.get(name)
    return isinstance(value, str) and UNRESOLVED.fullmatch(value) is not None


def _is_string(place: Place) -> bool:
    """Whether a value is written in quotes in the text of a definition, a file or a string.

    In a definition that is an object of a template, numbers can be strings.
    """
    located = place.locate()
    text = located.root.text[located.span.start : located.span.end]
    data = located.root.data
    is_file = isinstance(data, dict) and "StartAt" in data and located.root.format != "yaml"
    is_embedded = place.document is not located.root and hasattr(place.document, "text")
    in_text = is_file or (is_embedded and located.root.format in ("json", "yaml"))
    return in_text and text.startswith(('"', '\\"')) and "${" in text
