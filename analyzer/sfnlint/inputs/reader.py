"""The base class of the readers of input formats, and what they share during a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sfnlint.failures import Failure, internal_error
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.policy_files import SuppliedRole
from sfnlint.named_tuple import NamedTuple
from sfnlint.options import InputFile, MachineConfig, Options
from sfnlint.source import EmbeddedDocument, TextDocument, load
from sfnlint.source.faults import NOT_READ
from sfnlint.source.paths import clear_path_caches, resolve_links
from sfnlint.subject import InputProblem, Reading
from sfnlint.symbol import Symbols


class LoadedUnit(NamedTuple):
    """State machines that are checked together.

    Attributes:
        reading: the machines with their roles, and what could not be read.
        files: the files in which they are written, at least one.
        reported: the logical ids of the machines to report on; None for all of them. The others
            were read because they share a role with one of these.
        shares_files: whether other units may read the same files, as the configurations that call
            a module do. A mistake in such a file is reported once.

    """

    reading: Reading
    files: Sequence[TextDocument]
    reported: Collection[str | None] | None = None
    shares_files: bool = False

    def reports_on(self, machine: str | None) -> bool:
        """Whether to report on the machine with this logical id."""
        return self.reported is None or machine in self.reported


class InputDocument(NamedTuple):
    """A parsed input file.

    Attributes:
        original: the document as it is written.
        source: the document to read, in which placeholders are replaced if that is necessary.
        path: the path of the file.
        symbols: the symbols of those placeholders.
        note: a problem to report instead of those of the text.
        named: whether the file is meant to hold a state machine, because the user named it or
            because of its name.
        on_disk: False for a text that was passed instead of a file.

    """

    original: TextDocument
    source: TextDocument | EmbeddedDocument
    path: Path
    symbols: Symbols
    note: InputProblem | None = None
    named: bool = True
    on_disk: bool = True

    @property
    def problems(self) -> Sequence[InputProblem]:
        """The problems of its text."""
        source = self.source
        problems = [source.error] if source.error else source.problems
        return [self.note] if self.note else [*map(InputProblem.of, problems)]

    def unit(self, reading: Reading) -> LoadedUnit:
        """Return what was read of this document, with the problems of its text."""
        reading.problems[:0] = self.problems
        return LoadedUnit(reading, [self.original])


class RunContext:
    """The options and the shared files of one run.

    Args:
        options: the options of the run.

    Attributes:
        options: the options of the run.
        notes: what was not read, each with what to do about it.
        failures: what could not be checked.
        definitions: the plain definitions of the run by their resolved paths. A definition that a
            template names is checked only as a part of the template.
        held: the resolved paths of the definitions that templates and configurations name.
        configs: the configuration of single definitions by their resolved paths.
        unread: the files that were not read, by their resolved paths. A file that another one names
            as a definition is reported with that file.
        policies: the loaded policy files by their resolved paths.
        policy_problems: the syntax errors of policy files that no unit reports yet.

    """

    def __init__(self, options: Options) -> None:
        # Folders may have moved since the last run in this process.
        clear_path_caches()
        self.options = options
        self.notes: list[str] = []
        self.failures: list[Failure] = []
        self.definitions: dict[Path, InputDocument] = {}
        self.held: set[Path] = set()
        self.configs = {resolve_links(one.definition): one for one in options.machine_configs}
        self.unread: dict[Path, InputDocument] = {}
        self.policies: dict[Path, TextDocument] = {}
        self.policy_problems: list[InputProblem] = []
        self._unreadable: set[str] = set()

    @contextmanager
    def guard(self, file: str, rule: str | None = None) -> Iterator[None]:
        """Record an exception in the block as an internal error, and continue after the block.

        Args:
            file: the file that the block reads or checks.
            rule: the identifier of the rule that the block applies.

        """
        try:
            yield
        except Exception as error:
            self.report(error, file, rule)

    def report(self, error: Exception, file: str, rule: str | None = None) -> None:
        """Record an exception as `guard` does, unless the options say that it is raised."""
        if not self.options.keep_going:
            raise error
        self.failures.append(internal_error(error, file, rule))

    def keep_unread(self, documents: Mapping[Path, TextDocument]) -> None:
        """Keep those of the documents that could not be read, to report each once.

        Args:
            documents: files that other files name, by their resolved paths.

        """
        for path, document in documents.items():
            if document.error is not None and document.error.kind in NOT_READ:
                self.unread.setdefault(path, InputDocument(document, document, path, Symbols()))

    def external(self, path: Path) -> ExternalContext:
        """Return the parameter values, policies and roles that the configuration adds."""
        options = self.options
        values = options.parameters(path) if options.parameters else {}
        return ExternalContext(values, options.managed, options.roles, self.policy)

    def supplied_role(self, path: Path) -> SuppliedRole:
        """Return the policies and the machine type that the user supplies for a definition."""
        options = self.options
        config = self.configs.get(resolve_links(path)) or MachineConfig(
            path, options.policies, options.trust, options.type
        )
        policies = [self.policy(file) for file in config.policies]
        trust = self.policy(config.trust) if config.trust else None
        return SuppliedRole(policies, trust, config.type)

    def policy(self, file: Path | TextDocument) -> TextDocument:
        """Return the document of a policy file, which is loaded once."""
        if isinstance(file, TextDocument):
            document = file
        else:
            path = resolve_links(file)
            if path not in self.policies:
                self.policies[path] = load(file, file.as_posix())
            document = self.policies[path]
        if document.error is not None and document.file not in self._unreadable:
            self._unreadable.add(document.file)
            self.policy_problems.append(InputProblem.of(document.error))
        return document


class Reader:
    """Reads the files of one format. Each run creates a new reader, which may keep state.

    Most formats need only `matches` and `read`. The other methods are for formats that are
    recognized by file names, and for formats whose machines are complete only after all files of
    the run were read.
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
        """Return the document of a file that this reader already loaded for another file."""
        return None

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield the machines that are complete only after all files were read.

        Each file is read inside `context.guard`, so that an exception affects no other file.
        """
        return iter(())


Companions = Callable[[Mapping[Path, TextDocument], RunContext], Iterator[LoadedUnit]]
"""Reads the files near plain definitions that name them.

Takes the definitions by their resolved paths, and adds those that a file names to
`RunContext.held`.
"""
