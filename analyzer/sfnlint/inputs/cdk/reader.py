"""Reads the manifest of a cloud assembly that the CDK wrote."""

from __future__ import annotations

from sfnlint.inputs.cdk.assembly import Assembly, is_manifest
from sfnlint.inputs.reader import InputDocument, Reader, RunContext
from sfnlint.source import TextDocument
from sfnlint.subject import Reading


class ManifestReader(Reader):
    """Reports the stacks that a manifest lists and that are not in its folder.

    The stacks themselves are CloudFormation templates, files of their own.
    """

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a manifest."""
        return isinstance(document.source, TextDocument) and is_manifest(document.source.data)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Return the problems of the manifest."""
        return Reading(problems=Assembly(document.path.parent, document.original).problems)
