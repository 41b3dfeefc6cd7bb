"""Reads CloudFormation and SAM templates, those of cloud assemblies included."""

from __future__ import annotations

from functools import partial

from sfnlint.inputs.cdk.assembly import Assemblies, Assembly
from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.cloudformation.definition_files import find_definition_files
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.cloudformation.nested_templates import NestedTemplates
from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
from sfnlint.inputs.reader import InputDocument, Reader, RunContext
from sfnlint.inputs.sam.transform import expand
from sfnlint.options import InputFile
from sfnlint.source import TextDocument
from sfnlint.source.paths import resolve_links
from sfnlint.subject import Reading

read = partial(cloudformation.read, expand=expand)
"""See `sfnlint.inputs.cloudformation.reader.read`: SAM resources are expanded first."""


class TemplateReader(Reader):
    """Reads each template together with the templates that are deployed with it."""

    def __init__(self) -> None:
        self._assemblies = Assemblies()
        self._stacks: dict[Assembly, Stacks] = {}
        self._nested: NestedTemplates | None = None

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a template."""
        return cloudformation.matches(document.source.data)

    def loaded(self, file: InputFile) -> TextDocument | None:
        """Return a template that was loaded together with another one."""
        known = self._nested.known_document(resolve_links(file.path)) if self._nested else None
        if known is None:
            assembly = self._assemblies.of(file.path, file.display_name)
            if assembly is not None and file.path.name in assembly.templates:
                known = assembly.document(file.path.name)
        return known

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Read the machines of a template with their roles."""
        path, source = document.path, document.source
        assembly = self._assemblies.of(path, document.original.file)
        context.held.update(find_definition_files(source.data, path, assembly))
        return read(
            source,
            LocalFiles(path, document.original.file, assembly),
            context.external(path),
            self._stack(document, assembly, context),
            symbols=document.symbols,
        )

    def _stack(
        self, document: InputDocument, assembly: Assembly | None, context: RunContext
    ) -> Stack | None:
        """Return the stack of a template that is deployed together with others."""
        path, source = document.path, document.source
        if assembly is None:
            if not isinstance(source, TextDocument):
                return None
            self._nested = self._nested or NestedTemplates(context.options.parameters, expand)
            return self._nested.stack(source, path)
        if assembly.adopt(path.name, document.original) is not source:
            return None
        stacks = self._stacks.setdefault(
            assembly, Stacks(assembly, context.options.parameters, expand)
        )
        return Stack(stacks, path.name)
