"""Reads CloudFormation and SAM templates; SAM resources are expanded first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.cloudformation.definition_files import find_definition_files
from sfnlint.inputs.cloudformation.local_files import AssetFolder, LocalFiles
from sfnlint.inputs.cloudformation.nested_templates import NestedTemplates
from sfnlint.inputs.cloudformation.stacks import Stack
from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.inputs.sam.transform import expand
from sfnlint.options import InputFile
from sfnlint.source import TextDocument
from sfnlint.source.paths import resolve_links
from sfnlint.subject import Reading

read = partial(cloudformation.read, expand=expand)
"""See `sfnlint.inputs.cloudformation.reader.read`: SAM resources are expanded first."""


class TemplateReader(Reader):
    """Reads each template together with its parent stacks and its nested stacks."""

    def __init__(self) -> None:
        self._nested: NestedTemplates | None = None

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a template."""
        return cloudformation.matches(document.source.data)

    def loaded(self, file: InputFile) -> TextDocument | None:
        """Return a template that was loaded together with another one."""
        return self._nested.known_document(resolve_links(file.path)) if self._nested else None

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Read the machines of a template with their roles."""
        stacks: Sequence[Stack] = ()
        if isinstance(document.source, TextDocument):
            self._nested = self._nested or NestedTemplates(context.options.parameters, expand)
            stacks = self._nested.stacks(document.source, document.path)
        return read_template(document, context, stacks)

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Keep the templates of nested stacks that could not be read."""
        if self._nested is not None:
            context.keep_unread(self._nested.documents)
        return iter(())


def read_template(
    document: InputDocument,
    context: RunContext,
    stacks: Sequence[Stack],
    assembly: AssetFolder | None = None,
) -> Reading:
    """Read a template, and keep its definition files from being read alone.

    Args:
        document: the template.
        context: the context of the run.
        stacks: its stacks, if it is deployed together with others.
        assembly: the CDK's folder that it is in.

    """
    path = document.path
    context.held.update(find_definition_files(document.source.data, path, assembly))
    files = LocalFiles(path, document.original.file, assembly)
    external = context.external(path)
    symbols = document.symbols
    each: Sequence[Stack | None] = stacks or [None]
    readings = [read(document.source, files, external, stack, symbols=symbols) for stack in each]
    context.keep_unread(files.documents)
    return cloudformation.merged(readings, [stack.label for stack in stacks])
