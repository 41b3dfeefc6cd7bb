"""Which of several mistakes to name, where one brings others along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.asl.schema.violations import Violation
from sfnlint.place import Document, Route, value_at
from sfnlint.source import DocumentView

_FEW = 10
_FIRST = ("unknown-field", "other-language-field", "conflicting-fields")


def deduplicate(
    found: Sequence[Violation], data: object, document: Document
) -> Iterator[Violation]:
    """The mistakes of one object, without those that follow from another one.

    Args:
        found: all that the schema says.
        data: the object.
        document: what it stands in. An object in a template may have its numbers written as
            texts: whether CloudFormation turns them into numbers depends on who deploys it.

    """
    misplaced = {violation.path for violation in found if violation.kind in _FIRST[:2]}
    meant = {
        (violation.path[:-1], name)
        for violation in found
        if violation.kind == "unknown-field"
        for name in violation.meant
    }
    wrong = {violation.path for violation in found if violation.part == "value"}
    conflicts = {
        violation.path[:-1] for violation in found if violation.kind == "conflicting-fields"
    }
    shifted = {
        violation.path[:-1] for violation in found if violation.kind == "other-language-field"
    }
    told: set[Route] = set()
    for violation in sorted(found, key=lambda one: one.kind not in _FIRST):
        path = violation.path
        below = any(path[:length] in misplaced for length in range(1, len(path)))
        follows = violation.kind == "missing-field" and (
            # In a rule of the other language nothing else can be right.
            (path and path in shifted)
            # Nor is it known which comparison belongs to one of two conditions.
            or (len(violation.meant) > _FEW and path in conflicts)
            or any((path, name) in meant or (*path, name) in wrong for name in violation.meant)
        )
        key = path if violation.kind != "missing-field" else (*path, *violation.meant)
        if below or follows or key in told:
            continue
        told.add(key)
        if violation.kind != "wrong-type" or not _is_written_number(data, path, document):
            yield violation


def _is_written_number(data: object, path: Route, document: Document) -> bool:
    if not isinstance(document, DocumentView):
        return False
    value = value_at(data, path)
    if not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return value in ("true", "false") or is_unresolved(value)
    return True
