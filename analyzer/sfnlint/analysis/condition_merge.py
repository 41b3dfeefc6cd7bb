"""What was found in several combinations of a template's conditions, each said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.finding import Finding, Note
from sfnlint.subject import Subject
from sfnlint.symbol import MARKER, Symbols


class ConditionMerge:
    """Findings of one template in several combinations of its conditions: each is said once.

    Args:
        subjects: the template's machines, in every combination.

    """

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._combinations: dict[str | None, set[str]] = {}
        for subject in subjects:
            self._combinations.setdefault(subject.logical_id, set()).add(subject.when)
        self._seen: dict[tuple[object, ...], tuple[Finding, list[Subject]]] = {}

    def add(self, subjects: Sequence[Subject], finding: Finding) -> None:
        """Take what a rule found in these subjects, which are of one combination."""
        subject = next((one for one in subjects if one.logical_id == finding.machine), subjects[0])
        # Every combination has documents of its own: equal is what stands at one place.
        located = finding.place.locate()
        key = (finding.rule, id(located.root), located.span, finding.actions)
        shown = _shown(_with_template(finding, subject), subject.symbols)
        self._seen.setdefault(key, (shown, []))[1].append(subject)

    def findings(self) -> Iterator[Finding]:
        """Each finding, with the combination where not every one has it."""
        for finding, subjects in self._seen.values():
            subject = subjects[0]
            whens = {subject.when for subject in subjects}
            if whens < self._combinations[subject.logical_id]:
                yield finding._replace(message=f"{finding.message} (when {subject.when})")
            else:
                yield finding


def identity(finding: Finding) -> tuple[object, ...]:
    """What is equal for findings that say the same of one place."""
    located = finding.place.locate()
    return finding.rule, id(located.root), located.span, finding.state, finding.actions


def _with_template(finding: Finding, subject: Subject) -> Finding:
    """A finding in a definition beside its template, with a note where the template is."""
    file = subject.place.document.file
    places = [finding.place, *(note.place for note in finding.notes)]
    if subject.logical_id is None or any(place.locate().root.file == file for place in places):
        return finding
    note = Note(f"the machine {subject.logical_id}", subject.place)
    return finding._replace(notes=(*finding.notes, note))


def _shown(finding: Finding, symbols: Symbols) -> Finding:
    """The finding with its symbols written out."""
    texts = (finding.message, finding.fix, finding.state or "", *finding.resources)
    texts += tuple(note.message for note in finding.notes)
    if not any(MARKER.search(text) for text in texts):
        return finding
    show = symbols.show
    return finding._replace(
        message=show(finding.message),
        notes=tuple(Note(show(note.message), note.place) for note in finding.notes),
        fix=show(finding.fix),
        state=None if finding.state is None else show(finding.state),
        resources=tuple(show(resource) for resource in finding.resources),
    )
