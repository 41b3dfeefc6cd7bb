"""What an input format implements, and what all formats share during a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.policy_files import SuppliedRole
from sfnlint.internal_errors import guarded
from sfnlint.options import InputFile, MachineConfig, Options
from sfnlint.source import EmbeddedDocument, TextDocument, load
from sfnlint.source.paths import clear_path_caches, resolve_links
from sfnlint.subject import InputProblem, Reading, Subject
from sfnlint.symbol import Symbols


class LoadedUnit:
    """State machines that are checked together.

    Attributes:
        reading: the machines with their roles, and what could not be read.
        files: the files in which they are written, at least one.
        machines: the logical ids of the machines to report on; None for all of them. The others
            were read because they share a role with one of these.

    """

    def __init__(
        self,
        reading: Reading,
        files: Sequence[TextDocument],
        machines: Collection[str | None] | None = None,
    ) -> None:
        self.reading = reading
        self.files = files
        self.machines = machines

    def concerns(self, subject: Subject) -> bool:
        """Whether a machine is to be reported on."""
        return self.machines is None or subject.logical_id in self.machines


class InputDocument:
    """A parsed input file.

    Attributes:
        original: the document as it is written.
        source: the document to read, in which placeholders are replaced if that is necessary.
        path: the path of the file.
        symbols: the symbols of those placeholders.
        note: a problem to report instead of those of the text.
        named: whether the user named the file, so that it is meant to hold a state machine.
        on_disk: False for a text that was passed instead of a file.

    """

    def __init__(
        self,
        original: TextDocument,
        source: TextDocument | EmbeddedDocument,
        path: Path,
        symbols: Symbols,
        note: InputProblem | None = None,
        named: bool = True,
        on_disk: bool = True,
    ) -> None:
        self.original = original
        self.source = source
        self.path = path
        self.symbols = symbols
        self.note = note
        self.named = named
        self.on_disk = on_disk

    def unit(self, reading: Reading) -> LoadedUnit:
        """Return what was read of this document, with the problems of its text."""
        source = self.source
        problems = [source.error] if source.error else source.problems
        reading.problems[:0] = [self.note] if self.note else map(InputProblem.of, problems)
        return LoadedUnit(reading, [self.original])


class RunContext:
    """What the readers of one run share.

    Args:
        options: the options of the run.

    Attributes:
        options: the options of the run.
        notes: what was not read, each with what to do about it.
        definitions: the plain definitions that were read, by path without links. A definition that
            a template holds is checked with the template alone.
        held: the paths of the definitions that templates and configurations hold.
        policies: the policy files that were loaded, by path without links.

    """

    def __init__(self, options: Options) -> None:
        # Between two runs in one process, folders may have moved.
        clear_path_caches()
        self.options = options
        self.notes: list[str] = []
        self.definitions: dict[Path, InputDocument] = {}
        self.held: set[Path] = set()
        self.policies: dict[Path, TextDocument] = {}
        self.configured = {resolve_links(one.definition): one for one in options.machines}

    def guard(self, file: str, rule: str | None = None) -> AbstractContextManager[None]:
        """Report an exception as an internal error about a file, and continue after the block."""
        return guarded(file, self.options.on_internal_error, rule)

    def external(self, path: Path) -> ExternalContext:
        """Return what the configuration adds to a template."""
        options = self.options
        values = options.parameters(path) if options.parameters else {}
        return ExternalContext(values, options.managed, options.roles, self.policy)

    def supplied_role(self, path: Path) -> SuppliedRole:
        """Return the policies and the machine type that the user supplies for a definition."""
        options = self.options
        machine = self.configured.get(resolve_links(path)) or MachineConfig(
            path, options.policies, options.trust, options.type
        )
        policies = [self.policy(file) for file in machine.policies]
        trust = self.policy(machine.trust) if machine.trust else None
        return SuppliedRole(policies, trust, machine.type)

    def policy(self, file: Path | TextDocument) -> TextDocument:
        """Return a policy file, loaded once."""
        if isinstance(file, TextDocument):
            return file
        path = resolve_links(file)
        if path not in self.policies:
            self.policies[path] = load(file, file.as_posix())
        return self.policies[path]


class Reader:
    """Reads the files of one format; a new reader for each run keeps what it needs meanwhile.

    A format is complete with `matches` and `read`. The other methods are for formats that are
    known by file names, or whose machines are complete only after all files of the run were read.
    """

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is of this format."""
        raise NotImplementedError

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Read a document that matches.

        Returns:
            Its machines with their roles; None when they are returned by `finish`.

        """
        raise NotImplementedError

    def take(self, file: InputFile) -> None:
        """Keep a file whose name ends with one of the registered endings, for `finish`."""
        raise NotImplementedError

    def loaded(self, file: InputFile) -> TextDocument | None:
        """Return a file that this reader loaded already for another file; None otherwise."""
        return None

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield the machines that are complete only when all files were read.

        Whatever is read of a single file is read within `context.guard`, so that an exception
        affects no other file.
        """
        return iter(())


Companions = Callable[[Mapping[Path, TextDocument], RunContext], Iterator[LoadedUnit]]
"""Reads the files near plain definitions that hold them.

Its arguments are definitions by path without links, and the context. It adds the definitions that
it has found a holder for to `RunContext.held`.
"""
