"""Reads the state machines of a service."""

from __future__ import annotations

from collections.abc import Collection

from sfnlint.inputs.cloudformation import reader as cloudformation
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.inputs.serverless.search import Service
from sfnlint.source import TextDocument


def load_unit(
    service: Service, context: RunContext, documents: Collection[TextDocument] | None = None
) -> LoadedUnit:
    """Return the state machines of a service with their roles.

    Args:
        service: the service.
        context: the context of the run.
        documents: the files of which the state machines are reported; None for all of the service.

    """
    template = service.template
    files_of_template = LocalFiles(service.path, service.document.file)
    reading = cloudformation.read(
        template.document,
        files_of_template,
        context.external(service.path),
        symbols=template.symbols,
    )
    context.keep_unread(files_of_template.documents)
    reading.problems[:0] = [*service.problems, *template.problems]
    files = [service.document, *service.files.values()]
    if documents is None:
        return LoadedUnit(reading, files, shares_files=True)
    machines = {
        name for name, written in template.files.items() if not written.isdisjoint(documents)
    }
    # A finding about a role that machines share belongs to the first of them.
    reading.subjects.sort(key=lambda subject: subject.logical_id not in machines)
    others = template.files.keys() - machines
    reading.problems = [
        problem
        for problem in reading.problems
        if problem.place.document is not template.document
        or problem.place.path[1:2] not in [(other,) for other in others]
    ]
    return LoadedUnit(reading, files, machines, shares_files=True)
