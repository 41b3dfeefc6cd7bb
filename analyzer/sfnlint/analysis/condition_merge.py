"""Merges the findings of a template's condition combinations, so that each is reported once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.finding import Finding, Note
from sfnlint.subject import Subject
from sfnlint.symbol import Symbols


class ConditionMerge:
    """Collects the findings of one template in all combinations of its conditions.

    Args:
        subjects: the template's machines, in every combination.

    """

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._combinations: dict[str | None, set[str]] = {}
        for subject in subjects:
            self._combinations.setdefault(subject.logical_id, set()).add(subject.when)
        self._merged: dict[tuple[object, ...], tuple[Finding, list[Subject]]] = {}

    def add(self, subjects: Sequence[Subject], finding: Finding) -> None:
        """Add a finding about machines, all of the same combination of conditions."""
        subject = next(
            (subject for subject in subjects if subject.logical_id == finding.machine), subjects[0]
        )
        # Each combination has documents of its own: findings are equal when their spans are.
        located = finding.place.locate()
        key = (finding.rule, located.root, located.span, finding.actions)
        shown = _with_symbols_shown(_with_template(finding, subject), subject.symbols)
        self._merged.setdefault(key, (shown, []))[1].append(subject)

    def findings(self) -> Iterator[Finding]:
        """Yield each finding once, with the combination unless all combinations have it."""
        for finding, subjects in self._merged.values():
            subject = subjects[0]
            combinations = {subject.when for subject in subjects}
            if combinations < self._combinations[subject.logical_id]:
                yield finding._replace(message=f"{finding.message} (when {subject.when})")
            else:
                yield finding


def identity(finding: Finding) -> tuple[object, ...]:
    """Return a key that is equal for findings that report the same at the same characters."""
    located = finding.place.locate()
    return finding.rule, located.root, located.span, finding.state, finding.actions


def _with_template(finding: Finding, subject: Subject) -> Finding:
    """Add a note with the template to a finding in a definition file."""
    file = subject.place.document.file
    places = [finding.place, *(note.place for note in finding.notes)]
    if subject.logical_id is None or any(place.locate().root.file == file for place in places):
        return finding
    note = Note(f"state machine '{subject.logical_id}' is defined here", subject.place)
    return finding._replace(notes=(*finding.notes, note))


def _with_symbols_shown(finding: Finding, symbols: Symbols) -> Finding:
    """Write the symbols in the strings of a finding as the user knows them."""
    strings = (finding.message, finding.fix, finding.state or "", *finding.resources)
    strings += tuple(note.message for note in finding.notes)
    if not any(symbols.occur_in(string) for string in strings):
        return finding
    show = symbols.show
    return finding._replace(
        message=show(finding.message),
        notes=tuple(Note(show(note.message), note.place) for note in finding.notes),
        fix=show(finding.fix),
        state=None if finding.state is None else show(finding.state),
        resources=tuple(show(resource) for resource in finding.resources),
    )
