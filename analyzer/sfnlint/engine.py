"""From files to findings: read, let every rule look, put the findings in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sfnlint.failure import Failure
from sfnlint.finding import Finding
from sfnlint.inputs.assembly import Assemblies, Assembly, is_manifest
from sfnlint.marks import has_marks, is_configuration, looks_like_machine
from sfnlint.options import Found, Options, Pair
from sfnlint.place import Document, Place
from sfnlint.result import MachineSummary, Result
from sfnlint.role_use import RoleUse
from sfnlint.rule import all_rules
from sfnlint.scenarios import Scenarios, identity
from sfnlint.source import EmbeddedDocument, TextDocument, load, parse_as_named
from sfnlint.subject import Reading, Subject, Trouble
from sfnlint.suppression import Suppressions
from sfnlint.symbol import Symbols

if TYPE_CHECKING:
    from sfnlint.inputs import asl
    from sfnlint.inputs.deployed import Deployment
    from sfnlint.inputs.outside import Outside
    from sfnlint.inputs.stacks import Stack, Stacks

_Read = TypeVar("_Read", bound=Reading)


def run(files: Iterable[Found], options: Options) -> Result:
    """Check files. A file that cannot be read is a finding, never an exception.

    For a policy that the configuration names, the machines are checked that it belongs to; for a
    definition, the template near it that uses it.
    """
    checker = _Checker(options)
    owners: dict[Path, list[Path]] = {}
    for pair in options.pairs:
        for policy in (*pair.policies, *([pair.trust] if pair.trust else ())):
            if isinstance(policy, Path):
                owners.setdefault(_resolved(policy), []).append(pair.definition)
    names: list[str] = []
    for file in files:
        names.append(file.shown)
        owned = owners.get(_resolved(file.path), ()) if owners else ()
        for definition in owned:
            with checker.going_on(definition.as_posix()):
                checker.check(load(definition, definition.as_posix()), definition, True)
        if is_configuration(file.path.name):
            checker.configuration[_resolved(file.path)] = file.shown, None
        elif not owned and (file.named or has_marks(file.path)):
            with checker.going_on(file.shown):
                checker.check(checker.load(file.path, file.shown), file.path, file.named)
    checker.check_configurations()
    checker.search()
    return Result(
        checker.finish(), checker.machines, names, checker.subjects, checker.notes, checker.unread
    )


def run_text(text: str, name: str, options: Options) -> Result:
    """Check one text as if it were a file of that name."""
    checker = _Checker(options)
    if is_configuration(name):
        checker.configuration[_resolved(Path(name))] = name, text
    else:
        with checker.going_on(name):
            checker.check(parse_as_named(text, name), Path(name), True)
    checker.check_configurations()
    return Result(
        checker.finish(), checker.machines, [name], checker.subjects, checker.notes, checker.unread
    )


class _Plain(NamedTuple):
    """A plain definition.

    Attributes:
        document: its file.
        source: what is read of it.
        path: where it is.
        symbols: what the markers in it stand for.
        note: what is to be said instead of what is wrong with the text.

    """

    document: TextDocument
    source: TextDocument | EmbeddedDocument
    path: Path
    symbols: Symbols
    note: Trouble | None


class _Checker:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.findings: list[Finding] = []
        self.machines: list[MachineSummary] = []
        self.subjects: list[Subject] = []
        self.notes: list[str] = []
        self.unread = 0
        self.configuration: dict[Path, tuple[str, str | None]] = {}
        self._documents: dict[Path, TextDocument] = {}
        self._told: set[str] = set()
        self._suppressions = Suppressions(options.rules)
        self._pairs = {_resolved(pair.definition): pair for pair in options.pairs}
        self._plain: dict[Path, _Plain] = {}
        self._used: set[Path] = set()
        self._partly: dict[int, TextDocument] = {}
        self._deployment: Deployment | None = None
        self._assemblies = Assemblies()
        self.load = self._assemblies.load
        self._stacks: dict[Assembly, Stacks] = {}

    def check(self, document: TextDocument, path: Path, named: bool) -> None:
        """Check a file; a plain definition waits for every template, a machine for accounts."""
        from sfnlint.inputs import asl

        symbols = Symbols()
        source: TextDocument | EmbeddedDocument = document
        if document.error is not None:
            source = asl.filled(document, symbols) or document
        note: Trouble | None = None
        if source.error is not None:
            from sfnlint.inputs import engines

            source, note = engines.read(document, symbols)
        if asl.matches(source.data, named=named):
            plain = _Plain(document, source, path, symbols, note)
            self._plain.setdefault(_resolved(path), plain)
            return
        if isinstance(source, TextDocument) and self._is_deployed(source, path):
            return
        reading = self._read(source, path, symbols)
        if reading is None:
            if source.error is None or not (
                # Of a text in another encoding nothing is there but its marks, if it was found.
                named or source.error.kind == "encoding" or looks_like_machine(document.text)
            ):
                return
            reading = Reading()
        self._report(source, reading, note)

    def finish(self) -> list[Finding]:
        """Check the plain definitions that no template holds; all findings not suppressed."""
        for path, plain in self._plain.items():
            if path not in self._used or path in self._pairs:
                with self.going_on(plain.document.file):
                    self._report(plain.source, self._read_plain(plain), plain.note)
        if self._deployment is not None:
            self._conclude(self._deployment.read(), self._deployment.files)
        findings = self._suppressions.apply(self.findings)
        chosen = self.options.rules
        for rule in all_rules().values():
            if rule.about == "Suppressions" and (chosen is None or rule.id in chosen):
                findings += [
                    finding
                    for finding in rule.check(self._suppressions)
                    # Of a template of which only a part was looked at, nothing is known unused.
                    if id(finding.place.locate().root) not in self._partly
                ]
        return findings

    @contextmanager
    def going_on(self, file: str) -> Iterator[None]:
        """Hand a mistake of ours to who wants to know of it, and go on."""
        try:
            yield
        except Exception as error:
            self._failed(error, file)

    def _failed(self, error: Exception, file: str, rule: str | None = None) -> None:
        if self.options.on_failure is None:
            raise error
        self.options.on_failure(Failure(rule, file, error))

    def check_configurations(self) -> None:
        """Check the folders of the Terraform files that were met."""
        if not self.configuration:
            return
        from sfnlint.inputs import terraform_files

        folders, roots, notes = terraform_files.find(self.configuration)
        self.notes += notes
        before = len(self.findings)
        for root in roots:
            from sfnlint.inputs import terraform_configuration

            with self.going_on(folders.shown(root)):
                read = partial(terraform_configuration.read, folders, root)
                reading = self._with_files(read, root)
                for document in reading.documents[1:]:
                    self._suppressions.collect(document, reading)
                self._conclude(reading, reading.documents[:1])
        # Several configurations may call one module.
        self.findings[before:] = {identity(one): one for one in self.findings[before:]}.values()
        self._used |= folders.used

    def search(self) -> None:
        """Look for templates that hold the plain definitions, and check these machines there."""
        if self.options.policies or self.options.trust:
            return
        alone = {
            path: plain.document
            for path, plain in self._plain.items()
            if path not in self._used and path not in self._pairs
        }
        if alone:
            from sfnlint.inputs import nearby

            with self.going_on(next(iter(alone.values())).file):
                for part in nearby.readings(alone, self._with_files):
                    self._used |= part.definitions
                    self._partly[id(part.template)] = part.template
                    self._conclude(part.reading, [part.template], part.machines)

    def _report(
        self, source: TextDocument | EmbeddedDocument, reading: Reading, note: Trouble | None
    ) -> None:
        problems = [source.error] if source.error else source.problems
        reading.troubles[:0] = [note] if note else map(Trouble.of, problems)
        root = source if isinstance(source, TextDocument) else Place(source).locate().root
        self._conclude(reading, [root] if isinstance(root, TextDocument) else [])

    def _conclude(
        self,
        reading: Reading,
        files: Sequence[TextDocument],
        only: Collection[str | None] | None = None,
    ) -> None:
        """Apply the rules; where only some machines are wanted, keep what is about them."""
        findings = self._apply(reading, files[0].file if files else "")
        self.unread += sum(one.kind == "definition-not-found" for one in reading.troubles)
        if only is not None:
            reading.subjects = [one for one in reading.subjects if one.logical_id in only]
            findings = [one for one in findings if one.machine is None or one.machine in only]
        self.findings += findings
        for index, file in enumerate(files):
            self._suppressions.collect(file, Reading() if index else reading)
        once = list(
            {subject.logical_id: subject for subject in reversed(reading.subjects)}.values()
        )
        once.reverse()
        self.machines += map(MachineSummary.of, once)
        if self.options.keep_subjects:
            self.subjects += once

    def _read(
        self, document: TextDocument | EmbeddedDocument, path: Path, symbols: Symbols
    ) -> Reading | None:
        if isinstance(document.data, dict):
            from sfnlint.inputs import cloudformation, external

            assembly = self._assemblies.of(path, document.file)
            if cloudformation.matches(document.data):
                self._used.update(external.definition_files(document.data, path, assembly))
                files = external.Files(path, document.file, assembly)
                stack = self._stack(document, path, assembly)
                return self._with_files(
                    lambda outside: cloudformation.read(
                        document, files, outside, stack, symbols=symbols
                    ),
                    path,
                )
            if isinstance(document, TextDocument) and is_manifest(document.data):
                assembly = assembly or Assembly(path.parent, document)
                return Reading(troubles=list(assembly.troubles))
            from sfnlint.inputs import terraform

            if isinstance(document, TextDocument) and terraform.matches(document.data):
                reading = self._with_files(lambda outside: terraform.read(document, outside), path)
                if any(one.kind == "definition-not-found" for one in reading.troubles):
                    # The configuration beside the plan may have what is not known before the apply.
                    self.configuration[_resolved(path)] = document.file, None
                return reading
        return None

    def _with_files(self, read: Callable[[Outside], _Read], path: Path) -> _Read:
        """Read a template with what the configuration says of what it does not hold."""
        from sfnlint.inputs.outside import Outside

        loaded: dict[str, TextDocument] = {}

        def load(file: Path) -> TextDocument:
            document = self._load(file)
            return loaded.setdefault(document.file, document)

        options = self.options
        values = options.parameters(path) if options.parameters else {}
        reading = read(Outside(values, options.managed, options.roles, load))
        reading.troubles += self._unreadable(loaded.values())
        return reading

    def _stack(self, document: Document, path: Path, assembly: Assembly | None) -> Stack | None:
        from sfnlint.inputs.stacks import Stack, Stacks

        if assembly is None or assembly.document(path.name) is not document:
            return None
        stacks = Stacks(assembly, self.options.parameters)
        return Stack(self._stacks.setdefault(assembly, stacks), path.name)

    def _read_plain(self, plain: _Plain) -> Reading:
        from sfnlint.inputs import asl

        given = self._given(plain.path)
        reading = asl.read(plain.source, given, plain.symbols)
        reading.troubles += self._unreadable(given.documents)
        return reading

    def _is_deployed(self, document: TextDocument, path: Path) -> bool:
        from sfnlint.inputs.deployed import Deployment, answers

        if not (found := answers(document)):
            return False
        self._deployment = self._deployment or Deployment()
        given = self._given(path)
        self._deployment.add(document, found, given)
        self._deployment.troubles += self._unreadable(given.documents)
        return True

    def _given(self, path: Path) -> asl.Given:
        from sfnlint.inputs.asl import Given

        options = self.options
        pair = self._pairs.get(_resolved(path)) or Pair(
            path, options.policies, options.trust, options.type
        )
        policies = [self._load(file) for file in pair.policies]
        return Given(policies, self._load(pair.trust) if pair.trust else None, pair.type)

    def _unreadable(self, documents: Iterable[TextDocument]) -> Iterator[Trouble]:
        """Each file that cannot be read, once, however many machines it belongs to."""
        for document in documents:
            if document.error and document.file not in self._told:
                self._told.add(document.file)
                yield Trouble("unreadable", document.error.message, document.error.place)

    def _load(self, file: Path | TextDocument) -> TextDocument:
        if isinstance(file, TextDocument):
            return file
        path = _resolved(file)
        if path not in self._documents:
            self._documents[path] = load(file, file.as_posix())
            self._suppressions.collect_comments(self._documents[path])
        return self._documents[path]

    def _apply(self, reading: Reading, file: str) -> list[Finding]:
        found: list[Finding] = []
        uses: dict[int, RoleUse] = {}
        for subject in reading.subjects:
            if subject.role is not None:
                uses.setdefault(id(subject.role), RoleUse(subject.role, [])).subjects.append(
                    subject
                )
        scenarios = Scenarios(reading.subjects)
        chosen = self.options.rules
        for rule in all_rules().values():
            if chosen is not None and rule.id not in chosen:
                continue
            try:
                if rule.about == "Reading":
                    found += rule.check(reading)
                elif rule.about == "Subject":
                    for subject in reading.subjects:
                        scenarios.add([subject], rule.check(subject))
                elif rule.about == "RoleUse":
                    for use in uses.values():
                        scenarios.add(use.subjects, rule.check(use))
            except Exception as error:
                self._failed(error, file, rule.id)
        return [*found, *scenarios.findings()]


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path
