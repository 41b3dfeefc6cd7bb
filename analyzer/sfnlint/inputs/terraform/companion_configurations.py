"""Terraform configurations beside a plain definition that was given alone.

The configuration that reads the definition shows its role.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from sfnlint.inputs.paths import local_path
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.inputs.terraform import CONFIGURATION_ENDINGS
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.source.paths import reading_root
from sfnlint.subject import InputProblem, Reading

_MAX_BYTES = 20 * 1024 * 1024
"""How much of all files is searched."""
_MAX_SUBFOLDERS = 100
"""How many folders right below one folder are searched."""
_PATH = lazy_pattern(r"\$\{\s*path\.(?:module|root)\s*\}")


def companions(
    definitions: Mapping[Path, TextDocument], context: RunContext
) -> Iterator[LoadedUnit]:
    """Read the nearest configurations that name one of the definitions.

    Args:
        definitions: plain definitions by their resolved paths.
        context: the context of the run; receives the definitions that a configuration reads.

    """
    search = _Search()
    named_in: dict[Path, set[Path]] = {}
    for path, document in definitions.items():
        with context.guard(document.file):
            for folder in search.folders(path):
                named_in.setdefault(folder, set()).add(path)
    if not named_in:
        return
    # Most definitions have no configuration beside them: a run on those alone starts faster
    # without these imports (benchmarks/compare.py).
    from sfnlint.inputs.terraform import configuration
    from sfnlint.inputs.terraform.files import ModuleFolders
    from sfnlint.source import hcl_parser

    if not hcl_parser.installed():
        first = next(iter(next(iter(named_in.values()))))
        context.notes.append(
            f"the Terraform configuration that names '{definitions[first].file}' was not read: "
            f"{hcl_parser.INSTALL}"
        )
        return
    folders = ModuleFolders()
    for path, document in definitions.items():
        folders.set_name(path.parent, os.path.dirname(document.file))
    named_by: dict[Path, set[Path]] = {}
    for folder, paths in named_in.items():
        with context.guard(definitions[next(iter(paths))].file):
            calling = [above for above in _upwards(folder) if folder in folders.module_tree(above)]
            for root in folders.roots(calling):
                named_by.setdefault(root, set()).update(paths)
    for root, paths in named_by.items():
        with context.guard(folders.shown(root)):
            reading = configuration.read(folders, root, context.external(root))
            read: dict[object, Path] = {
                folders.documents[path]: path for path in paths & folders.used
            }
            machines, used = _machines(reading, read)
            if used:
                context.held |= used
                yield LoadedUnit(reading, reading.documents, machines)


def _machines(reading: Reading, definitions: Mapping[object, Path]) -> tuple[set[str], set[Path]]:
    """Put the machines that use one of the definitions first, and remove problems of the others.

    Args:
        reading: the machines of a configuration.
        definitions: the paths of the definitions by their documents.

    Returns:
        The addresses of these machines, and the paths of the definitions that they use.

    """
    machines: set[str] = set()
    used: set[Path] = set()
    for subject in reading.subjects:
        path = definitions.get(Place(subject.machine.document).locate().root)
        if path is not None and subject.logical_id is not None:
            machines.add(subject.logical_id)
            used.add(path)
    # A finding about a role that several machines share is at the first of them.
    reading.subjects.sort(key=lambda subject: subject.logical_id not in machines)
    others = {subject.logical_id for subject in reading.subjects} - machines
    reading.problems = [problem for problem in reading.problems if _concerns(problem, others)]
    return machines, used


def _concerns(problem: InputProblem, others: Collection[str | None]) -> bool:
    """Return whether a problem concerns the machines that use the definitions.

    Args:
        problem: the problem.
        others: the addresses of the other machines.

    """
    address = problem.place.locate().path[:1]
    return problem.kind != "definition-not-found" and not (address and address[0] in others)


class _Folder(NamedTuple):
    """A folder as far as it is searched.

    Attributes:
        content: the text of its configuration files.
        subfolders: the folders right below it.

    """

    content: bytes
    subfolders: Sequence[Path]


class _Search:
    """Finds the folders whose files name a definition; each folder is read once."""

    def __init__(self) -> None:
        self._folders: dict[Path, _Folder] = {}
        self._bytes_left = _MAX_BYTES

    def folders(self, definition: Path) -> list[Path]:
        """Return the nearest folder above a definition that names it, or those right below one."""
        for folder in _upwards(definition.parent):
            if self._names(folder, definition):
                return [folder]
            subfolders = self._folder(folder).subfolders
            naming = [inner for inner in subfolders if self._names(inner, definition)]
            if naming:
                return naming
        return []

    def _names(self, folder: Path, definition: Path) -> bool:
        """Return whether the files of a folder hold a string that leads to a definition."""
        name = os.fsencode(definition.name)
        content = self._folder(folder).content
        if name not in content:
            return False
        for match in re.finditer(rb'"([^"\n]{0,400}' + re.escape(name) + rb')\\?"', content):
            text = _PATH.sub(".", os.fsdecode(match[1]))
            if "${" not in text and local_path(folder, text) == definition:
                return True
            # The path may start at the folder of the root module, or with a variable.
            end = text.rpartition("}")[2].lstrip("./")
            if definition.is_relative_to(folder) and definition.as_posix().endswith(f"/{end}"):
                return True
        return False

    def _folder(self, folder: Path) -> _Folder:
        if folder not in self._folders:
            self._folders[folder] = self._scanned(folder)
        return self._folders[folder]

    def _scanned(self, folder: Path) -> _Folder:
        try:
            with os.scandir(folder) as scan:
                entries = sorted((entry for entry in scan if entry.name[0] != "."), key=_name)
        except OSError:
            return _Folder(b"", ())
        subfolders = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        files = (entry for entry in entries if entry.name.endswith(CONFIGURATION_ENDINGS))
        contents = [self._content(entry) for entry in files if entry.is_file(follow_symlinks=False)]
        return _Folder(
            b"\n".join(contents), [folder / name for name in subfolders[:_MAX_SUBFOLDERS]]
        )

    def _content(self, file: os.DirEntry[str]) -> bytes:
        """Return the content of a file; nothing when it is too large or unreadable."""
        try:
            if file.stat().st_size > self._bytes_left:
                return b""
            content = Path(file).read_bytes()
        except OSError:
            return b""
        self._bytes_left -= len(content)
        return content


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _upwards(folder: Path) -> Iterator[Path]:
    """Yield a folder and those above it, up to the root of the repository."""
    root = Path(reading_root(str(folder)))
    return (above for above in (folder, *folder.parents) if above.is_relative_to(root))
