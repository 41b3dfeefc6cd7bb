"""Files that no other format reads, but were meant to hold a state machine."""

from __future__ import annotations

from sfnlint.inputs.reader import InputDocument, Reader, RunContext
from sfnlint.inputs.registry import has_marks
from sfnlint.source.paths import resolve_links
from sfnlint.subject import Reading


class UnreadableReader(Reader):
    """Keeps files that cannot be parsed, like plain definitions, for `DefinitionReader`.

    If a template names such a file, it is reported only with the template.
    """

    def matches(self, document: InputDocument) -> bool:
        """Whether a document may hold a state machine and is not completely known."""
        error = document.source.error
        text = document.original.text
        if error is None and document.note is not None:
            return document.named or has_marks(text)
        # A file that cannot be decoded has no text; its marks were found in its bytes.
        return error is not None and (document.named or not text or has_marks(text))

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep a document with an error until all files were read: a template may name it.

        If only a template engine or a script can fill in a document, its note is returned.
        """
        if document.source.error is None:
            return Reading()
        context.definitions.setdefault(resolve_links(document.path), document)
        return None
