"""From files to findings: read, let every rule look, put the findings in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sfnlint.failure import Failure
from sfnlint.finding import Finding
from sfnlint.inputs.assembly import Assemblies, Assembly, is_manifest
from sfnlint.marks import has_marks, looks_like_machine
from sfnlint.place import Place
from sfnlint.role_use import RoleUse
from sfnlint.rule import all_rules
from sfnlint.scenarios import Scenarios
from sfnlint.source import EmbeddedDocument, TextDocument, load, parse_as_named
from sfnlint.subject import MachineType, Reading, Subject, Trouble
from sfnlint.suppression import Suppressions
from sfnlint.symbol import Symbols

if TYPE_CHECKING:
    from sfnlint.inputs import asl
    from sfnlint.inputs.deployed import Deployment
    from sfnlint.inputs.outside import Outside, RoleFiles
    from sfnlint.inputs.stacks import Stack, Stacks


class Found(Protocol):
    """A file to look at."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def shown(self) -> str:
        """How to call it."""

    @property
    def named(self) -> bool:
        """Whether the user named it, rather than a folder above it."""


class Pair(NamedTuple):
    """Files that the configuration puts together.

    Attributes:
        definition: a file with a state machine.
        policies: files with the policies of its role.
        trust: a file with the role's trust policy.
        type: the machine's type.

    """

    definition: Path
    policies: Sequence[Path | TextDocument] = ()
    trust: Path | TextDocument | None = None
    type: MachineType | None = None


class Options(NamedTuple):
    """What belongs to plain definitions.

    Attributes:
        policies: policies for every plain definition that no pair names.
        trust: a trust policy, likewise.
        type: the machine's type, likewise.
        pairs: what the configuration says of single definitions.
        parameters: gives the values of a template's parameters that are known.
        managed: by ARN, the files of customer managed policies.
        roles: by ARN, the files of roles that are in no template.
        rules: the identifiers of the rules to apply; all when None.
        keep_subjects: whether the result holds the machines themselves, for what draws them.
        on_failure: takes mistakes of sfn-lint itself, so that all else is found; when None, they
            are raised.

    """

    policies: Sequence[Path | TextDocument] = ()
    trust: Path | TextDocument | None = None
    type: MachineType | None = None
    pairs: Sequence[Pair] = ()
    parameters: Callable[[Path], Mapping[str, str]] | None = None
    managed: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})
    rules: Collection[str] | None = None
    keep_subjects: bool = False
    on_failure: Callable[[Failure], object] | None = None


class MachineSummary(NamedTuple):
    """A machine that was checked."""

    file: str
    machine: str | None
    role: str | None
    states: int
    integrations: list[str]


class Result(NamedTuple):
    """What a run found.

    Attributes:
        findings: in no order.
        machines: the machines that were checked.
        files: how many files were looked at.
        subjects: for each of `machines`, its first combination of conditions; where asked for.

    """

    findings: list[Finding]
    machines: list[MachineSummary]
    files: int
    subjects: Sequence[Subject] = ()


def run(files: Iterable[Found], options: Options) -> Result:
    """Check files. A file that cannot be read is a finding, never an exception."""
    checker = _Checker(options)
    count = 0
    for file in files:
        count += 1
        if file.named or has_marks(file.path):
            with checker.going_on(file.shown):
                checker.check(checker.load(file.path, file.shown), file.path, file.named)
    return Result(checker.finish(), checker.machines, count, checker.subjects)


def run_text(text: str, name: str, options: Options) -> Result:
    """Check one text as if it were a file of that name."""
    checker = _Checker(options)
    with checker.going_on(name):
        checker.check(parse_as_named(text, name), Path(name), True)
    return Result(checker.finish(), checker.machines, 1, checker.subjects)


