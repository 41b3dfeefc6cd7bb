"""Terraform configurations that read the definition that is looked at, given alone."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.inputs.paths import local_path
from sfnlint.inputs.reader import Context, LoadedUnit
from sfnlint.place import Place
from sfnlint.source import TextDocument
from sfnlint.source.paths import reading_root
from sfnlint.subject import InputProblem

if TYPE_CHECKING:
    from sfnlint.inputs.terraform.files import ModuleFolders

_CONFIGURATION = (".tf", ".tf.json")
_MOST_BYTES = 20 * 1024 * 1024
"""How much of all folders is looked through."""
_MOST_INSIDE = 100
"""How many folders in one folder are looked into."""
_HERE = re.compile(r"\$\{\s*path\.(?:module|root)\s*\}")


def companions(definitions: Mapping[Path, TextDocument], context: Context) -> Iterator[LoadedUnit]:
    """Read the configurations near definitions that name them, of the nearest folder each.

    Args:
        definitions: plain definitions by their paths, without links.
        context: the context of the run.

    """
    search = _Search()
    naming: dict[Path, set[Path]] = {}
    for path, document in definitions.items():
        with context.guard(document.file):
            for folder in search.folders(path):
                naming.setdefault(folder, set()).add(path)
    if not naming:
        return
    # Most definitions have no configuration beside them: only then is all of this imported.
    from sfnlint.inputs.terraform.files import ModuleFolders
    from sfnlint.source import hcl_parser

    if not hcl_parser.installed():
        return
    folders = ModuleFolders()
    for path, document in definitions.items():
        folders.name(path.parent, os.path.dirname(document.file))
    roots: dict[Path, set[Path]] = {}
    for folder, named in naming.items():
        with context.guard(definitions[next(iter(named))].file):
            calling = [above for above in _upwards(folder) if folder in folders.leading(above)]
            for root in folders.roots(calling):
                roots.setdefault(root, set()).update(named)
    for root, named in roots.items():
        with context.guard(folders.shown(root)):
            unit = _unit(folders, root, named, context)
            if unit is not None:
                yield unit


def _unit(
    folders: ModuleFolders, root: Path, named: set[Path], context: Context
) -> LoadedUnit | None:
    """Return the machines of a configuration with one of the definitions; None without any."""
    from sfnlint.inputs.terraform import configuration as terraform_configuration

    reading = terraform_configuration.read(folders, root, context.external(root))
    used = {id(folders.documents[path]): path for path in named & folders.used}
    machines: set[str] = set()
    found: set[Path] = set()
    for subject in reading.subjects:
        definition = used.get(id(Place(subject.machine.document).locate().root))
        if definition is not None and subject.logical_id is not None:
            machines.add(subject.logical_id)
            found.add(definition)
    if not found:
        return None
    # A finding about a role that machines share is the first one's.
    reading.subjects.sort(key=lambda subject: subject.logical_id not in machines)
    others = {one.logical_id for one in reading.subjects} - machines
    reading.problems = [one for one in reading.problems if _concerns(one, others)]
    context.held |= found
    return LoadedUnit(reading, reading.documents, machines)


def _concerns(problem: InputProblem, others: Collection[str | None]) -> bool:
    """Whether a trouble is about none of the other machines."""
    address = problem.place.locate().path[:1]
    return problem.kind != "definition-not-found" and not (address and address[0] in others)


class _Search:
    """Looks for the folders that name definitions; reads each folder once."""

    def __init__(self) -> None:
        self._contents: dict[Path, bytes] = {}
        self._inside: dict[Path, list[Path]] = {}
        self._left = _MOST_BYTES

    def folders(self, definition: Path) -> list[Path]:
        """The nearest folders that name a definition: one above it, or those beside that."""
        for folder in _upwards(definition.parent):
            if self._names(folder, definition):
                return [folder]
            inside = [one for one in self._folders_in(folder) if self._names(one, definition)]
            if inside:
                return inside
        return []

    def _names(self, folder: Path, definition: Path) -> bool:
        """Whether the files of a folder hold a text that leads to a definition."""
        name = os.fsencode(definition.name)
        content = self._content(folder)
        if name not in content:
            return False
        for found in re.finditer(rb'"([^"\n]{0,400}' + re.escape(name) + rb')\\?"', content):
            text = _HERE.sub(".", os.fsdecode(found[1]))
            if "${" not in text and local_path(folder, text) == definition:
                return True
            # It may be seen from the root's folder, or begin with a variable.
            end = text.rpartition("}")[2].lstrip("./")
            if definition.is_relative_to(folder) and definition.as_posix().endswith(f"/{end}"):
                return True
        return False

    def _content(self, folder: Path) -> bytes:
        if folder not in self._contents:
            self._look(folder)
        return self._contents[folder]

    def _folders_in(self, folder: Path) -> list[Path]:
        if folder not in self._inside:
            self._look(folder)
        return self._inside[folder]

    def _look(self, folder: Path) -> None:
        """Keep what the files of a folder hold, and the folders in it."""
        try:
            with os.scandir(folder) as entries:
                given = sorted((one for one in entries if one.name[0] != "."), key=_name)
        except OSError:
            given = []
        inside = [folder / one.name for one in given if one.is_dir(follow_symlinks=False)]
        self._inside[folder] = inside[:_MOST_INSIDE]
        read = []
        for one in given:
            if not one.name.endswith(_CONFIGURATION) or not one.is_file(follow_symlinks=False):
                continue
            try:
                content = Path(one).read_bytes() if one.stat().st_size <= self._left else b""
            except OSError:
                continue
            self._left -= len(content)
            read.append(content)
        self._contents[folder] = b"\n".join(read)


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _upwards(folder: Path) -> Iterator[Path]:
    """A folder and those above it, up to the repository's root."""
    root = Path(reading_root(str(folder)))
    return (one for one in (folder, *folder.parents) if one.is_relative_to(root))
