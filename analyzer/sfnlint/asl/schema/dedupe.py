"""Drops the violations that only follow from another violation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.asl.schema.placeholders import is_unresolved
from sfnlint.asl.schema.violations import Violation
from sfnlint.place import Document, Route, value_at
from sfnlint.source import DocumentView

_MAX_ALTERNATIVES = 10
_CAUSES = ("unknown-field", "other-language-field", "conflicting-fields")


def deduplicate(
    violations: Sequence[Violation], data: object, document: Document
) -> Iterator[Violation]:
    """Yield the violations of an object that are mistakes of their own.

    Args:
        violations: all violations of the object.
        data: the object.
        document: the document that contains it. Numbers in a template may be written as strings:
            whether CloudFormation converts them depends on the deployment tool.

    """
    misplaced = {violation.path for violation in violations if violation.kind in _CAUSES[:2]}
    misspelled = {
        (violation.path[:-1], name)
        for violation in violations
        if violation.kind == "unknown-field"
        for name in violation.expected
    }
    wrong = {violation.path for violation in violations if violation.part == "value"}
    conflicts = {
        violation.path[:-1] for violation in violations if violation.kind == "conflicting-fields"
    }
    other_language = {
        violation.path[:-1]
        for violation in violations
        if violation.kind == "other-language-field" and len(violation.path) > 1
    }
    reported: set[Route] = set()
    for violation in sorted(violations, key=lambda violation: violation.kind not in _CAUSES):
        path, expected = violation.path, violation.expected
        is_below = any(path[:length] in misplaced for length in range(1, len(path)))
        follows = (
            violation.kind == "conflicting-fields" and (*path[:-1], *expected) in misplaced
        ) or (
            violation.kind == "missing-field"
            and (
                # A choice rule of the other language needs other fields altogether.
                path in other_language
                # A comparison may be for either of two conflicting conditions.
                or (len(expected) > _MAX_ALTERNATIVES and path in conflicts)
                or any((path, name) in misspelled or (*path, name) in wrong for name in expected)
            )
        )
        key = path if violation.kind != "missing-field" else (*path, *expected)
        if is_below or follows or key in reported:
            continue
        reported.add(key)
        if violation.kind != "wrong-type" or not _is_number_in_template(data, path, document):
            yield violation


def _is_number_in_template(data: object, path: Route, document: Document) -> bool:
    """Whether the value is a number or boolean that a template writes as a string."""
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
