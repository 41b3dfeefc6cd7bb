"""Load files of any content: decoding, format detection, size limit."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sfnlint.place import Format, Place, Span
from sfnlint.source.document import TextDocument, TextProblem
from sfnlint.source.faults import FaultKind, printable

LARGEST_FILE = 20 * 1024 * 1024
_MOST_FILES = 64 * 1024
"""Size of the first read: Python allocates the requested size even for a small file."""
ENGINE_ENDINGS = (
    *(".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".tftpl"),
    *(".mustache", ".hbs", ".erb"),
)
"""The endings of files for template engines, such as `flow.json.j2` or `flow.tpl`."""
_YAML = (".yaml", ".yml")
_JSON5 = (".json5", ".jsonc")
_edited: dict[str, bytes] = {}
"""The content of files as edits that are not written yet would leave it, by their real paths."""
_TAGS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>"), ("%{", "}"))
_MOST_TAGS = 100
"""How many tags are skipped at the beginning of a file."""
_LONGEST_TAGS = 100_000


class _UnreadableError(Exception):
    def __init__(self, message: str, kind: FaultKind = "unreadable") -> None:
        super().__init__(message)
        self.message = message
        self.kind: FaultKind = kind


def parse(text: str, file: str, format: Format) -> TextDocument:  # noqa: A002
    """Parse text. Faults are in the document; nothing is raised."""
    return TextDocument(file, text, format)


@contextmanager
def with_edited(contents: Mapping[Path, bytes]) -> Iterator[None]:
    """Load some files with other content than on the disk, to check edits before writing them."""
    _edited.update((os.path.realpath(file), content) for file, content in contents.items())
    try:
        yield
    finally:
        _edited.clear()


def load(
    path: Path | str,
    file: str | None = None,
    format: Format | None = None,  # noqa: A002
) -> TextDocument:
    """Load and parse a file; `file` is the name that findings show.

    Without `format`, the file name suffix decides between JSON, JSON5 and YAML, except that a file
    that begins with neither a bracket nor a comment is not JSON. Faults are in the document;
    nothing is raised.
    """
    name = str(path) if file is None else file
    try:
        text = _decoded(_content(path if isinstance(path, Path) else Path(path)))
    except _UnreadableError as error:
        document = TextDocument(name, "", "json")
        place = Place(document, (), "text", Span(0, 0))
        document.error = TextProblem(error.kind, error.message, place)
        return document
    return parse(text, name, format) if format else parse_as_named(text, name)


def parse_as_named(text: str, file: str) -> TextDocument:
    """Parse text as the content of a file of that name, in the format that `load` would choose."""
    name, begin = file.lower(), text.lstrip()
    if name.endswith(ENGINE_ENDINGS):
        name, begin = name.rpartition(".")[0], _after_tags(begin)
    if name.endswith(_JSON5):
        return parse(text, file, "json5")
    is_json = begin.startswith(("{", "[", "//", "/*"))
    if not name.endswith(_YAML):
        return parse(text, file, "json" if is_json else "yaml")
    if is_json:
        document = parse(text, file, "json")
        if document.error is None:
            return document
    return parse(text, file, "yaml")


def _after_tags(text: str) -> str:
    """The beginning of a text, without the tags of a template engine before it."""
    text = text[:_LONGEST_TAGS]
    for _ in range(_MOST_TAGS):
        end = next((end for start, end in _TAGS if text.startswith(start)), None)
        if end is None or end not in text:
            break
        text = text.partition(end)[2].lstrip()
    return text


def read_at_most(size: int, stream: BinaryIO) -> bytes:
    """Return the content of a file, at most `size` bytes."""
    content = stream.read(min(size, _MOST_FILES))
    return content + stream.read(size - _MOST_FILES) if len(content) == _MOST_FILES else content


def display_name(folder: str, name: str) -> str:
    """Return the name to show for a file in a folder, with `/` on every platform."""
    return os.path.join(folder, name).replace(os.sep, "/")


def _content(path: Path) -> bytes:
    if _edited and (content := _edited.get(os.path.realpath(path))) is not None:
        return content
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise _UnreadableError("this is a folder, not a file", "not-text")
        if not stat.S_ISREG(mode):
            # Opening a pipe without a writer would block forever.
            raise _UnreadableError("this is not a regular file")
        with path.open("rb") as stream:
            content = read_at_most(LARGEST_FILE + 1, stream)
    except OSError as error:
        reason = printable((error.strerror or "unknown reason").lower())
        raise _UnreadableError(f"cannot read this file: {reason}") from None
    except ValueError:
        raise _UnreadableError("invalid file name", "not-text") from None
    if len(content) > LARGEST_FILE:
        message = f"this file is larger than {LARGEST_FILE // 1024 // 1024} MB and was not read"
        raise _UnreadableError(message, "too-large")
    return content


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    try:
        text = content.removeprefix(BOM_UTF8).decode(encoding)
    except UnicodeDecodeError:
        raise _UnreadableError("this file is not UTF-8; save it as UTF-8", "not-text") from None
    if "\0" in text:
        message = "this file contains NUL characters; save it as UTF-8"
        raise _UnreadableError(message, "not-text")
    return text
