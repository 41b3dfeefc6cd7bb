"""Templates that name the definition that is looked at, when only the definition was given.

As pre-commit does: it gives the files that change, and a definition changes without its template.
"""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sfnlint.source import TextDocument, load
from sfnlint.source.loading import root_of, shown_name
from sfnlint.subject import Reading, Trouble

if TYPE_CHECKING:
    from sfnlint.inputs.outside import Outside

_ENDINGS = (".yaml", ".yml", ".json", ".template")
_MOST_FILES = 200
_MOST_BYTES = 20 * 1024 * 1024
"""How much of a folder is looked through."""
_MOST_PARSED = 2 * 1024 * 1024
"""How much of that is read as templates, which takes a second for a megabyte."""
_LARGEST = 1024 * 1024
"""Templates are not larger: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class Part(NamedTuple):
    """What a template says of some definitions.

    Attributes:
        template: the template.
        definitions: the paths of the definitions.
        reading: its machines that have these definitions, first, and those that share their
            roles; what could not be read of them.
        machines: the logical ids of those that have these definitions.

    """

    template: TextDocument
    definitions: set[Path]
    reading: Reading
    machines: set[str]


def readings(
    definitions: Mapping[Path, TextDocument],
    with_files: Callable[[Callable[[Outside], Reading], Path], Reading],
) -> Iterator[Part]:
    """Read the templates near definitions that name them, those of the nearest folder each.

    Args:
        definitions: plain definitions by their paths, without links.
        with_files: calls a reader with what is known of what the template at a path names.

    """
    templates = _Templates()
    naming: dict[Path, dict[Path, TextDocument]] = {}
    for path, document in definitions.items():
        for template in templates.naming(path, document.file):
            naming.setdefault(template, {})[path] = document
    for template, named in naming.items():
        from sfnlint.inputs import cloudformation, external

        document = templates.documents[template]
        uses = external.definition_files(document.data, template)
        machines = set().union(*(uses[path] for path in named))
        files = external.Files(template, document.file, known=named)
        read = partial(cloudformation.read, document, files, only=machines)
        reading = with_files(read, template)
        # A finding about a role that machines share is the first one's.
        reading.subjects.sort(key=lambda subject: subject.logical_id not in machines)
        roots = {id(one) for one in named.values()}
        reading.troubles = [one for one in reading.troubles if _concerns(one, roots, machines)]
        yield Part(document, set(named), reading, machines)


class _Templates:
    """The templates in the folders of definitions and above, each folder looked through once."""

    def __init__(self) -> None:
        self.documents: dict[Path, TextDocument] = {}
        self._named: dict[Path, Collection[Path]] = {}
        self._parsed: Counter[Path] = Counter()
        self._folders: dict[Path, dict[Path, bytes]] = {}

    def naming(self, definition: Path, shown: str) -> list[Path]:
        """The templates that name a definition, those of the nearest folder that has some."""
        name = os.fsencode(definition.name)
        root = root_of(definition.parent)
        for folder in (definition.parent, *definition.parent.parents):
            if folder not in self._folders:
                self._folders[folder] = dict(_search(folder))
            found = [
                template
                for template, content in self._folders[folder].items()
                if name in content
                and definition in self._named_by(template, len(content), definition, shown)
            ]
            if found or folder == root:
                return found
        return []

    def _named_by(
        self, template: Path, size: int, definition: Path, shown: str
    ) -> Collection[Path]:
        if template not in self._named:
            self._parsed[template.parent] += size
            if self._parsed[template.parent] > _MOST_PARSED:
                return ()
            relative = os.path.relpath(template, definition.parent)
            file = posixpath.normpath(shown_name(os.path.dirname(shown), relative))
            document = self.documents[template] = load(template, file)
            from sfnlint.inputs import external

            self._named[template] = external.definition_files(document.data, template)
        return self._named[template]


def _search(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The files of a folder that bear the marks of a template with a definition elsewhere."""
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
        if b"::StateMachine" in content and b"Definition" in content:
            yield path, content


def _concerns(trouble: Trouble, roots: Collection[int], machines: Collection[str]) -> bool:
    """Whether a trouble is about one of these files, machines or their roles."""
    located = trouble.place.locate()
    if id(located.root) in roots:
        return True
    data = located.root.data
    if located.path[:1] == ("Resources",) and isinstance(data, dict):
        name = located.path[1] if len(located.path) > 1 else ""
        if name in machines:
            return True
        resource = data["Resources"].get(name)
        kind = resource.get("Type") if isinstance(resource, dict) else None
        return trouble.kind != "refused-by-sam" and not str(kind).endswith("::StateMachine")
    return trouble.kind != "refused-by-sam"
