"""Reads Terraform plans, and the configurations of the folders whose files were given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sfnlint.failures import Failure
from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.inputs.terraform import plan
from sfnlint.options import InputFile
from sfnlint.source import TextDocument
from sfnlint.source.paths import resolve_links
from sfnlint.subject import Reading


class TerraformReader(Reader):
    """Reads each plan as it comes, and configurations when all of their files are known."""

    def __init__(self) -> None:
        self._files: dict[Path, tuple[str, str | None]] = {}

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a plan."""
        return isinstance(document.source, TextDocument) and plan.matches(document.source.data)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Read the machines of a plan with their roles."""
        reading = plan.read(document.original, context.external(document.path))
        if any(problem.kind == "definition-not-found" for problem in reading.problems):
            # The configuration beside the plan may define what is unknown before the apply.
            self._files[resolve_links(document.path)] = document.original.file, None
        return reading

    def take(self, file: InputFile) -> None:
        """Keep a file of a configuration."""
        self._files[resolve_links(file.path)] = file.display_name, file.text

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield the configurations that define state machines."""
        if not self._files:
            return
        # A plan alone needs a fifth less time to import than a configuration.
        from sfnlint.inputs.terraform import configuration
        from sfnlint.inputs.terraform.files import ModuleFolders
        from sfnlint.source import hcl_parser

        texts = {path: text for path, (_, text) in self._files.items() if text is not None}
        folders = ModuleFolders(texts)
        for path, (name, _) in self._files.items():
            folders.set_name(path.parent, os.path.dirname(name))
        searched = []
        for folder in dict.fromkeys(path.parent for path in self._files):
            with context.guard(folders.shown(folder)):
                folders.module_tree(folder)
                searched.append(folder)
        roots = folders.roots(searched)
        for folder in sorted(folders.truncated):
            reason = "not all files of this configuration were read: there are too many"
            context.failures.append(Failure(folders.shown(folder), reason))
        if roots and not hcl_parser.installed():
            reason = f"the parser is not installed: {hcl_parser.INSTALL}"
            context.failures.append(Failure("the Terraform configurations", reason))
            return
        for root in roots:
            with context.guard(folders.shown(root)):
                reading = configuration.read(folders, root, context.external(root))
                yield LoadedUnit(reading, reading.documents, shares_files=True)
        context.held |= folders.used
        context.keep_unread(folders.documents)
