"""Plain ASL files: definitions with nothing around them, and policies in files of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sfnlint.asl.definition_files import may_be_definition
from sfnlint.asl.machine import Machine, is_machine
from sfnlint.asl.schema import check_machine
from sfnlint.inputs.coerce import as_object
from sfnlint.inputs.policy_files import SuppliedRole, read_role
from sfnlint.inputs.reader import InputDocument, LoadedUnit, Reader, RunContext
from sfnlint.inputs.registry import FORMATS
from sfnlint.place import Document, Place, value_at
from sfnlint.source.document import ParsedText
from sfnlint.source.paths import resolve_links
from sfnlint.subject import InputProblem, Reading, Subject
from sfnlint.symbol import PLACEHOLDERS, Symbols


class DefinitionReader(Reader):
    """Keeps plain definitions until all files were read, since a template may name them."""

    def matches(self, document: InputDocument) -> bool:
        """Whether a document is a definition, with nothing around it.

        In a file that the user named, and in a file that has the name of a definition, StartAt or
        States may be missing.
        """
        data = document.source.data
        return may_be_definition(document.path.name, data) if document.named else is_machine(data)

    def read(self, document: InputDocument, context: RunContext) -> Reading | None:
        """Keep the definition for `finish`."""
        context.definitions.setdefault(resolve_links(document.path), document)
        return None

    def finish(self, context: RunContext) -> Iterator[LoadedUnit]:
        """Yield the templates near definitions that name them, then the other definitions."""
        yield from self._companions(context)
        for path, document in context.definitions.items():
            if path not in context.held or path in context.configs:
                with context.guard(document.original.file):
                    supplied = context.supplied_role(document.path)
                    yield document.unit(read(document.source, supplied, document.symbols))

    def _companions(self, context: RunContext) -> Iterator[LoadedUnit]:
        if context.options.policies or context.options.trust:
            return
        for entry in FORMATS:
            alone = {
                path: document.original
                for path, document in context.definitions.items()
                if document.on_disk and path not in context.held and path not in context.configs
            }
            if alone and entry.companions:
                with context.guard(entry.title):
                    yield from entry.companion_search()(alone, context)


def read(document: Document, supplied: SuppliedRole, symbols: Symbols | None = None) -> Reading:
    """Return the state machine, with the role that the supplied policies define.

    Args:
        document: the definition.
        supplied: the policies and the type that the user names for it.
        symbols: the symbols of the marker characters in the definition.

    """
    reading = Reading()
    symbols = symbols or Symbols()
    data = document.data
    if not isinstance(data, dict):
        return reading
    documents = [document, *supplied.policies, *([supplied.trust] if supplied.trust else [])]
    symbols.names = _symbol_names(documents)
    role = None
    if (supplied.policies or supplied.trust) and is_machine(data):
        role = read_role(supplied, symbols, reading.problems)
    machine = _with_words_replaced(Machine(document, data), symbols, reading.problems)
    reading.subjects.append(Subject(machine, role, symbols, Place(document), type=supplied.type))
    return reading


def _with_words_replaced(
    machine: Machine, symbols: Symbols, problems: list[InputProblem]
) -> Machine:
    """Return a machine with words as unknown values where the language needs no string."""
    strings = [
        (located.path, value)
        for located in check_machine(machine)
        if located.violation.is_string
        and isinstance(value := value_at(machine.data, located.path), str)
    ]
    document = machine.document
    if not strings or not isinstance(document, ParsedText):
        return machine
    # Few definitions have such strings: the others are checked without these patterns
    # (benchmarks/compare.py).
    from sfnlint.inputs import template_engines

    replaced = template_engines.replace_strings(document, strings, symbols)
    if replaced is None:
        return machine
    source, problem = replaced
    problems.append(problem)
    return Machine(source, as_object(source.data))


def _symbol_names(documents: Iterable[Document]) -> Mapping[str, str]:
    """Return how messages write symbols that the files of a definition do not write themselves."""
    texts = [Place(document).locate().root.text for document in documents]
    return {
        name: placeholder
        for name, placeholder in PLACEHOLDERS.items()
        if not any(f"${{{name}}}" in text for text in texts)
    }