class _Checker:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.findings: list[Finding] = []
        self.machines: list[MachineSummary] = []
        self.subjects: list[Subject] = []
        self._documents: dict[Path, TextDocument] = {}
        self._told: set[str] = set()
        self._suppressions = Suppressions(options.rules)
        self._pairs = {_resolved(pair.definition): pair for pair in options.pairs}
        self._plain: list[tuple[TextDocument | EmbeddedDocument, Path, Symbols]] = []
        self._used: set[Path] = set()
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
        if asl.matches(source.data):
            self._plain.append((source, path, symbols))
            return
        if self._is_deployed(document, path):
            return
        reading = self._read(document, path)
        if reading is None:
            if source.error is None or not (named or looks_like_machine(document.text)):
                return
            reading = Reading()
        self._report(source, reading)

    def finish(self) -> list[Finding]:
        """Check the plain definitions that no template holds; all findings not suppressed."""
        for source, path, symbols in self._plain:
            if _resolved(path) not in self._used or _resolved(path) in self._pairs:
                with self.going_on(source.file):
                    self._report(source, self._read_plain(source, path, symbols))
        if self._deployment is not None:
            self._conclude(self._deployment.read(), *self._deployment.files)
        findings = self._suppressions.apply(self.findings)
        chosen = self.options.rules
        for rule in all_rules().values():
            if rule.about == "Suppressions" and (chosen is None or rule.id in chosen):
                findings += rule.check(self._suppressions)
        return findings

    @contextmanager
    def going_on(self, file: str, rule: str | None = None) -> Iterator[None]:
        """Hand a mistake of ours to who wants to know of it, and go on."""
        try:
            yield
        except Exception as error:
            if self.options.on_failure is None:
                raise
            self.options.on_failure(Failure(rule, file, error))

    def _report(self, source: TextDocument | EmbeddedDocument, reading: Reading) -> None:
        problems = [source.error] if source.error else source.problems
        reading.troubles[:0] = [
            Trouble(
                "duplicate-key" if problem.kind == "duplicate-key" else "unreadable",
                problem.message,
                problem.place,
                problem.other,
            )
            for problem in problems
        ]
        root = source if isinstance(source, TextDocument) else Place(source).locate().root
        self._conclude(reading, *([root] if isinstance(root, TextDocument) else []))

    def _conclude(self, reading: Reading, *files: TextDocument) -> None:
        self._apply(reading, files[0].file if files else "")
        for index, file in enumerate(files):
            self._suppressions.collect(file, Reading() if index else reading)
        once = list(
            {subject.logical_id: subject for subject in reversed(reading.subjects)}.values()
        )
        once.reverse()
        self.machines += map(_summary, once)
        if self.options.keep_subjects:
            self.subjects += once

    def _read(self, document: TextDocument, path: Path) -> Reading | None:
        if isinstance(document.data, dict):
            from sfnlint.inputs import cloudformation, external

            assembly = self._assemblies.of(path, document.file)
            if cloudformation.matches(document.data):
                self._used |= external.definition_files(document.data, path, assembly)
                files = external.Files(path, document.file, assembly)
                stack = self._stack(document, path, assembly)
                return self._with_files(
                    lambda outside: cloudformation.read(document, files, outside, stack), path
                )
            if is_manifest(document.data):
                assembly = assembly or Assembly(path.parent, document)
                return Reading(troubles=list(assembly.troubles))
            from sfnlint.inputs import terraform

            if terraform.matches(document.data):
                return self._with_files(lambda outside: terraform.read(document, outside), path)
        return None

    def _with_files(self, read: Callable[[Outside], Reading], path: Path) -> Reading:
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

    def _stack(self, document: TextDocument, path: Path, assembly: Assembly | None) -> Stack | None:
        from sfnlint.inputs.stacks import Stack, Stacks

        if assembly is None or assembly.document(path.name) is not document:
            return None
        stacks = Stacks(assembly, self.options.parameters)
        return Stack(self._stacks.setdefault(assembly, stacks), path.name)

    def _read_plain(
        self, document: TextDocument | EmbeddedDocument, path: Path, symbols: Symbols
    ) -> Reading:
        from sfnlint.inputs import asl

        given = self._given(path)
        reading = asl.read(document, given, symbols)
        reading.troubles += self._unreadable(
            [*given.policies, *([given.trust] if given.trust else [])]
        )
        return reading

    def _is_deployed(self, document: TextDocument, path: Path) -> bool:
        from sfnlint.inputs.deployed import Deployment, answers

        if not (found := answers(document)):
            return False
        self._deployment = self._deployment or Deployment()
        given = self._given(path)
        self._deployment.add(document, found, given)
        self._deployment.troubles += self._unreadable(
            [*given.policies, *([given.trust] if given.trust else [])]
        )
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

    def _apply(self, reading: Reading, file: str) -> None:
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
            with self.going_on(file, rule.id):
                if rule.about == "Reading":
                    self.findings += rule.check(reading)
                elif rule.about == "Subject":
                    for subject in reading.subjects:
                        scenarios.add([subject], rule.check(subject))
                elif rule.about == "RoleUse":
                    for use in uses.values():
                        scenarios.add(use.subjects, rule.check(use))
        self.findings += scenarios.findings()


def _summary(subject: Subject) -> MachineSummary:
    return MachineSummary(
        subject.place.document.file,
        subject.logical_id,
        (subject.role.logical_id or subject.role.name) if subject.role else None,
        len(subject.machine.states),
        sorted(subject.symbols.show(str(name)) for name in subject.calls),
    )


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path
