"""Loads input files: finds a reader for each, and yields the state machines to check together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from sfnlint.asl.definition_files import names_definition
from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.inputs.registry import FORMATS, Format, format_of_name, matching_formats
from sfnlint.options import InputFile, MachineConfig
from sfnlint.source import EmbeddedDocument, TextDocument, load, parse_as_named
from sfnlint.source.load_file import ENGINE_ENDINGS
from sfnlint.source.paths import resolve_links
from sfnlint.subject import InputProblem, Reading
from sfnlint.symbol import Symbols


def load_units(files: Iterable[InputFile], context: RunContext) -> Iterator[LoadedUnit]:
    """Yield the state machines of files with their roles, in units that are checked together.

    Most files are units by themselves, which are yielded before the next file is read. Units of
    several files are yielded last. An exception in a reader affects only the file that it reads.
    A policy file that cannot be parsed is reported with the first unit that needs it.
    """
    loader = _Loader(context)
    for unit in chain(chain.from_iterable(map(loader.read, files)), loader.finish()):
        unit.reading.problems += context.policy_problems
        context.policy_problems.clear()
        yield unit


class _Loader:
    """The readers of a run."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._readers: dict[Format, Reader] = {}
        self._definitions = _definitions_by_policy(context.options.machine_configs)

    def read(self, file: InputFile) -> Iterator[LoadedUnit]:
        """Yield the machines of a file, unless its reader keeps them until all files were read.

        For a policy file that the configuration names, read the definitions of its role. They use
        the file on the disk, so this is not done for a text.
        """
        by_name = format_of_name(file.path.name)
        definitions: Sequence[Path] = ()
        if self._definitions and file.text is None:
            definitions = self._definitions.get(resolve_links(file.path), ())
        for definition in definitions:
            yield from self._read(InputFile(definition, definition.as_posix()))
        if by_name is not None:
            with self._context.guard(file.display_name):
                self._reader(by_name).take(file)
        elif not definitions:
            formats = FORMATS if file.named else self._matching_formats(file)
            yield from self._read(file, formats) if formats else ()

    def _matching_formats(self, file: InputFile) -> Sequence[Format]:
        try:
            return matching_formats(file.path)
        except OSError as error:
            self._context.notes.append(f"cannot read '{file.display_name}': {error.strerror}")
            return ()

    def finish(self) -> Iterator[LoadedUnit]:
        """Yield the units that needed all files, then the files that could not be read."""
        for entry in reversed(FORMATS):
            if entry in self._readers:
                with self._context.guard(entry.title):
                    yield from self._readers[entry].finish(self._context)
        reported = self._context.held.union(self._context.definitions)
        for path, document in self._context.unread.items():
            if path not in reported:
                yield document.unit(Reading())

    def _read(self, file: InputFile, formats: Sequence[Format] = FORMATS) -> Iterator[LoadedUnit]:
        with self._context.guard(file.display_name):
            document = _parsed(self._load(file), file)
            for entry in formats:
                reader = self._reader(entry)
                if reader.matches(document):
                    reading = reader.read(document, self._context)
                    if reading is not None:
                        yield document.unit(reading)
                    return

    def _load(self, file: InputFile) -> TextDocument:
        if file.text is not None:
            return parse_as_named(file.text, file.display_name)
        loaded = (reader.loaded(file) for reader in self._readers.values())
        return next(filter(None, loaded), None) or load(file.path, file.display_name)

    def _reader(self, entry: Format) -> Reader:
        if entry not in self._readers:
            self._readers[entry] = entry.new_reader()
        return self._readers[entry]


def _parsed(document: TextDocument, file: InputFile) -> InputDocument:
    """Return the document; if a template engine or a script fills it in, with symbols."""
    symbols = Symbols()
    source: TextDocument | EmbeddedDocument = document
    note: InputProblem | None = None
    if document.error is not None or file.path.name.lower().endswith(ENGINE_ENDINGS):
        # Most files can be parsed: without its patterns, a run starts faster
        # (benchmarks/compare.py).
        from sfnlint.inputs import template_engines

        source, note = template_engines.read(document, symbols)
    named = file.named or names_definition(file.path.name)
    return InputDocument(document, source, file.path, symbols, note, named, file.text is None)


def _definitions_by_policy(configs: Iterable[MachineConfig]) -> dict[Path, list[Path]]:
    """Return the definitions for which the configuration names each policy file."""
    definitions: dict[Path, list[Path]] = {}
    for config in configs:
        for policy in (*config.policies, *([config.trust] if config.trust else ())):
            if isinstance(policy, Path):
                definitions.setdefault(resolve_links(policy), []).append(config.definition)
    return definitions
