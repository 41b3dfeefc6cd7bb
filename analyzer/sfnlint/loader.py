"""From files to what is checked together: machines with their roles, whatever they are written in.

Some of it is there as soon as its file is read (a template); some only when every file was seen (a
plain definition, which a template may hold; a Terraform configuration; what is deployed).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sfnlint.inputs.cdk.assembly import Assemblies, Assembly, is_manifest
from sfnlint.inputs.cloudformation.definition_files import find_definition_files
from sfnlint.inputs.cloudformation.local_files import LocalFiles
from sfnlint.internal_errors import going_on
from sfnlint.options import Found, Options, Pair
from sfnlint.prefilter import has_marks, is_configuration, looks_like_machine
from sfnlint.source import EmbeddedDocument, TextDocument, load, parse_as_named
from sfnlint.source.paths import clear_path_caches, resolve_links
from sfnlint.subject import InputProblem, Reading
from sfnlint.symbol import Symbols

if TYPE_CHECKING:
    from sfnlint.inputs.cloudformation.nested_templates import NestedTemplates
    from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
    from sfnlint.inputs.companions import Companion
    from sfnlint.inputs.deployed.reader import Deployment
    from sfnlint.inputs.external_context import ExternalContext
    from sfnlint.inputs.policy_files import SuppliedRole

_Read = TypeVar("_Read", bound=Reading)


class Gathered(NamedTuple):
    """What is checked together.

    Attributes:
        reading: the machines with their roles, and what could not be read.
        files: the files in which they were read, one at least.
        only: the logical ids of the machines that matter; all when None. The others are there for
            the roles that they share.

    """

    reading: Reading
    files: Sequence[TextDocument]
    only: Collection[str | None] | None = None


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
    note: InputProblem | None


class Gatherer:
    """Reads the files of a run, and puts together what belongs together.

    What comes of a file at once is given by `of_file` and `of_text`; the rest, in this order, by
    `configurations`, `templates_nearby` and `rest`.

    Args:
        options: what the user says of the files.

    Attributes:
        notes: what was not read, each with what to do about it.

    """

    def __init__(self, options: Options) -> None:
        clear_path_caches()
        self.notes: list[str] = []
        self._options = options
        self._pairs = {resolve_links(pair.definition): pair for pair in options.pairs}
        self._definitions_of = _definitions_of(options.pairs)
        self._plain: dict[Path, _Plain] = {}
        self._held: set[Path] = set()
        self._configuration_files: dict[Path, tuple[str, str | None]] = {}
        self._deployment: Deployment | None = None
        self._assemblies = Assemblies()
        self._nested: NestedTemplates | None = None
        self._stacks: dict[Assembly, Stacks] = {}
        self._policies: dict[Path, TextDocument] = {}
        self._said_unreadable: set[str] = set()

    @property
    def policies(self) -> Iterable[TextDocument]:
        """The files with policies that were read."""
        return self._policies.values()

    def of_file(self, file: Found) -> Iterator[Gathered]:
        """What a file gives at once.

        For a policy that the configuration names, these are the machines that it belongs to.
        """
        path = file.path
        definitions = (
            self._definitions_of.get(resolve_links(path), ()) if self._definitions_of else ()
        )
        for definition in definitions:
            name = definition.as_posix()
            with self._going_on(name):
                yield from self._of_document(load(definition, name), definition, named=True)
        if is_configuration(path.name):
            self._configuration_files[resolve_links(path)] = file.shown, None
        elif not definitions and (file.named or has_marks(path)):
            with self._going_on(file.shown):
                known = self._nested.known(resolve_links(path)) if self._nested else None
                document = known or self._assemblies.load(path, file.shown)
                yield from self._of_document(document, path, named=file.named)

    def of_text(self, text: str, name: str) -> Iterator[Gathered]:
        """What a text gives at once, as if it were a file of that name."""
        if is_configuration(name):
            self._configuration_files[resolve_links(Path(name))] = name, text
            return
        with self._going_on(name):
            yield from self._of_document(parse_as_named(text, name), Path(name), named=True)

    def configurations(self) -> Iterator[Gathered]:
        """The Terraform configurations whose files were met."""
        if not self._configuration_files:
            return
        from sfnlint.inputs.terraform import configuration as terraform_configuration
        from sfnlint.inputs.terraform import files as terraform_files

        folders, roots, notes = terraform_files.find(self._configuration_files)
        self.notes += notes
        for root in roots:
            with self._going_on(folders.shown(root)):
                read = partial(terraform_configuration.read, folders, root)
                reading = self._with_outside(read, root)
                yield Gathered(reading, reading.documents)
        self._held |= folders.used

    def templates_nearby(self) -> Iterator[Gathered]:
        """The templates and configurations that hold plain definitions and were not given."""
        if self._options.policies or self._options.trust:
            return
        alone = {
            path: plain.document
            for path, plain in self._plain.items()
            if path not in self._held and path not in self._pairs
        }
        if alone:
            with self._going_on(next(iter(alone.values())).file):
                for companion in self._companions(alone):
                    self._held |= companion.definitions
                    yield Gathered(companion.reading, companion.files, companion.machines)

    def _companions(self, definitions: Mapping[Path, TextDocument]) -> Iterator[Companion]:
        from sfnlint.inputs.cloudformation import companion_templates

        yield from companion_templates.readings(definitions, self._with_outside, _read_template)
        rest = {path: one for path, one in definitions.items() if path not in self._held}
        if rest:
            from sfnlint.inputs.terraform import companion_configurations

            yield from companion_configurations.readings(rest, self._with_outside)

    def rest(self) -> Iterator[Gathered]:
        """The plain definitions that nothing holds, and what is deployed."""
        for path, plain in self._plain.items():
            if path not in self._held or path in self._pairs:
                with self._going_on(plain.document.file):
                    yield _gathered(
                        plain.document, plain.source, self._read_plain(plain), plain.note
                    )
        if self._deployment is not None:
            files = self._deployment.files
            with self._going_on(files[0].file):
                yield Gathered(self._deployment.read(), files)

    def _going_on(self, file: str) -> AbstractContextManager[None]:
        return going_on(file, self._options.on_failure)

    def _of_document(
        self, document: TextDocument, path: Path, *, named: bool
    ) -> Iterator[Gathered]:
        """What a file gives at once; what has to wait for others is kept."""
        from sfnlint.inputs import asl
        from sfnlint.inputs.replacements import fill_placeholders

        symbols = Symbols()
        source: TextDocument | EmbeddedDocument = document
        if document.error is not None:
            source = fill_placeholders(document, symbols) or document
        note: InputProblem | None = None
        if source.error is not None:
            from sfnlint.inputs import template_engines

            source, note = template_engines.read(document, symbols)
        plain = _Plain(document, source, path, symbols, note)
        if asl.matches(source.data, named=named):
            self._plain.setdefault(resolve_links(path), plain)
            return
        if isinstance(source, TextDocument) and self._keep_deployed(source, path):
            return
        reading = self._read(source, path, symbols)
        if reading is None:
            if source.error is not None and (
                # Of a text in another encoding nothing is there but its marks, if it was found.
                named or source.error.kind == "encoding" or looks_like_machine(document.text)
            ):
                # What a template names is read as the template's service does.
                self._plain.setdefault(resolve_links(path), plain)
            return
        yield _gathered(document, source, reading, note)

    def _read(
        self, document: TextDocument | EmbeddedDocument, path: Path, symbols: Symbols
    ) -> Reading | None:
        """What a template, a manifest or a plan holds; None when the document is none of them."""
        if isinstance(document.data, dict):
            from sfnlint.inputs.cloudformation import reader as cloudformation
            from sfnlint.inputs.sam import reader as sam

            assembly = self._assemblies.of(path, document.file)
            if cloudformation.matches(document.data):
                self._held.update(find_definition_files(document.data, path, assembly))
                files = LocalFiles(path, document.file, assembly)
                stack = self._stack(document, path, assembly)
                return self._with_outside(
                    lambda outside: sam.read(document, files, outside, stack, symbols=symbols),
                    path,
                )
            if isinstance(document, TextDocument) and is_manifest(document.data):
                assembly = assembly or Assembly(path.parent, document)
                return Reading(problems=list(assembly.problems))
            from sfnlint.inputs.terraform import plan as terraform_plan

            if isinstance(document, TextDocument) and terraform_plan.matches(document.data):
                read = partial(terraform_plan.read, document)
                reading = self._with_outside(read, path)
                if any(one.kind == "definition-not-found" for one in reading.problems):
                    # The configuration beside the plan may have what is not known before the apply.
                    self._configuration_files[resolve_links(path)] = document.file, None
                return reading
        return None

    def _stack(
        self, document: TextDocument | EmbeddedDocument, path: Path, assembly: Assembly | None
    ) -> Stack | None:
        from sfnlint.inputs.cloudformation.stacks import Stack, Stacks
        from sfnlint.inputs.sam.transform import expand

        if assembly is None:
            if not isinstance(document, TextDocument):
                return None
            from sfnlint.inputs.cloudformation.nested_templates import NestedTemplates

            self._nested = self._nested or NestedTemplates(self._options.parameters, expand)
            return self._nested.stack(document, path)
        if assembly.document(path.name) is not document:
            return None
        stacks = Stacks(assembly, self._options.parameters, expand)
        return Stack(self._stacks.setdefault(assembly, stacks), path.name)

    def _read_plain(self, plain: _Plain) -> Reading:
        from sfnlint.inputs import asl

        given = self._given(plain.path)
        reading = asl.read(plain.source, given, plain.symbols)
        reading.problems += self._unreadable(given.documents)
        return reading

    def _keep_deployed(self, document: TextDocument, path: Path) -> bool:
        """Keep what a file shows of what is deployed; whether it shows something."""
        from sfnlint.inputs.deployed.reader import Deployment, answers

        if not (found := answers(document)):
            return False
        self._deployment = self._deployment or Deployment()
        given = self._given(path)
        self._deployment.add(document, found, given)
        self._deployment.problems += self._unreadable(given.documents)
        return True

    def _given(self, path: Path) -> SuppliedRole:
        """What the user says belongs to a definition."""
        from sfnlint.inputs.policy_files import SuppliedRole

        options = self._options
        pair = self._pairs.get(resolve_links(path)) or Pair(
            path, options.policies, options.trust, options.type
        )
        policies = [self._policy(file) for file in pair.policies]
        return SuppliedRole(policies, self._policy(pair.trust) if pair.trust else None, pair.type)

    def _with_outside(self, read: Callable[[ExternalContext], _Read], path: Path) -> _Read:
        """Read a template with what the configuration says of what it does not hold."""
        from sfnlint.inputs.external_context import ExternalContext

        loaded: dict[str, TextDocument] = {}

        def load_policy(file: Path) -> TextDocument:
            document = self._policy(file)
            return loaded.setdefault(document.file, document)

        options = self._options
        values = options.parameters(path) if options.parameters else {}
        reading = read(ExternalContext(values, options.managed, options.roles, load_policy))
        reading.problems += self._unreadable(loaded.values())
        return reading

    def _policy(self, file: Path | TextDocument) -> TextDocument:
        if isinstance(file, TextDocument):
            return file
        path = resolve_links(file)
        if path not in self._policies:
            self._policies[path] = load(file, file.as_posix())
        return self._policies[path]

    def _unreadable(self, documents: Iterable[TextDocument]) -> Iterator[InputProblem]:
        """Each file that cannot be read, once, however many machines it belongs to."""
        for document in documents:
            if document.error and document.file not in self._said_unreadable:
                self._said_unreadable.add(document.file)
                yield InputProblem("unreadable", document.error.message, document.error.place)


def _read_template(
    document: TextDocument, files: LocalFiles, outside: ExternalContext, *, only: set[str]
) -> Reading:
    from sfnlint.inputs.sam import reader as sam

    return sam.read(document, files, outside, only=only)


def _definitions_of(pairs: Iterable[Pair]) -> dict[Path, list[Path]]:
    """By the policies that the configuration names, the definitions that they belong to."""
    definitions: dict[Path, list[Path]] = {}
    for pair in pairs:
        for policy in (*pair.policies, *([pair.trust] if pair.trust else ())):
            if isinstance(policy, Path):
                definitions.setdefault(resolve_links(policy), []).append(pair.definition)
    return definitions


def _gathered(
    document: TextDocument,
    source: TextDocument | EmbeddedDocument,
    reading: Reading,
    note: InputProblem | None,
) -> Gathered:
    """What was read of one file, with what is wrong with its text."""
    problems = [source.error] if source.error else source.problems
    reading.problems[:0] = [note] if note else map(InputProblem.of, problems)
    return Gathered(reading, [document])
