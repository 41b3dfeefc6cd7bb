"""Reads cloud assemblies, which the CDK writes: their manifests, and their stacks' templates."""

from __future__ import annotations

from sfnlint.inputs.cdk.assembly import MANIFEST, Assemblies, Assembly, is_manifest
from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
from sfnlint.inputs.reader import InputDocument, Reader, RunContext
from sfnlint.inputs.sam.reader import read_template
from sfnlint.inputs.sam.transform import expand
from sfnlint.options import InputFile
from sfnlint.source import TextDocument
from sfnlint.subject import Reading


class AssemblyReader(Reader):
    """Reads each template of an assembly together with the others."""

    def __init__(self) -> None:
        self._assemblies = Assemblies()
        self._stacks: dict[Assembly, Stacks] = {}

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a manifest, or a template that its folder's manifest lists."""
        if cloudformation.matches(document.source.data):
            return self._assembly(document) is not None
        return isinstance(document.source, TextDocument) and is_manifest(document.source.data)

    def loaded(self, file: InputFile) -> TextDocument | None:
        """Return a template of an assembly."""
        assembly = self._assemblies.of(file.path, file.display_name)
        if assembly is None or file.path.name == MANIFEST:
            return None
        return assembly.document(file.path.name)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Read the machines of a template; for a manifest, return the stacks that are missing."""
        assembly = self._assembly(document)
        if not cloudformation.matches(document.source.data):
            assembly = assembly or Assembly(document.path.parent, document.original)
            return Reading(problems=assembly.problems)
        stack = self._stack(document, assembly, context)
        return read_template(document, context, [stack] if stack else [], assembly)

    def _assembly(self, document: InputDocument) -> Assembly | None:
        return self._assemblies.of(document.path, document.original.file)

    def _stack(
        self, document: InputDocument, assembly: Assembly | None, context: RunContext
    ) -> Stack | None:
        name = document.path.name
        if assembly is None or assembly.adopt(name, document.original) is not document.source:
            return None
        if assembly not in self._stacks:
            self._stacks[assembly] = Stacks(assembly, context.options.parameters, expand)
        return Stack(self._stacks[assembly], name)
