"""The files of Terraform configurations: folders of `*.tf` and `*.tf.json`, and what they name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sfnlint.inputs.paths import local_path
from sfnlint.inputs.terraform.module import Module, is_override
from sfnlint.inputs.terraform.values import StringValue
from sfnlint.source import TextDocument, hcl_parser, load
from sfnlint.source.document import Format
from sfnlint.source.load_file import display_name, read_at_most
from sfnlint.symbol import MARKER

CONFIGURATION = (".tf", ".tf.json")
"""The endings of the files of a configuration."""
VALUES = (".tfvars", ".tfvars.json")
"""The endings of the files that set its variables."""
_MARK = b"aws_sfn_state_machine"
_MODULE = re.compile(
    rb'source"?\s*[=:]\s*"(?:(\.\.?/[^"\n]{0,500})|[^"\n]*step-?functions?[^"\n]*)"'
)
_ALWAYS = ("terraform.tfvars", "terraform.tfvars.json")
_SET = re.compile(rb'\b([A-Za-z_][A-Za-z0-9_-]{0,200})"?\s*[=:]')
_LARGEST = 4 * 1024 * 1024
_MOST_FILES = 1000


def find(
    files: Mapping[Path, tuple[str, str | None]],
) -> tuple[ModuleFolders, list[Path], list[str]]:
    """The folders of files, the configurations with a machine, and why they are not read.

    Args:
        files: by their resolved paths, how the user would write their names, and what they hold;
            what is on the disk when None.

    """
    folders = ModuleFolders({path: text for path, (_, text) in files.items() if text is not None})
    for path, (shown, _) in files.items():
        folders.name(path.parent, os.path.dirname(shown))
    roots = folders.roots(dict.fromkeys(path.parent for path in files))
    if roots and not hcl_parser.installed():
        return folders, [], [f"Terraform configuration (*.tf) was not read: {hcl_parser.INSTALL}"]
    return folders, roots, []


class ModuleFolders:
    """The folders of configurations, each read once; screened without reading its language.

    Args:
        texts: files that are not as they are on the disk, by path.

    Attributes:
        documents: the files that functions name, by path.
        used: the paths of those that were read.

    """

    def __init__(self, texts: Mapping[Path, str] | None = None) -> None:
        self._texts = texts or {}
        self._shown: dict[Path, str] = {}
        self._folders: dict[Path, Module] = {}
        self._screened: dict[Path, tuple[bool, set[Path]]] = {}
        self.documents: dict[Path, TextDocument] = {}
        self.used: set[Path] = set()

    def name(self, folder: Path, shown: str) -> None:
        """How the user would write the name of a folder."""
        self._shown.setdefault(folder, shown)

    def shown(self, folder: Path) -> str:
        """The name of a folder, as the user would write it."""
        return self._shown.get(folder) or "."

    def roots(self, folders: Iterable[Path]) -> list[Path]:
        """Those of some folders that lead to a machine and that none of the others calls."""
        relevant = {one: called for one in folders if (called := self.leading(one))}
        inside = {other for one, called in relevant.items() for other in called if other != one}
        # Modules that call each other in a circle have no root.
        return [one for one in relevant if one not in inside] or list(relevant)

    def leading(self, folder: Path) -> set[Path]:
        """A folder and the modules that it calls; none when no machine is in them."""
        seen: set[Path] = set()
        waiting = [folder]
        found = False
        while waiting:
            one = waiting.pop()
            if one in seen or len(seen) > _MOST_FILES:
                continue
            seen.add(one)
            marked, called = self._screen(one)
            found = found or marked
            waiting += called
        return seen if found else set()

    def _screen(self, folder: Path) -> tuple[bool, set[Path]]:
        """Whether a folder speaks of a machine, and the modules that it calls."""
        if folder not in self._screened:
            marked, called = False, set()
            for file in self._files(folder, CONFIGURATION):
                content = self._content(file) if local_path(folder, file.name) else b""
                marked = marked or _MARK in content
                for match in _MODULE.finditer(content):
                    marked = marked or match[1] is None
                    path = match[1] and local_path(folder, match[1].decode(errors="replace"))
                    called |= {path} if path else set()
            self._screened[folder] = marked, called
        return self._screened[folder]

    def _content(self, file: Path) -> bytes:
        if file in self._texts:
            return self._texts[file].encode(errors="replace")
        try:
            with file.open("rb") as stream:
                return read_at_most(_LARGEST, stream)
        except OSError:
            return b""

    def _files(self, folder: Path, endings: tuple[str, ...]) -> list[Path]:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            names = []
        # A hidden file is none of the configuration.
        names = [name for name in names if name.endswith(endings) and name[0] != "."]
        paths = [folder / name for name in names if (folder / name).is_file()][:_MOST_FILES]
        given = (path for path in self._texts if path.parent == folder and path not in paths)
        return [*paths, *(path for path in given if path.name.endswith(endings))]

    def folder(self, folder: Path) -> Module:
        """What a folder declares."""
        if folder not in self._folders:
            files = self._files(folder, CONFIGURATION)
            # One that overrides others comes after them.
            files.sort(key=lambda file: is_override(file.name))
            whole = len(files) < _MOST_FILES
            # A link may lead out of the repository.
            inside = [
                file for file in files if file in self._texts or local_path(folder, file.name)
            ]
            whole = whole and len(inside) == len(files)
            documents = [self._document(file) for file in inside]
            self._folders[folder] = Module(str(folder), documents, whole)
        return self._folders[folder]

    def _document(self, file: Path) -> TextDocument:
        name = self._name(file)
        form: Format = "hcl"
        if file.name.endswith(".json"):
            form = "hcl-json" if file.name.endswith(CONFIGURATION) else "json"
        if file in self._texts:
            return TextDocument(name, self._texts[file], form)
        return load(file, name, form)

    def _name(self, file: Path) -> str:
        for folder in file.parents:
            if folder in self._shown:
                return display_name(self._shown[folder], str(file.relative_to(folder)))
        return display_name("", os.path.relpath(file))

    def called(self, folder: str, source: str) -> Module | None:
        """The folder of a module; None when it is not there, or lies outside."""
        path = local_path(Path(folder), source)
        return self.folder(path) if path is not None and self._files(path, CONFIGURATION) else None

    def values(self, folder: Path) -> list[TextDocument]:
        """The files that give values to variables, in the order in which Terraform loads them."""
        files = self._values(folder)
        always = [file for name in _ALWAYS for file in files if file.name == name]
        return [self._document(file) for file in (*always, *filter(_is_loaded, files))]

    def _values(self, folder: Path) -> list[Path]:
        files = self._files(folder, VALUES)
        return [file for file in files if file in self._texts or local_path(folder, file.name)]

    def set_elsewhere(self, folder: Path) -> set[str]:
        """The variables that files may set which Terraform loads only when it is told to."""
        try:
            inside = [one.path for one in os.scandir(folder) if one.is_dir(follow_symlinks=False)]
        except OSError:
            inside = []
        others = [
            file
            for one in (folder, *map(Path, inside[:_MOST_FILES]))
            for file in self._values(one)
            if one != folder or not (file.name in _ALWAYS or _is_loaded(file))
        ]
        names = (_SET.findall(self._content(file)) for file in others[:_MOST_FILES])
        return {name.decode() for found in names for name in found}

    def read(self, folder: Path, name: str) -> TextDocument | None:
        """A file that a function names, seen from a folder; None when it is not read."""
        path = local_path(folder, name)
        if path is None or not os.path.isfile(path):
            return None
        if path not in self.documents:
            self.documents[path] = load(path, self._name(path), "json")
        self.used.add(path)
        document = self.documents[path]
        unread = document.error is not None and not document.text
        return None if unread else document


def _is_loaded(file: Path) -> bool:
    """Whether Terraform loads the values of a file unless it is told otherwise."""
    return file.name.endswith(tuple(f".auto{ending}" for ending in VALUES))


def file_name(name: StringValue, defaults: Mapping[str, str]) -> str | None:
    """The name of a file, with the defaults of variables in it; None when that is open."""
    found = ""
    for part in name.parts:
        text = part.text if isinstance(part.text, str) else defaults.get(str(part.text.get("Ref")))
        if text is None:
            return None
        found += text
    return None if MARKER.search(found) else found


def documents_of(folders: Iterable[Module]) -> Iterator[TextDocument]:
    """The files of folders, each once."""
    seen: set[int] = set()
    for folder in folders:
        for document in folder.documents:
            if id(document) not in seen:
                seen.add(id(document))
                yield document
