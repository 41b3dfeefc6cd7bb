"""Checks files: loads them, applies the rules, merges the findings, and applies suppressions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from sfnlint.analysis.condition_merge import ConditionMerge, identity
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.inputs.reader import LoadedUnit, RunContext
from sfnlint.loader import load_units
from sfnlint.options import InputFile, Options
from sfnlint.place import Document
from sfnlint.result import MachineSummary, Result
from sfnlint.rule import Rule, all_rules
from sfnlint.source import TextDocument
from sfnlint.subject import Subject
from sfnlint.suppression import Suppressions


def run(files: Iterable[InputFile], options: Options) -> Result:
    """Check files. A file that cannot be read results in a finding, not in an exception.

    For a policy file that the configuration names, the state machines of its role are checked; for
    a definition, the template near it that holds it.
    """
    context = RunContext(options)
    rules = [
        rule for rule in all_rules().values() if options.rules is None or rule.id in options.rules
    ]
    names: list[str] = []
    findings: list[Finding] = []
    machines: list[MachineSummary] = []
    subjects: list[Subject] = []
    unread = 0
    suppressions = Suppressions(options.rules)
    checked_in_part: list[TextDocument] = []
    for unit in load_units(_noting_names(files, names), context):
        with context.guard(unit.files[0].file):
            findings += _apply(rules, unit, context)
            unread += sum(one.kind == "definition-not-found" for one in unit.reading.problems)
            if unit.machines is not None:
                unit.reading.subjects[:] = filter(unit.concerns, unit.reading.subjects)
                checked_in_part += unit.files
            suppressions.collect(unit.files, unit.reading)
            checked = _once(unit.reading.subjects)
            machines += map(MachineSummary.of, checked)
            subjects += checked if options.keep_subjects else ()
    for policy in context.policies.values():
        with context.guard(policy.file):
            suppressions.collect_comments(policy)
    findings = list({identity(finding): finding for finding in findings}.values())
    with context.guard("the suppressions"):
        findings = suppressions.apply(findings)
    findings += _about_suppressions(rules, suppressions, checked_in_part, context)
    return Result(findings, machines, names, subjects, context.notes, unread)


def run_text(text: str, name: str, options: Options) -> Result:
    """Check a text as if it were a file of that name."""
    return run([InputFile(Path(name), name, text=text)], options)


def _noting_names(files: Iterable[InputFile], names: list[str]) -> Iterator[InputFile]:
    for file in files:
        names.append(file.display_name)
        yield file


def _apply(rules: Iterable[Rule], unit: LoadedUnit, context: RunContext) -> list[Finding]:
    """Apply the rules to a unit. An exception skips one rule for one target."""
    subjects = unit.reading.subjects
    roles: dict[int, RoleAnalysis] = {}
    for subject in subjects:
        if subject.role is not None:
            analysis = roles.setdefault(id(subject.role), RoleAnalysis(subject.role, []))
            analysis.subjects.append(subject)
    found: list[Finding] = []
    merge = ConditionMerge(subjects)
    for rule in rules:
        if rule.about == "Reading":
            with context.guard(unit.files[0].file, rule.id):
                found += rule.run(unit.reading)
        elif rule.about == "Subject":
            for subject in subjects:
                with context.guard(subject.place.document.file, rule.id):
                    for finding in rule.run(subject):
                        merge.add([subject], finding)
        elif rule.about == "RoleAnalysis":
            for role in roles.values():
                with context.guard(role.subjects[0].place.document.file, rule.id):
                    for finding in rule.run(role):
                        merge.add(role.subjects, finding)
    found += merge.findings()
    return [
        finding
        for finding in found
        if unit.machines is None or finding.machine is None or finding.machine in unit.machines
    ]


def _once(subjects: Iterable[Subject]) -> list[Subject]:
    """Return each machine in the first combination of conditions that it is in."""
    machines: dict[str | None, Subject] = {}
    for subject in subjects:
        machines.setdefault(subject.logical_id, subject)
    return list(machines.values())


def _about_suppressions(
    rules: Iterable[Rule],
    suppressions: Suppressions,
    checked_in_part: Collection[Document],
    context: RunContext,
) -> Iterator[Finding]:
    """Yield the findings about the suppressions themselves.

    Not in templates of which only some machines were checked: the others may need a suppression.
    """
    for rule in rules:
        if rule.about == "Suppressions":
            with context.guard("the suppressions", rule.id):
                for finding in rule.run(suppressions):
                    root = finding.place.locate().root
                    if not any(root is one for one in checked_in_part):
                        yield finding
