"""Finds the services that name a file, and reads each service once."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.inputs.reader import InputDocument
from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import display_name
from sfnlint.source.paths import reading_root, resolve_links
from sfnlint.symbol import Symbols

if TYPE_CHECKING:
    from sfnlint.inputs.serverless.service import ServiceTemplate

_PREFIX = "serverless"
_ENDINGS = (".yml", ".yaml", ".json")
_MAX_SERVICES = 20
"""How many configuration files of one folder are read."""
_LARGEST = 1024 * 1024


def is_service(data: object) -> bool:
    """Whether data is the content of a configuration file of the framework."""
    return isinstance(data, dict) and {"service", "provider"} <= data.keys()


class Service:
    """A service of a run.

    Attributes:
        path: the path of its configuration file, without links.
        document: the configuration file.
        problems: what could not be read in it.
        template: its template.
        files: the files that it names, by their paths without links.

    """

    def __init__(
        self, path: Path, configuration: InputDocument, documents: dict[Path, TextDocument]
    ) -> None:
        # Most definitions have no service beside them: a run starts faster without these modules
        # (benchmarks/compare.py).
        from sfnlint.inputs.serverless.files import ServiceFiles
        from sfnlint.inputs.serverless.service import read_template

        self.path = path
        self.document = configuration.original
        self.problems = configuration.problems
        files = ServiceFiles(path.parent, os.path.dirname(self.document.file), documents)
        self.template: ServiceTemplate = read_template(
            configuration.source, files, configuration.symbols
        )
        self.files = files.used


class Services:
    """The services of a run.

    Attributes:
        documents: the files that were read, by their paths without links.

    """

    def __init__(self) -> None:
        self.documents: dict[Path, TextDocument] = {}
        self._services: dict[Path, Service | None] = {}
        self._folders: dict[Path, list[Path]] = {}

    def add(self, configuration: InputDocument) -> Service:
        """Return the service of a configuration file that is already read."""
        path = resolve_links(configuration.path)
        self.documents[path] = configuration.original
        service = self._services.get(path)
        if service is None:
            service = self._services[path] = Service(path, configuration, self.documents)
        return service

    def naming(self, file: Path, document: TextDocument) -> list[Service]:
        """Return the services that name a file, of the nearest folder that has any.

        Args:
            file: the file, without links.
            document: its content.

        """
        root = reading_root(str(file.parent))
        for folder in (file.parent, *file.parent.parents):
            services = [
                service
                for path in self._configurations(folder)
                if path != file and (service := self._service(path, file, document)) is not None
            ]
            naming = [service for service in services if file in service.files]
            if naming or str(folder) == root:
                return naming
        return []

    def _configurations(self, folder: Path) -> list[Path]:
        if folder not in self._folders:
            self._folders[folder] = list(_configurations(folder))
        return self._folders[folder]

    def _service(self, path: Path, file: Path, document: TextDocument) -> Service | None:
        if path not in self._services:
            # Suppressions belong to a document, so that the service must get this one.
            self.documents.setdefault(file, document)
            if path not in self.documents:
                relative = os.path.relpath(path, file.parent)
                shown = display_name(os.path.dirname(document.file), relative)
                self.documents[path] = load(path, posixpath.normpath(shown))
            original = self.documents[path]
            configuration = InputDocument(original, original, path, Symbols())
            is_read = is_service(original.data)
            self._services[path] = Service(path, configuration, self.documents) if is_read else None
        return self._services[path]


def _configurations(folder: Path) -> Iterator[Path]:
    """The configuration files of a folder."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if entry.name.startswith(_PREFIX)
                and entry.name.lower().endswith(_ENDINGS)
                and entry.is_file(follow_symlinks=False)
                and entry.stat().st_size <= _LARGEST
            )
    except OSError:
        return
    yield from (folder / name for name in names[:_MAX_SERVICES])
