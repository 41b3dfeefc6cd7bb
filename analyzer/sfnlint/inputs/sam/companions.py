"""CloudFormation and SAM templates near a definition that is checked alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sfnlint.inputs.cloudformation import companion_templates
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.source import TextDocument
from sfnlint.subject import Reading


def companions(
    definitions: Mapping[Path, TextDocument], context: RunContext
) -> Iterator[LoadedUnit]:
    """Yield the state machines that have these definitions; see `registry.Format.companions`."""
    return companion_templates.companions(definitions, context, _read)


def _read(
    document: TextDocument,
    path: Path,
    definitions: Mapping[Path, TextDocument],
    context: ExternalContext,
    machines: set[str],
) -> Reading:
    # Most definitions have no template beside them: a run starts faster without the readers of
    # templates (benchmarks/compare.py).
    from sfnlint.inputs.cloudformation.local_files import LocalFiles
    from sfnlint.inputs.sam import reader

    files = LocalFiles(path, document.file, known=definitions)
    return reader.read(document, files, context, machines=machines)
