"""Reads services of the Serverless Framework: each as the template that it becomes."""

from __future__ import annotations

from collections.abc import Iterator

from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.inputs.serverless.search import Service, Services, is_service
from sfnlint.options import InputFile
from sfnlint.place import Place, Span
from sfnlint.source import TextDocument, load, parse
from sfnlint.source.paths import resolve_links
from sfnlint.subject import InputProblem, Reading

_MARKS = ("stepFunctions", "::StateMachine")


class ServiceReader(Reader):
    """Keeps services until all files were read, since they name other files.

    A file that a service names, such as its `resources`, is read with the service.
    """

    def __init__(self) -> None:
        self._services = Services()
        self._given: list[Service] = []
        self._naming: dict[Service, set[TextDocument]] = {}
        self._programs: list[InputFile] = []

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a service, or a file that a service near it names."""
        return is_service(document.source.data) or bool(self._services_naming(document))

    def _services_naming(self, document: InputDocument) -> list[Service]:
        if not document.on_disk or document.source is not document.original:
            return []
        path = resolve_links(document.path)
        return self._services.naming(path, document.original)

    def loaded(self, file: InputFile) -> TextDocument | None:
        """Return a file that was read with a service."""
        documents = self._services.documents
        return documents.get(resolve_links(file.path)) if documents else None

    def take(self, file: InputFile) -> None:
        """Keep a configuration file that is a program."""
        self._programs.append(file)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep a service, or a file of a service, for `finish`."""
        if is_service(document.source.data):
            self._given.append(self._services.add(document))
        for service in self._services_naming(document):
            self._naming.setdefault(service, set()).add(document.original)
        return None

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield the state machines of the services."""
        for file in self._programs:
            with context.guard(file.display_name):
                yield from _unread(file)
        if not self._given and not self._naming:
            return
        from sfnlint.inputs.serverless.unit import load_unit

        for service in self._given:
            with context.guard(service.document.file):
                context.held.update(service.files)
                yield load_unit(service, context)
        for service, documents in self._naming.items():
            if service not in self._given:
                with context.guard(service.document.file):
                    context.held.update(service.files)
                    yield load_unit(service, context, documents)


def _unread(file: InputFile) -> Iterator[LoadedUnit]:
    """A problem for a program that describes state machines."""
    document = (
        load(file.path, file.display_name, "json")
        if file.text is None
        else parse(file.text, file.display_name, "json")
    )
    start = min((at for mark in _MARKS if (at := document.text.find(mark)) >= 0), default=-1)
    if start < 0:
        return
    place = Place(document, (), "text", Span(start, start + 1))
    message = (
        "this file is a program, so its state machines were not checked; "
        "check the template that 'serverless package' writes"
    )
    problem = InputProblem("definition-not-found", message, place)
    yield LoadedUnit(Reading(problems=[problem]), [document])
