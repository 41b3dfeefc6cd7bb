"""Finds and reads the templates that name a definition which is checked alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from sfnlint.inputs.cloudformation.template_search import TemplateSearch
from sfnlint.inputs.external_context import ExternalContext
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.source import TextDocument
from sfnlint.subject import InputProblem, Reading

ReadTemplate = Callable[
    [TextDocument, Path, Mapping[Path, TextDocument], ExternalContext, set[str]], Reading
]
"""Reads a template: takes it, its path, the definitions by path, the context, the machines."""


def companions(
    definitions: Mapping[Path, TextDocument], context: RunContext, read: ReadTemplate
) -> Iterator[LoadedUnit]:
    """Read the templates that name some definitions, those of the nearest folder for each.

    Args:
        definitions: plain definitions by their paths, without links.
        context: the context of the run.
        read: reads a template.

    """
    search = TemplateSearch(
        lambda content: b"::StateMachine" in content and b"Definition" in content, _named_files
    )
    named_by_template: dict[Path, dict[Path, TextDocument]] = {}
    for path, document in definitions.items():
        with context.guard(document.file):
            for template in search.templates_naming(path, document.file):
                named_by_template.setdefault(template, {})[path] = document
    for template, named in named_by_template.items():
        document = search.documents[template]
        with context.guard(document.file):
            machines_by_file = _named_files(document.data, template)
            machines = set().union(*(machines_by_file[path] for path in named))
            reading = read(document, template, named, context.external(template), machines)
            # A finding about a role that machines share belongs to the first of them.
            reading.subjects.sort(key=lambda subject: subject.logical_id not in machines)
            reading.problems = [
                problem
                for problem in reading.problems
                if _concerns(problem, named.values(), machines)
            ]
            context.held.update(named)
            yield LoadedUnit(reading, [document], machines)


def _named_files(data: object, template: Path) -> dict[Path, set[str]]:
    # Most definitions have no template beside them: a run starts faster without these modules
    # (benchmarks/compare.py).
    from sfnlint.inputs.cloudformation.definition_files import find_definition_files

    return find_definition_files(data, template)


def _concerns(
    problem: InputProblem, definitions: Collection[TextDocument], machines: Collection[str]
) -> bool:
    """Whether a problem is about one of these definitions, machines, or their roles."""
    located = problem.place.locate()
    if located.root in definitions:
        return True
    data = located.root.data
    if located.path[:1] == ("Resources",) and isinstance(data, dict):
        name = located.path[1] if len(located.path) > 1 else ""
        if name in machines:
            return True
        resource = data["Resources"].get(name)
        resource_type = resource.get("Type") if isinstance(resource, dict) else None
        is_machine = str(resource_type).endswith("::StateMachine")
        return problem.kind != "refused-by-sam" and not is_machine
    return problem.kind != "refused-by-sam"
