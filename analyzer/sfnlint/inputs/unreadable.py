"""Files that no other format reads, but were meant to hold a state machine."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.asl.machine import is_machine
from sfnlint.inputs.reader import InputDocument, Reader, RunContext
from sfnlint.inputs.registry import has_marks
from sfnlint.place import Place, Route
from sfnlint.source.paths import resolve_links
from sfnlint.subject import InputProblem, Reading

_MAX_VALUES = 100_000
"""The number of values of a file in which definitions are searched."""


class UnreadableReader(Reader):
    """Keeps files that cannot be parsed, like plain definitions, for `DefinitionReader`.

    A file of an unknown format that contains definitions is kept as well. If a template names such
    a file, it is reported only with the template.
    """

    def matches(self, document: InputDocument) -> bool:
        """Whether a document may hold a state machine and is not completely known."""
        error = document.source.error
        text = document.original.text
        if error is None and document.note is not None:
            return document.named or has_marks(text)
        if error is None:
            return has_marks(text) and next(_definitions(document.source.data), None) is not None
        # A file that cannot be decoded has no text; its marks were found in its bytes.
        return document.named or not text or has_marks(text)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep a document with an error until all files were read: a template may name it.

        If only a template engine or a script can fill in a document, its note is returned.
        """
        path = resolve_links(document.path)
        if document.source.error is not None:
            context.definitions.setdefault(path, document)
        elif document.note is not None:
            return Reading()
        else:
            places = [Place(document.source, route) for route in _definitions(document.source.data)]
            subject = "a definition, so it was"
            if len(places) > 1:
                subject = f"{len(places)} definitions, so they were"
            message = f"a file of an unknown format contains {subject} not checked"
            note = InputProblem("definition-not-found", message, places[0])
            context.unread.setdefault(path, document._replace(note=note))
        return None


def _definitions(data: object) -> Iterator[Route]:
    """Yield the paths of the values in a document that are definitions, as objects or as JSON."""
    values: list[tuple[Route, object]] = [((), data)]
    for _ in range(_MAX_VALUES):
        if not values:
            return
        route, value = values.pop()
        if is_machine(value) or (isinstance(value, str) and _is_definition(value)):
            yield route
        elif isinstance(value, dict):
            values += (((*route, key), item) for key, item in reversed([*value.items()]))
        elif isinstance(value, list):
            values += (((*route, index), item) for index, item in reversed([*enumerate(value)]))


def _is_definition(text: str) -> bool:
    return text.lstrip().startswith("{") and '"StartAt"' in text and '"States"' in text
