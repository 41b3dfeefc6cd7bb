"""Services of the Serverless Framework near a definition that is checked alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.inputs.serverless.search import Service, Services
from sfnlint.source import TextDocument


def companions(
    definitions: Mapping[Path, TextDocument], context: RunContext
) -> Iterator[LoadedUnit]:
    """Yield the state machines that have these definitions; see `registry.Format.companions`."""
    services = Services()
    services.documents.update(definitions)
    naming: dict[Service, set[TextDocument]] = {}
    for path, document in definitions.items():
        with context.guard(document.file):
            for service in services.naming(path, document):
                naming.setdefault(service, set()).add(document)
                context.held.add(path)
    for service, documents in naming.items():
        # Most definitions have no service beside them: a run starts faster without the readers of
        # templates (benchmarks/compare.py).
        from sfnlint.inputs.serverless.unit import load_unit

        with context.guard(service.document.file):
            yield load_unit(service, context, documents)
