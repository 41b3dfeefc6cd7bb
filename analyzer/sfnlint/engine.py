"""From files to findings: read, let every rule look, put the findings in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sfnlint.failure import Failure
from sfnlint.finding import Finding, Note
from sfnlint.place import Place
from sfnlint.role_use import RoleUse
from sfnlint.rule import all_rules
from sfnlint.source import EmbeddedDocument, TextDocument, load, parse_as_named
from sfnlint.source.loading import LARGEST_FILE
from sfnlint.subject import MachineType, Reading, Subject, Trouble
from sfnlint.suppression import Suppressions
from sfnlint.symbol import MARKER, Symbols

if TYPE_CHECKING:
    from sfnlint.inputs import asl
    from sfnlint.inputs.deployed import Deployment
    from sfnlint.inputs.outside import Outside, RoleFiles

_MARKS = (
    (b"StartAt", b"States"),
    (b"::StateMachine",),
    (b"planned_values", b"aws_sfn_state_machine"),
    (b"RoleDetailList",),
)
"""What a file that holds a machine, or the roles of an account, certainly contains."""


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
        if file.named or _has_marks(file.path):
            with checker.going_on(file.shown):
                checker.check(load(file.path, file.shown), file.path, file.named)
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

    def check(self, document: TextDocument, path: Path, named: bool) -> None:
        """Check a file.

        A plain definition waits until every template is known, what is deployed until every
        account is.
        """
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
            if source.error is None or not (named or _looks_like_machine(document.text)):
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
        for file in files[:1]:
            self._suppressions.collect(file, reading)
        for file in files[1:]:
            self._suppressions.collect_comments(file)
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

            if cloudformation.matches(document.data):
                self._used |= external.definition_files(document.data, path)
                files = external.Files(path, document.file)
                return self._with_files(
                    lambda outside: cloudformation.read(document, files, outside), path
                )
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

        found = answers(document)
        if not found:
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
        scenarios = _Scenarios(reading.subjects)
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


class _Scenarios:
    """Findings of one template in several combinations of its conditions: each is said once."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._combinations: dict[str | None, set[str]] = {}
        for subject in subjects:
            self._combinations.setdefault(subject.logical_id, set()).add(subject.when)
        self._seen: dict[tuple[object, ...], tuple[Finding, list[Subject]]] = {}

    def add(self, subjects: Sequence[Subject], findings: Iterable[Finding]) -> None:
        for finding in findings:
            subject = next(
                (one for one in subjects if one.logical_id == finding.machine), subjects[0]
            )
            # Every combination has documents of its own: equal is what stands at one place.
            located = finding.place.locate()
            key = (finding.rule, id(located.root), located.span, finding.actions)
            shown = _shown(_with_template(finding, subject), subject.symbols)
            self._seen.setdefault(key, (shown, []))[1].append(subject)

    def findings(self) -> Iterator[Finding]:
        for finding, subjects in self._seen.values():
            subject = subjects[0]
            whens = {subject.when for subject in subjects}
            if whens < self._combinations[subject.logical_id]:
                yield finding._replace(message=f"{finding.message} (when {subject.when})")
            else:
                yield finding


def _with_template(finding: Finding, subject: Subject) -> Finding:
    """A finding in a definition beside its template, with a note where the template is."""
    file = subject.place.document.file
    places = [finding.place, *(note.place for note in finding.notes)]
    if subject.logical_id is None or any(place.document.file == file for place in places):
        return finding
    note = Note(f"the machine {subject.logical_id}", subject.place)
    return finding._replace(notes=(*finding.notes, note))


def _shown(finding: Finding, symbols: Symbols) -> Finding:
    """The finding with its symbols written out."""
    texts = (finding.message, finding.fix, finding.state or "", *finding.resources)
    texts += tuple(note.message for note in finding.notes)
    if not any(MARKER.search(text) for text in texts):
        return finding
    show = symbols.show
    return finding._replace(
        message=show(finding.message),
        notes=tuple(Note(show(note.message), note.place) for note in finding.notes),
        fix=show(finding.fix),
        state=None if finding.state is None else show(finding.state),
        resources=tuple(show(resource) for resource in finding.resources),
    )


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
