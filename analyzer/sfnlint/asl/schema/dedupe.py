"""Which of several mistakes to name, where one brings others along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfnlint.asl.schema.explain import Mistake
from sfnlint.asl.schema.placeholders import is_open
from sfnlint.place import Document, Route, value_at
from sfnlint.source import View

_FEW = 10
_FIRST = ("unknown-field", "other-language-field", "conflicting-fields")


def relevant(found: Sequence[Mistake], data: object, document: Document) -> Iterator[Mistake]:
    """The mistakes of one object, without those that follow from another one.

    Args:
        found: all that the schema says.
        data: the object.
        document: what it stands in. An object in a template may have its numbers written as
            texts: whether CloudFormation turns them into numbers depends on who deploys it.

    """
    misplaced = {mistake.path for mistake in found if mistake.kind in _FIRST[:2]}
    meant = {
        (mistake.path[:-1], name)
        for mistake in found
        if mistake.kind == "unknown-field"
        for name in mistake.meant
    }
    wrong = {mistake.path for mistake in found if mistake.part == "value"}
    conflicts = {mistake.path[:-1] for mistake in found if mistake.kind == "conflicting-fields"}
    shifted = {mistake.path[:-1] for mistake in found if mistake.kind == "other-language-field"}
    told: set[Route] = set()
    for mistake in sorted(found, key=lambda one: one.kind not in _FIRST):
        path = mistake.path
        below = any(path[:length] in misplaced for length in range(1, len(path)))
        follows = mistake.kind == "missing-field" and (
            # In a rule of the other language nothing else can be right.
            (path and path in shifted)
            # Nor is it known which comparison belongs to one of two conditions.
            or (len(mistake.meant) > _FEW and path in conflicts)
            or any((path, name) in meant or (*path, name) in wrong for name in mistake.meant)
        )
        key = path if mistake.kind != "missing-field" else (*path, *mistake.meant)
        if below or follows or key in told:
            continue
        told.add(key)
        if mistake.kind != "wrong-type" or not _is_written_number(data, path, document):
            yield mistake


def _is_written_number(data: object, path: Route, document: Document) -> bool:
    if not isinstance(document, View):
        return False
    value = value_at(data, path)
    if not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return value in ("true", "false") or is_open(value)
    return True
