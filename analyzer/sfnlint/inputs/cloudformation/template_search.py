"""Searches folders for templates that name a file."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import display_name
from sfnlint.source.paths import reading_root

_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_MAX_FILES = 200
_MAX_BYTES = 20 * 1024 * 1024
"""How many bytes of a folder are searched."""
_MAX_PARSED_BYTES = 2 * 1024 * 1024
"""How many of them are parsed, which takes a second for a megabyte."""
_LARGEST_TEMPLATE = 1024 * 1024
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class TemplateSearch:
    """Searches the folders of files and above for templates, each folder once.

    Args:
        is_candidate: whether a file with this content may be a template that names files.
        named_files: returns the files that a template names, by its data and its path.

    Attributes:
        documents: the templates that were parsed, by path.

    """

    def __init__(
        self,
        is_candidate: Callable[[bytes], bool],
        named_files: Callable[[object, Path], Collection[Path]],
    ) -> None:
        self._is_candidate = is_candidate
        self._named_files = named_files
        self.documents: dict[Path, TextDocument] = {}
        self._named_by_template: dict[Path, Collection[Path]] = {}
        self._parsed_bytes: Counter[Path] = Counter()
        self._candidates: dict[Path, dict[Path, bytes]] = {}

    def templates_naming(self, file: Path, shown: str) -> list[Path]:
        """Return the templates that name a file, of the nearest folder that has any.

        Args:
            file: the file, without links.
            shown: how the user writes its name.

        """
        name = os.fsencode(file.name)
        root = Path(reading_root(str(file.parent)))
        for folder in (file.parent, *file.parent.parents):
            if folder not in self._candidates:
                self._candidates[folder] = dict(_candidates(folder, self._is_candidate))
            templates = [
                template
                for template, content in self._candidates[folder].items()
                if name in content and file in self._names(template, len(content), file, shown)
            ]
            if templates or folder == root:
                return templates
        return []

    def _names(self, template: Path, size: int, file: Path, shown: str) -> Collection[Path]:
        if template not in self._named_by_template:
            self._parsed_bytes[template.parent] += size
            if self._parsed_bytes[template.parent] > _MAX_PARSED_BYTES:
                return ()
            if template not in self.documents:
                self.documents[template] = load(template, shown_relative(shown, file, template))
            self._named_by_template[template] = self._named_files(
                self.documents[template].data, template
            )
        return self._named_by_template[template]


def shown_relative(shown: str, file: Path, other: Path) -> str:
    """Return how a user who writes a file's name as `shown` would write the other file's name."""
    relative = os.path.relpath(other, file.parent)
    return posixpath.normpath(display_name(os.path.dirname(shown), relative))


def _candidates(
    folder: Path, is_candidate: Callable[[bytes], bool]
) -> Iterator[tuple[Path, bytes]]:
    """The files of a folder that may be templates, with their content."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.lower().endswith(_SUFFIXES)]
    except OSError:
        return
    # In a folder with many definitions, the template comes first.
    names.sort(key=lambda name: (".asl." in name, "template" not in name, name))
    left = _MAX_BYTES
    for name in names[:_MAX_FILES]:
        path = folder / name
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_TEMPLATE:
                continue
            content = path.read_bytes()
        except OSError:
            continue
        left -= len(content)
        if left < 0:
            return
        if is_candidate(content):
            yield path, content
