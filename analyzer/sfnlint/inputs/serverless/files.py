"""The files of services: their configuration files, and those that `${file(…)}` names."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from sfnlint.inputs.paths import local_path, missing_file
from sfnlint.inputs.serverless.variables import Value
from sfnlint.source import TextDocument, load
from sfnlint.source.composed_document import Origin
from sfnlint.source.load_file import display_name
from sfnlint.symbol import MARKER

_PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")
_PARSED = (".json", ".yaml", ".yml")
"""The endings of the files that the framework parses; the content of others is a string."""
_MAX_FILES = 500


class ServiceFiles:
    """The files that a service names, relative to its folder.

    Args:
        folder: the folder of the configuration file.
        shown_folder: the folder as the user writes it.
        documents: the files that are already read, by their paths without links; others are added.

    Attributes:
        used: the files that were read, by their paths without links.
        missing: the names of the files that do not exist, each with what a message says about it.

    """

    def __init__(
        self, folder: Path, shown_folder: str, documents: dict[Path, TextDocument]
    ) -> None:
        self._folder = folder
        self._shown_folder = shown_folder
        self._documents = documents
        self.used: dict[Path, TextDocument] = {}
        self.missing: list[tuple[str, str]] = []

    def read(self, name: str) -> Value | bool:
        """Return the content of a file; False when it does not exist, True when it is unknown.

        A program, a file outside the repository and a file with a syntax error are unknown.
        """
        name = name.strip("'\"")
        path = None if MARKER.search(name) else local_path(self._folder, name)
        if path is None:
            return True
        if not os.path.isfile(path):
            self.missing.append((name, missing_file(path, self._folder)))
            return False
        if path.suffix.lower() in _PROGRAMS or len(self.used) >= _MAX_FILES:
            return True
        if path not in self._documents:
            shown = posixpath.normpath(display_name(self._shown_folder, name))
            self._documents[path] = load(path, shown)
        document = self.used[path] = self._documents[path]
        is_string = not name.lower().endswith(_PARSED) and not isinstance(document.data, dict)
        if document.error is not None or is_string:
            return True
        return Value(document.data, Origin(document, ()))
