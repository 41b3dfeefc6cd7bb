"""Checks files: loads them, applies the rules, merges the findings, applies the suppressions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sfnlint.analysis.condition_merge import ConditionMerge, identity
from sfnlint.analysis.permission_counts import PermissionCounts, count_permissions
from sfnlint.analysis.policy_documents import PolicyDocument, policy_documents
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.failures import Failure, merged
from sfnlint.finding import Finding
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.loader import load_units
from sfnlint.options import InputFile, Options
from sfnlint.place import Document
from sfnlint.result import AnalysedMachine, MachineSummary, Result
from sfnlint.rule import Rule, all_rules
from sfnlint.source import TextDocument
from sfnlint.subject import InputProblem, Role, Subject
from sfnlint.suppression import Suppressions

if TYPE_CHECKING:
    from sfnlint.organization import Organization


def run(files: Iterable[InputFile], options: Options) -> Result:
    """Check files. A file that cannot be read is a finding, not an exception.

    For a policy file that the configuration names, the machines of its role are checked; for a
    definition, the template near it that names it.
    """
    context = RunContext(options)
    rules = [
        rule for rule in all_rules().values() if options.rules is None or rule.id in options.rules
    ]
    # A policy file may belong to roles of several units.
    document_rules = {rule.id for rule in rules if rule.about == "PolicyDocument"}
    names: list[str] = []
    findings: list[Finding] = []
    in_shared_files: dict[tuple[object, ...], Finding] = {}
    machines: list[MachineSummary] = []
    subjects: list[Subject] = []
    analysed: list[AnalysedMachine] = []
    unread = 0
    suppressions = Suppressions(options.rules)
    partly_checked: list[TextDocument] = []
    organization = _organization(context)
    counts_permissions = options.explain_unknown or any(
        rule.about == "RoleAnalysis" for rule in rules
    )
    for unit in load_units(_collect_names(files, names), context):
        with context.guard(unit.files[0].file):
            reading = unit.reading
            analyses = _analyses(reading.subjects)
            if organization is not None:
                for role in analyses:
                    organization.limit(role)
            of_unit = _apply(rules, unit, analyses, context)
            for finding in of_unit:
                if unit.shares_files or finding.rule in document_rules:
                    in_shared_files.setdefault(identity(finding), finding)
                else:
                    findings.append(finding)
            context.failures += _not_read(reading.problems)
            unread += sum(problem.kind == "definition-not-found" for problem in reading.problems)
            if unit.reported is not None:
                reading.subjects = [
                    subject for subject in reading.subjects if unit.reports_on(subject.logical_id)
                ]
                partly_checked += unit.files
            suppressions.collect(unit.files, reading)
            for combinations in _by_machine(reading.subjects):
                counts = PermissionCounts()
                if counts_permissions:
                    with context.guard(combinations[0].place.document.file):
                        counts = count_permissions(
                            combinations, analyses, explain=options.explain_unknown
                        )
                machine = MachineSummary.of(combinations[0], counts)
                machines.append(machine)
                if options.keep_analyses:
                    analysed.append(AnalysedMachine(machine, combinations, analyses))
                subjects += combinations[:1] if options.keep_subjects else ()
    for policy in context.policies.values():
        with context.guard(policy.file):
            suppressions.collect_comments(policy)
    findings += in_shared_files.values()
    with context.guard("the suppressions"):
        findings = suppressions.apply(findings)
    if not any(failure.is_internal for failure in context.failures):
        # A suppression may be for a finding that is missing because of an internal error.
        findings += _about_suppressions(rules, suppressions, partly_checked, context)
    return Result(
        findings,
        machines,
        names,
        subjects,
        analysed,
        context.notes,
        unread,
        merged(context.failures),
    )


def _organization(context: RunContext) -> Organization | None:
    """Return the organization of the roles; None if the configuration names no policies of it."""
    files = context.options.organization
    if not (files.service_control_policies or files.resource_control_policies):
        return None
    # Imported here because few configurations name such policies (benchmarks/compare.py).
    from sfnlint.organization import read_organization

    return read_organization(files, context)


def run_text(text: str, name: str, options: Options) -> Result:
    """Check a text as if it were a file of that name."""
    return run([InputFile(Path(name), name, text=text)], options)


def _collect_names(files: Iterable[InputFile], names: list[str]) -> Iterator[InputFile]:
    for file in files:
        names.append(file.display_name)
        yield file


def _analyses(subjects: Iterable[Subject]) -> dict[Role, RoleAnalysis]:
    """Return the analysis of each role with all machines that use it."""
    analyses: dict[Role, RoleAnalysis] = {}
    for subject in subjects:
        if subject.role is not None:
            analysis = analyses.setdefault(subject.role, RoleAnalysis(subject.role, []))
            analysis.subjects.append(subject)
    return analyses


def _apply(
    rules: Iterable[Rule],
    unit: LoadedUnit,
    analyses: Mapping[Role, RoleAnalysis],
    context: RunContext,
) -> list[Finding]:
    """Return the findings of the rules in a unit.

    An exception in a rule affects only that rule, for one machine or role.
    """
    subjects = unit.reading.subjects
    documents: list[PolicyDocument] = []
    if any(rule.about == "PolicyDocument" for rule in rules):
        documents = policy_documents(
            [subject for subject in subjects if unit.reports_on(subject.logical_id)], analyses
        )
    targets: dict[str, list[tuple[object, Sequence[Subject]]]] = {
        "Reading": [(unit.reading, ())],
        "Subject": [(subject, [subject]) for subject in subjects],
        "RoleAnalysis": [(analysis, analysis.subjects) for analysis in analyses.values()],
        "PolicyDocument": [(document, document.subjects) for document in documents],
    }
    findings: list[Finding] = []
    merge = ConditionMerge(subjects)
    for rule in rules:
        for target, checked in targets.get(rule.about, ()):
            # `RunContext.guard` would be a tenth of a run over a folder (benchmarks/compare.py).
            try:
                for finding in rule.run(target):
                    if not checked:
                        findings.append(finding)
                    elif rule.about == "PolicyDocument":
                        merge.add_to_all(checked, finding)
                    else:
                        merge.add(checked, finding)
            except Exception as error:
                file = checked[0].place.document.file if checked else unit.files[0].file
                context.report(error, file, rule.id)
    findings += merge.findings()
    return [
        finding
        for finding in findings
        if finding.machine is None or unit.reports_on(finding.machine)
    ]


def _not_read(problems: Iterable[InputProblem]) -> Iterator[Failure]:
    """Yield the failures of files that were not read."""
    for problem in problems:
        if problem.not_read:
            yield Failure(problem.place.locate().root.file, problem.message)


def _by_machine(subjects: Iterable[Subject]) -> Iterable[list[Subject]]:
    """Return each machine in all combinations of conditions."""
    machines: dict[str | None, list[Subject]] = {}
    for subject in subjects:
        machines.setdefault(subject.logical_id, []).append(subject)
    return machines.values()


def _about_suppressions(
    rules: Iterable[Rule],
    suppressions: Suppressions,
    partly_checked: Collection[Document],
    context: RunContext,
) -> Iterator[Finding]:
    """Yield the findings about suppressions.

    There are none for files of which only some machines were checked, since a suppression may be
    for the others.
    """
    for rule in rules:
        if rule.about == "Suppressions":
            with context.guard("the suppressions", rule.id):
                for finding in rule.run(suppressions):
                    if finding.place.locate().root not in partly_checked:
                        yield finding
