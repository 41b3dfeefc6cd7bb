"""From files to findings: read, let every rule look, put the findings in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sfnlint.finding import Finding
from sfnlint.place import Place, Root
from sfnlint.role_use import RoleUse
from sfnlint.rule import all_rules
from sfnlint.scenarios import Scenarios
from sfnlint.source import EmbeddedDocument, TextDocument, load, parse_as_named
from sfnlint.source.loading import LARGEST_FILE
from sfnlint.subject import MachineType, Reading, Subject, Trouble, trouble_kind
from sfnlint.suppression import Suppressions
from sfnlint.symbol import Symbols

if TYPE_CHECKING:
    from sfnlint.inputs.outside import Outside, RoleFiles

_MARKS = (
    (b"StartAt", b"States"),
    (b"::StateMachine",),
    (b"planned_values", b"aws_sfn_state_machine"),
)
"""What a file that holds a machine certainly contains."""


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
    count = 0
    for file in files:
        count += 1
        owned = owners.get(_resolved(file.path), ()) if owners else ()
        for definition in owned:
            checker.check(load(definition, definition.as_posix()), definition, True)
        if not owned and (file.named or _has_marks(file.path)):
            checker.check(load(file.path, file.shown), file.path, file.named)
    checker.search()
    return Result(checker.finish(), checker.machines, count, checker.subjects)


def run_text(text: str, name: str, options: Options) -> Result:
    """Check one text as if it were a file of that name."""
    checker = _Checker(options)
    checker.check(parse_as_named(text, name), Path(name), True)
    return Result(checker.finish(), checker.machines, 1, checker.subjects)


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
        self._documents: dict[Path, TextDocument] = {}
        self._told: set[str] = set()
        self._suppressions = Suppressions(options.rules)
        self._pairs = {_resolved(pair.definition): pair for pair in options.pairs}
        self._plain: dict[Path, _Plain] = {}
        self._used: set[Path] = set()
        self._partly: dict[int, TextDocument] = {}

    def check(self, document: TextDocument, path: Path, named: bool) -> None:
        """Check a file; a plain definition waits until every template is known."""
        from sfnlint.inputs import asl

        symbols = Symbols()
        source: TextDocument | EmbeddedDocument = document
        if document.error is not None:
            source = asl.filled(document, symbols) or document
        note: Trouble | None = None
        if source.error is not None:
            from sfnlint.inputs import engines

            source, note = engines.read(document, symbols)
        if asl.matches(source.data):
            plain = _Plain(document, source, path, symbols, note)
            self._plain.setdefault(_resolved(path), plain)
            return
        reading = self._read(source, path, symbols)
        if reading is None:
            if source.error is None or not (named or _looks_like_machine(document.text)):
                return
            reading = Reading()
        self._report(source, reading, note)

    def finish(self) -> list[Finding]:
        """Check the plain definitions that no template holds; all findings not suppressed."""
        for path, plain in self._plain.items():
            if path not in self._used or path in self._pairs:
                self._report(plain.source, self._read_plain(plain), plain.note)
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

            for part in nearby.readings(alone, self._with_files):
                self._used |= part.definitions
                self._partly[id(part.template)] = part.template
                self._report_read(part.template, part.reading, part.machines)

    def _report(
        self, source: TextDocument | EmbeddedDocument, reading: Reading, note: Trouble | None
    ) -> None:
        problems = [source.error] if source.error else source.problems
        reading.troubles[:0] = (
            [note]
            if note
            else [
                Trouble(trouble_kind(problem), problem.message, problem.place, problem.other)
                for problem in problems
            ]
        )
        root = source if isinstance(source, TextDocument) else Place(source).locate().root
        self._report_read(root, reading)

    def _report_read(
        self, root: Root, reading: Reading, only: Collection[str | None] | None = None
    ) -> None:
        """Apply the rules; where only some machines are wanted, keep what is about them."""
        findings = self._apply(reading)
        if only is not None:
            reading.subjects = [one for one in reading.subjects if one.logical_id in only]
            findings = [one for one in findings if one.machine is None or one.machine in only]
        self.findings += findings
        if isinstance(root, TextDocument):
            self._suppressions.collect(root, reading)
        once = list(
            {subject.logical_id: subject for subject in reversed(reading.subjects)}.values()
        )
        once.reverse()
        self.machines += map(_summary, once)
        if self.options.keep_subjects:
            self.subjects += once

    def _read(
        self, document: TextDocument | EmbeddedDocument, path: Path, symbols: Symbols
    ) -> Reading | None:
        if isinstance(document.data, dict):
            from sfnlint.inputs import cloudformation, external

            if cloudformation.matches(document.data):
                self._used.update(external.definition_files(document.data, path))
                files = external.Files(path, document.file)
                return self._with_files(
                    lambda outside: cloudformation.read(document, files, outside, symbols=symbols),
                    path,
                )
            from sfnlint.inputs import terraform

            if isinstance(document, TextDocument) and terraform.matches(document.data):
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
        self._say_unreadable(loaded.values(), reading)
        return reading

    def _read_plain(self, plain: _Plain) -> Reading:
        from sfnlint.inputs import asl

        options = self.options
        pair = self._pairs.get(_resolved(plain.path)) or Pair(
            plain.path, options.policies, options.trust, options.type
        )
        policies = [self._load(file) for file in pair.policies]
        trust = self._load(pair.trust) if pair.trust else None
        reading = asl.read(plain.source, asl.Given(policies, trust, pair.type), plain.symbols)
        self._say_unreadable([*policies, *([trust] if trust else [])], reading)
        return reading

    def _say_unreadable(self, documents: Iterable[TextDocument], reading: Reading) -> None:
        """Say once of each file that it cannot be read, however many machines it belongs to."""
        for document in documents:
            if document.error and document.file not in self._told:
                self._told.add(document.file)
                reading.troubles.append(
                    Trouble("unreadable", document.error.message, document.error.place)
                )

    def _load(self, file: Path | TextDocument) -> TextDocument:
        if isinstance(file, TextDocument):
            return file
        path = _resolved(file)
        if path not in self._documents:
            self._documents[path] = load(file, file.as_posix())
            self._suppressions.collect_comments(self._documents[path])
        return self._documents[path]

    def _apply(self, reading: Reading) -> list[Finding]:
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
            if rule.about == "Reading":
                found += rule.check(reading)
            elif rule.about == "Subject":
                for subject in reading.subjects:
                    scenarios.add([subject], rule.check(subject))
            elif rule.about == "RoleUse":
                for use in uses.values():
                    scenarios.add(use.subjects, rule.check(use))
        return [*found, *scenarios.findings()]


def _summary(subject: Subject) -> MachineSummary:
    return MachineSummary(
        subject.place.document.file,
        subject.logical_id,
        subject.role.name if subject.role else None,
        len(subject.machine.states),
        sorted(subject.symbols.show(str(name)) for name in subject.calls),
    )


def _has_marks(path: Path) -> bool:
    try:
        if not path.is_file():
            # Opening a pipe that nobody writes to would wait for ever.
            return False
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE)
    except OSError:
        # A file that was searched for and cannot be opened bears no marks of a machine.
        return False
    return any(all(mark in content for mark in marks) for marks in _MARKS)


def _looks_like_machine(text: str) -> bool:
    return any(all(mark.decode() in text for mark in marks) for marks in _MARKS)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path
