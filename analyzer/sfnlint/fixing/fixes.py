"""Fixes of findings: the edits that a program can make, or the reason why it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sfnlint.analysis.corrections import Impossible, Narrowing, Removal, Restriction
from sfnlint.analysis.gaps import Gap
from sfnlint.edit import Edit
from sfnlint.finding import Finding, Replacement
from sfnlint.fixing.edits import CannotFixError
from sfnlint.fixing.files import check_editable
from sfnlint.fixing.missing import granted
from sfnlint.fixing.reduced import narrowed, without
from sfnlint.fixing.statement_text import restricted
from sfnlint.fixing.strings import replaced
from sfnlint.named_tuple import NamedTuple


class Fix(NamedTuple):
    """The fix of a finding.

    Attributes:
        finding: the finding.
        alternatives: sets of edits, each of which fixes the finding; the best first.
        reason: why the finding cannot be fixed; empty if it can.

    """

    finding: Finding
    alternatives: tuple[tuple[Edit, ...], ...] = ()
    reason: str = ""


def fixes(findings: Iterable[Finding], *, unsafe: bool = False) -> Iterator[Fix]:
    """Yield the fixes of the findings that have a correction.

    Args:
        findings: the findings.
        unsafe: whether to take permissions away.

    """
    for finding in findings:
        if not _is_wanted(finding, unsafe=unsafe):
            continue
        alternatives: list[tuple[Edit, ...]] = []
        reason = ""
        try:
            for edits in _edits(finding.correction):
                for edit in edits:
                    check_editable(edit)
                alternatives.append(tuple(edits))
        except CannotFixError as error:
            reason = str(error)
        yield Fix(finding, tuple(alternatives), "" if alternatives else reason)


def edits_of(finding: Finding) -> Sequence[Edit]:
    """Return the edits that fix a finding without taking permissions away; none without a fix."""
    for fix in fixes([finding]):
        for edits in fix.alternatives[:1]:
            return sorted(edits, key=lambda edit: edit.span)
    return ()


def _is_wanted(finding: Finding, *, unsafe: bool) -> bool:
    correction = finding.correction
    if isinstance(correction, Gap):
        # A permission that is only documented may not be needed.
        return finding.severity != "info"
    if is_reduction(finding):
        return unsafe
    if isinstance(correction, Impossible):
        return unsafe or finding.rule == "WF503"
    return correction is not None


def is_reduction(finding: Finding) -> bool:
    """Whether the fix of a finding takes permissions away."""
    return isinstance(finding.correction, Removal | Narrowing)


def _edits(correction: object) -> Iterator[list[Edit]]:
    """Yield sets of edits, each of which makes a correction; the best first.

    Raises:
        CannotFixError: it is not possible.

    """
    if isinstance(correction, Replacement):
        yield replaced(correction)
    elif isinstance(correction, Gap):
        yield from granted(correction)
    elif isinstance(correction, Restriction):
        yield restricted(correction.statement, ((correction.key, correction.values),))
    elif isinstance(correction, Removal):
        yield without(correction)
    elif isinstance(correction, Narrowing):
        yield narrowed(correction)
    elif isinstance(correction, Impossible):
        raise CannotFixError(correction.reason)
