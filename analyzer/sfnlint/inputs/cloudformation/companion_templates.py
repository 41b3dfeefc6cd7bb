"""Templates and configurations that name the definition that is looked at, given alone.

As pre-commit does: it gives the files that change, and a definition changes without its template.
"""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from sfnlint.inputs.cloudformation import definition_files
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import display_name
from sfnlint.source.paths import reading_root
from sfnlint.subject import InputProblem, Reading

_ENDINGS = (".yaml", ".yml", ".json", ".template")
_MOST_FILES = 200
_MOST_BYTES = 20 * 1024 * 1024
"""How much of a folder is looked through."""
_MOST_PARSED = 2 * 1024 * 1024
"""How much of that is read as templates, which takes a second for a megabyte."""
_LARGEST = 1024 * 1024
"""Templates are not larger: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class ReadTemplate(Protocol):
    """Reads a template."""

    def __call__(
        self,
        document: TextDocument,
        files: LocalFiles,
        outside: ExternalContext,
        *,
        only: set[str],
    ) -> Reading:
        """See `sfnlint.inputs.cloudformation.reader.read`."""


def companions(
    definitions: Mapping[Path, TextDocument], context: RunContext, read: ReadTemplate
) -> Iterator[LoadedUnit]:
    """Read the templates near definitions that name them, those of the nearest folder each.

    Args:
        definitions: plain definitions by their paths, without links.
        context: the context of the run.
        read: reads a template.

    """
    templates = Templates(
        lambda content: b"::StateMachine" in content and b"Definition" in content,
        definition_files.find_definition_files,
    )
    naming: dict[Path, dict[Path, TextDocument]] = {}
    for path, document in definitions.items():
        with context.guard(document.file):
            for template in templates.naming(path, document.file):
                naming.setdefault(template, {})[path] = document
    for template, named in naming.items():
        document = templates.documents[template]
        with context.guard(document.file):
            uses = definition_files.find_definition_files(document.data, template)
            machines = set().union(*(uses[path] for path in named))
            files = LocalFiles(template, document.file, known=named)
            reading = read(document, files, context.external(template), only=machines)
            # A finding about a role that machines share is the first one's.
            reading.subjects.sort(key=lambda subject: subject.logical_id not in machines)
            roots = {id(one) for one in named.values()}
            reading.problems = [one for one in reading.problems if _concerns(one, roots, machines)]
            context.held.update(named)
            yield LoadedUnit(reading, [document], machines)


class Templates:
    """The templates in the folders of files and above, each folder looked through once.

    Args:
        is_wanted: whether a file with this content may be one that names others.
        named_in: gives the files that a template names, by its data and its path.

    Attributes:
        documents: those that were read.

    """

    def __init__(
        self,
        is_wanted: Callable[[bytes], bool],
        named_in: Callable[[object, Path], Collection[Path]],
    ) -> None:
        self._is_wanted = is_wanted
        self._named_in = named_in
        self.documents: dict[Path, TextDocument] = {}
        self._named: dict[Path, Collection[Path]] = {}
        self._parsed: Counter[Path] = Counter()
        self._folders: dict[Path, dict[Path, bytes]] = {}

    def naming(self, file: Path, shown: str) -> list[Path]:
        """The templates that name a file, those of the nearest folder that has some."""
        name = os.fsencode(file.name)
        root = Path(reading_root(str(file.parent)))
        for folder in (file.parent, *file.parent.parents):
            if folder not in self._folders:
                self._folders[folder] = dict(_search(folder, self._is_wanted))
            found = [
                template
                for template, content in self._folders[folder].items()
                if name in content and file in self._named_by(template, len(content), file, shown)
            ]
            if found or folder == root:
                return found
        return []

    def _named_by(self, template: Path, size: int, near: Path, shown: str) -> Collection[Path]:
        if template not in self._named:
            self._parsed[template.parent] += size
            if self._parsed[template.parent] > _MOST_PARSED:
                return ()
            if template not in self.documents:
                self.documents[template] = load(template, name_from(shown, near, template))
            self._named[template] = self._named_in(self.documents[template].data, template)
        return self._named[template]


def name_from(shown: str, near: Path, file: Path) -> str:
    """How the user would write the name of a file, who writes that of another one so."""
    relative = os.path.relpath(file, near.parent)
    return posixpath.normpath(display_name(os.path.dirname(shown), relative))


def _search(folder: Path, is_wanted: Callable[[bytes], bool]) -> Iterator[tuple[Path, bytes]]:
    """The files of a folder that may be templates which name others."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.lower().endswith(_ENDINGS)]
    except OSError:
        return
    # A folder full of definitions has its template first.
    names.sort(key=lambda name: (".asl." in name, "template" not in name, name))
    left = _MOST_BYTES
    for name in names[:_MOST_FILES]:
        path = folder / name
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
                continue
            content = path.read_bytes()
        except OSError:
            continue
        left -= len(content)
        if left < 0:
            return
        if is_wanted(content):
            yield path, content


def _concerns(problem: InputProblem, roots: Collection[int], machines: Collection[str]) -> bool:
    """Whether a trouble is about one of these files, machines or their roles."""
    located = problem.place.locate()
    if id(located.root) in roots:
        return True
    data = located.root.data
    if located.path[:1] == ("Resources",) and isinstance(data, dict):
        name = located.path[1] if len(located.path) > 1 else ""
        if name in machines:
            return True
        resource = data["Resources"].get(name)
        kind = resource.get("Type") if isinstance(resource, dict) else None
        return problem.kind != "refused-by-sam" and not str(kind).endswith("::StateMachine")
    return problem.kind != "refused-by-sam"
