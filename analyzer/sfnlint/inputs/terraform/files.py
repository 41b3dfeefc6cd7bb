"""The files of Terraform configurations: module folders, variable definitions files, templates."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from sfnlint.iam.decision import Uncertainty
from sfnlint.inputs.paths import local_path
from sfnlint.inputs.terraform import CONFIGURATION_ENDINGS, VARIABLE_ENDINGS
from sfnlint.inputs.terraform.file_patterns import PatternError, matching_files
from sfnlint.inputs.terraform.missing_modules import is_named_for_machine
from sfnlint.inputs.terraform.module import Module, is_override
from sfnlint.inputs.terraform.values import StringValue, place_at
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Format
from sfnlint.source import TextDocument, load
from sfnlint.source.load_file import LARGEST_FILE, display_name, read_at_most
from sfnlint.symbol import MARKER

_MACHINE = b"aws_sfn_state_machine"
_START = b"StartAt"
_MODULE_SOURCE = re.compile(rb'\bsource"?\s*[=:]\s*"([^"\n]{1,500})"')
_NAMED_FILE = re.compile(
    rb'\b(?:templatefile|file)\(\s*"(?:\$\{path\.(?:module|root|cwd)\}/)?([^"\n]{1,500})"'
)
"""The name of a file that a function reads."""
_MAX_NAMED_FILES = 100
_DEFAULT_VALUES = ("terraform.tfvars", "terraform.tfvars.json")
_ASSIGNMENT = re.compile(rb'\b([A-Za-z_][A-Za-z0-9_-]{0,200})"?\s*[=:]')
_MAX_FILES = 1000
"""How many files of one folder, and how many modules of one configuration, are read."""


class _Screened(NamedTuple):
    """The words that were found in the files of a folder.

    Attributes:
        has_machine: whether it may declare a state machine, or call a module made for that.
        calls_missing_module: whether it may call a module that is not in the files.
        called: the folders of the modules that it calls.

    """

    has_machine: bool
    calls_missing_module: bool
    called: set[Path]


class ModuleFolders:
    """Reads module folders, each once. Their HCL is parsed only when they are needed.

    Args:
        texts: the texts of files that differ from those on disk, by path.

    Attributes:
        documents: the files that functions name, by path.
        truncated: the folders of which not all files, or not all modules, are read.
        used: the paths of those that were read.

    """

    def __init__(self, texts: Mapping[Path, str] | None = None) -> None:
        self._texts = texts or {}
        self._names: dict[Path, str] = {}
        self._modules: dict[Path, Module] = {}
        self._screened: dict[Path, _Screened] = {}
        self.documents: dict[Path, TextDocument] = {}
        self.truncated: set[Path] = set()
        self.used: set[Path] = set()

    def set_name(self, folder: Path, shown: str) -> None:
        """Set the name of a folder in messages, as the user wrote it."""
        self._names.setdefault(folder, shown)

    def shown(self, folder: Path) -> str:
        """Return the name of a folder in messages."""
        return self._names.get(folder) or "."

    def roots(self, folders: Iterable[Path]) -> list[Path]:
        """Return the folders that have a state machine and that none of the others calls."""
        trees = {folder: tree for folder in folders if (tree := self.module_tree(folder))}
        called = {other for folder, tree in trees.items() for other in tree if other != folder}
        # Modules that call each other in a circle have no root.
        return [folder for folder in trees if folder not in called] or list(trees)

    def module_tree(self, folder: Path) -> set[Path]:
        """Return a folder and those of the modules that it calls; empty without a state machine.

        The files are searched for words, not parsed. A module that is not in the files may make a
        state machine of a definition.
        """
        seen: set[Path] = set()
        waiting = [folder]
        has_machine = calls_missing_module = False
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            if len(seen) > _MAX_FILES:
                self.truncated.add(folder)
                break
            seen.add(current)
            screened = self._screen(current)
            has_machine = has_machine or screened.has_machine
            calls_missing_module = calls_missing_module or screened.calls_missing_module
            waiting += screened.called
        if not has_machine and calls_missing_module:
            has_machine = any(map(self._may_have_definition, seen))
        return seen if has_machine else set()

    def _screen(self, folder: Path) -> _Screened:
        """Search the files of a folder for words."""
        if folder not in self._screened:
            has_machine = calls_missing_module = False
            called: set[Path] = set()
            for content in self._contents(folder):
                has_machine = has_machine or _MACHINE in content
                for match in _MODULE_SOURCE.finditer(content):
                    source = match[1].decode(errors="replace")
                    is_local = source.startswith(("./", "../"))
                    path = local_path(folder, source) if is_local else None
                    if path and self._files(path, CONFIGURATION_ENDINGS):
                        called.add(path)
                    else:
                        calls_missing_module = True
                        has_machine = has_machine or is_named_for_machine(source)
            self._screened[folder] = _Screened(has_machine, calls_missing_module, called)
        return self._screened[folder]

    def _may_have_definition(self, folder: Path) -> bool:
        """Return whether the files of a folder, or those that they name, may have a definition."""
        for content in self._contents(folder):
            if _START in content:
                return True
            for match in islice(_NAMED_FILE.finditer(content), _MAX_NAMED_FILES):
                path = local_path(folder, match[1].decode(errors="replace"))
                if path is None or not path.is_file() or _START in self._content(path):
                    # A name that is not known may be that of a definition.
                    return True
        return False

    def _contents(self, folder: Path) -> Iterator[bytes]:
        for file in self._files(folder, CONFIGURATION_ENDINGS):
            yield self._content(file) if local_path(folder, file.name) else b""

    def _content(self, file: Path) -> bytes:
        if file in self._texts:
            return self._texts[file].encode(errors="replace")
        try:
            with file.open("rb") as stream:
                return read_at_most(LARGEST_FILE, stream)
        except OSError:
            return b""

    def _files(self, folder: Path, endings: tuple[str, ...]) -> list[Path]:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            names = []
        # Terraform ignores hidden files.
        names = [name for name in names if name.endswith(endings) and name[0] != "."]
        paths = [folder / name for name in names if (folder / name).is_file()]
        if len(paths) > _MAX_FILES:
            self.truncated.add(folder)
            del paths[_MAX_FILES:]
        texts = (path for path in self._texts if path.parent == folder and path not in paths)
        return [*paths, *(path for path in texts if path.name.endswith(endings))]

    def module(self, folder: Path) -> Module:
        """Return the module of a folder."""
        if folder not in self._modules:
            files = self._files(folder, CONFIGURATION_ENDINGS)
            files.sort(key=lambda file: is_override(file.name))
            # A link may lead out of the repository.
            inside = [
                file for file in files if file in self._texts or local_path(folder, file.name)
            ]
            complete = len(inside) == len(files) < _MAX_FILES
            documents = [self._document(file) for file in inside]
            self._modules[folder] = Module(str(folder), documents, complete)
        return self._modules[folder]

    def _document(self, file: Path) -> TextDocument:
        name = self._name(file)
        form: Format = "hcl"
        if file.name.endswith(".json"):
            form = "hcl-json" if file.name.endswith(CONFIGURATION_ENDINGS) else "json"
        if file in self._texts:
            return TextDocument(name, self._texts[file], form)
        return load(file, name, form)

    def _name(self, file: Path) -> str:
        for folder in file.parents:
            if folder in self._names:
                return display_name(self._names[folder], str(file.relative_to(folder)))
        return display_name("", os.path.relpath(file))

    def called_module(self, folder: str, source: str) -> Module | None:
        """Return the module that a module calls; None when it is not in the repository.

        Args:
            folder: the folder of the calling module.
            source: the source of the call, `./flow`.

        """
        path = local_path(Path(folder), source)
        return (
            self.module(path)
            if path is not None and self._files(path, CONFIGURATION_ENDINGS)
            else None
        )

    def variable_files(self, folder: Path) -> list[TextDocument]:
        """Return the variable definitions files that Terraform loads, in the order of loading.

        https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
        """
        files = self._variable_files(folder)
        first = [file for name in _DEFAULT_VALUES for file in files if file.name == name]
        return [self._document(file) for file in (*first, *filter(_is_auto_loaded, files))]

    def _variable_files(self, folder: Path) -> list[Path]:
        files = self._files(folder, VARIABLE_ENDINGS)
        return [file for file in files if file in self._texts or local_path(folder, file.name)]

    def variables_set_by_option(self, folder: Path) -> set[str]:
        """Return the variables in definitions files that need the option `-var-file`.

        Those are the other files of the folder, and the files of the folders right below it.
        """
        try:
            inside = [
                entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)
            ]
        except OSError:
            inside = []
        files = [
            file
            for searched in (folder, *map(Path, inside[:_MAX_FILES]))
            for file in self._variable_files(searched)
            if searched != folder or not (file.name in _DEFAULT_VALUES or _is_auto_loaded(file))
        ]
        assignments = (_ASSIGNMENT.findall(self._content(file)) for file in files[:_MAX_FILES])
        return {name.decode() for names in assignments for name in names}

    def matching(self, folder: Path, subfolder: str, pattern: str) -> list[str] | None:
        """Return the files below a folder that a pattern matches; None when they are not known.

        Args:
            folder: the folder of the root module.
            subfolder: the folder to which the results are relative.
            pattern: the pattern of `fileset`.

        """
        try:
            return matching_files(folder, subfolder, pattern)
        except PatternError:
            return None

    def read(self, folder: Path, name: str) -> TextDocument | None:
        """Return a file that a function names; None when it is missing, outside or unreadable."""
        path = local_path(folder, name)
        if path is None or not os.path.isfile(path):
            return None
        if path not in self.documents:
            self.documents[path] = load(path, self._name(path), "json")
        document = self.documents[path]
        if document.error is not None and not document.text:
            return None
        self.used.add(path)
        return document


def _is_auto_loaded(file: Path) -> bool:
    """Return whether the name of a variable definitions file makes Terraform load it."""
    return file.name.endswith(tuple(f".auto{ending}" for ending in VARIABLE_ENDINGS))


def file_name(name: StringValue, variable_defaults: Mapping[str, str]) -> str | None:
    """Return a file name with variables replaced by their defaults; None when it is not known."""
    known = ""
    for part in name.parts:
        text = part.text
        if not isinstance(text, str):
            default = variable_defaults.get(str(text.get("Ref")))
            if default is None:
                return None
            text = default
        known += text
    return None if MARKER.search(known) else known


def documents_of(modules: Iterable[Module]) -> Iterator[TextDocument]:
    """Yield the files of modules, each once."""
    read = (module for module in modules if not module.is_description)
    yield from dict.fromkeys(document for module in read for document in module.documents)


def unread_files(
    modules: Iterable[Module], variable_files: Iterable[TextDocument]
) -> Iterator[Uncertainty]:
    """Yield the modules and files of variables that cannot be read completely."""
    for module in modules:
        if not module.complete:
            place = place_at(module.documents[0], 0, 0) if module.documents else None
            yield Uncertainty(f"not all files of module '{module.path}' can be read", place)
    for file in variable_files:
        if file.error or file.problems:
            yield Uncertainty(f"'{file.file}' cannot be read", place_at(file, 0, 0))
