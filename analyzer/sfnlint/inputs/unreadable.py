"""Files that cannot be parsed, but were meant to hold a state machine."""

from __future__ import annotations

from sfnlint.inputs.reader import InputDocument, Reader, RunContext
from sfnlint.inputs.registry import has_marks
from sfnlint.source.paths import resolve_links
from sfnlint.subject import Reading


class UnreadableReader(Reader):
    """Keeps files that cannot be parsed as if they were plain definitions.

    A template may hold them, which reads them in its own way: then they are not reported.
    """

    def matches(self, document: InputDocument) -> bool:
        """Whether a document cannot be parsed and is worth a finding."""
        error = document.source.error
        # The marks of a file in another encoding were found before it was decoded.
        return error is not None and (
            document.named or error.kind == "encoding" or has_marks(document.original.text)
        )

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep the document until it is known whether a template holds it."""
        context.definitions.setdefault(resolve_links(document.path), document)
        return None
