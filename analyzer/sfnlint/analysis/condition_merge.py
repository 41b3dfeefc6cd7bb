"""Merges the findings of a template's combinations, so that each is reported once.

A template has a combination for all values of its conditions, and those for each nested stack that
has the template.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from sfnlint.finding import Finding, Note
from sfnlint.messages import in_nested_stacks
from sfnlint.subject import Subject
from sfnlint.symbol import Symbols

_Combination = tuple[str, str]
"""The name of the nested stack, and the values of the conditions; each may be empty."""


class ConditionMerge:
    """Collects the findings of one template in all combinations.

    Args:
        subjects: the template's machines, in every combination.

    """

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._combinations: dict[str | None, set[_Combination]] = {}
        for subject in subjects:
            combinations = self._combinations.setdefault(subject.logical_id, set())
            combinations.add((subject.stack, subject.when))
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

    def add_to_all(self, subjects: Sequence[Subject], finding: Finding) -> None:
        """Add a finding about a machine in each of its combinations among the subjects."""
        for subject in subjects:
            if subject.logical_id == finding.machine:
                self.add([subject], finding)

    def findings(self) -> Iterator[Finding]:
        """Yield each finding once, with the combination unless all combinations have it."""
        for finding, subjects in self._merged.values():
            every = self._combinations[subjects[0].logical_id]
            in_which = _described([(subject.stack, subject.when) for subject in subjects], every)
            yield finding._replace(message=f"{finding.message}{in_which}")


def _described(combinations: Sequence[_Combination], every: Set[_Combination]) -> str:
    """Return the end of the message of a finding in some combinations; empty if in all of them."""
    if every <= set(combinations):
        return ""
    stacks = list(dict.fromkeys(stack for stack, _ in combinations))
    words = []
    if len(stacks) < len({stack for stack, _ in every}):
        words.append(in_nested_stacks(stacks))
    first, when = combinations[0]
    if any(stack == first and (stack, other) not in combinations for stack, other in every):
        words.append(f"when {when}")
    return f" ({', '.join(words)})"


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
