"""From files to findings: let every rule look at what was gathered, and collect what they find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sfnlint.analysis.condition_merge import ConditionMerge, identity
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.finding import Finding
from sfnlint.internal_errors import InternalError, going_on, hand_over
from sfnlint.loader import Gathered, Gatherer
from sfnlint.options import Found, Options
from sfnlint.place import Document
from sfnlint.result import MachineSummary, Result
from sfnlint.rule import all_rules
from sfnlint.subject import Reading, Subject
from sfnlint.suppression import Suppressions


def run(files: Iterable[Found], options: Options) -> Result:
    """Check files. A file that cannot be read is a finding, never an exception.

    For a policy that the configuration names, the machines are checked that it belongs to; for a
    definition, the template near it that uses it.
    """
    gatherer, checker = Gatherer(options), _Checker(options)
    names: list[str] = []
    for file in files:
        names.append(file.shown)
        checker.check(gatherer.of_file(file))
    checker.check_configurations(gatherer.configurations())
    checker.check(gatherer.templates_nearby())
    return _finished(gatherer, checker, names)


def run_text(text: str, name: str, options: Options) -> Result:
    """Check one text as if it were a file of that name."""
    gatherer, checker = Gatherer(options), _Checker(options)
    checker.check(gatherer.of_text(text, name))
    checker.check_configurations(gatherer.configurations())
    return _finished(gatherer, checker, [name])


def _finished(gatherer: Gatherer, checker: _Checker, files: Sequence[str]) -> Result:
    checker.check(gatherer.rest())
    for policy in gatherer.policies:
        checker.suppressions.collect_comments(policy)
    return Result(
        checker.not_suppressed(),
        checker.machines,
        files,
        checker.subjects,
        gatherer.notes,
        checker.unread,
    )


class _Checker:
    """Applies the rules, and collects what they find."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.findings: list[Finding] = []
        self.machines: list[MachineSummary] = []
        self.subjects: list[Subject] = []
        self.unread = 0
        self.suppressions = Suppressions(options.rules)
        self._rules = [
            rule
            for rule in all_rules().values()
            if options.rules is None or rule.id in options.rules
        ]
        self._checked_in_part: dict[int, Document] = {}

    def check(self, gathered: Iterable[Gathered]) -> None:
        """Apply the rules to what was gathered."""
        for one in gathered:
            file = one.files[0].file
            with going_on(file, self.options.on_failure):
                self._check(one, file)

    def check_configurations(self, gathered: Iterable[Gathered]) -> None:
        """Apply them to Terraform configurations, several of which may call one module."""
        before = len(self.findings)
        self.check(gathered)
        self.findings[before:] = {identity(one): one for one in self.findings[before:]}.values()

    def not_suppressed(self) -> list[Finding]:
        """The findings that nothing keeps quiet, and those about what keeps nothing quiet."""
        findings = self.suppressions.apply(self.findings)
        for rule in self._rules:
            if rule.about == "Suppressions":
                findings += [
                    finding
                    for finding in rule.run(self.suppressions)
                    # Of a template of which only a part was looked at, nothing is known unused.
                    if id(finding.place.locate().root) not in self._checked_in_part
                ]
        return findings

    def _check(self, gathered: Gathered, file: str) -> None:
        reading, files, only = gathered
        findings = self._apply(reading, file)
        self.unread += sum(one.kind == "definition-not-found" for one in reading.problems)
        if only is not None:
            reading.subjects = [one for one in reading.subjects if one.logical_id in only]
            findings = [one for one in findings if one.machine is None or one.machine in only]
            self._checked_in_part.update((id(one), one) for one in files)
        self.findings += findings
        self.suppressions.collect(files, reading)
        once = list(
            {subject.logical_id: subject for subject in reversed(reading.subjects)}.values()
        )
        once.reverse()
        self.machines += map(MachineSummary.of, once)
        if self.options.keep_subjects:
            self.subjects += once

    def _apply(self, reading: Reading, file: str) -> list[Finding]:
        found: list[Finding] = []
        uses: dict[int, RoleAnalysis] = {}
        for subject in reading.subjects:
            if subject.role is not None:
                uses.setdefault(id(subject.role), RoleAnalysis(subject.role, [])).subjects.append(
                    subject
                )
        scenarios = ConditionMerge(reading.subjects)
        for rule in self._rules:
            try:
                if rule.about == "Reading":
                    found += rule.run(reading)
                elif rule.about == "Subject":
                    for subject in reading.subjects:
                        for finding in rule.run(subject):
                            scenarios.add([subject], finding)
                elif rule.about == "RoleAnalysis":
                    for use in uses.values():
                        for finding in rule.run(use):
                            scenarios.add(use.subjects, finding)
            except Exception as error:
                hand_over(InternalError(rule.id, file, error), self.options.on_failure)
        return [*found, *scenarios.findings()]
