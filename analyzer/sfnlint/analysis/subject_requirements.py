"""The requirements of a machine's states and settings, with those of linked resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.asl.machine import State
from sfnlint.catalog.requirements import Requirement, machine_requirements, state_requirements
from sfnlint.subject import Subject


def with_linked(requirements: Sequence[Requirement], subject: Subject) -> Sequence[Requirement]:
    """Return requirements of a state, with those because of resources in the same files."""
    if subject.resources is None:
        return requirements
    # Imported here because definitions alone have no resources (benchmarks/compare.py).
    from sfnlint.catalog import linked_needs

    return linked_needs.with_linked(requirements, subject.resources)


def subject_requirements(
    subject: Subject,
) -> Iterator[tuple[State | None, Sequence[Requirement] | None]]:
    """Yield each state of a machine with its requirements, then None with those of its settings.

    The requirements of a state are None if they are unknown.
    """
    for state in subject.machine.states:
        needed = state_requirements(state, subject.symbols, subject.name)
        yield state, needed and with_linked(needed, subject)
    yield None, [*machine_requirements(subject.settings, subject.symbols, subject.name)]
