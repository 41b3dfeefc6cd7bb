"""The configuration of a run; `config_file` reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sfnlint.finding import Severity
from sfnlint.named_tuple import NamedTuple
from sfnlint.options import MachineConfig, Options, OrganizationFiles, RoleFiles
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.positions import PositionedFinding
from sfnlint.rule import Rule

# The methods import pathspec where they need it: most configurations have no patterns of files
# (tests/test_layers.py, start-up).


class Config(NamedTuple):
    """The configuration of a run.

    Attributes:
        folder: the folder to which paths and patterns are relative.
        select: the identifiers of the rules to run; empty for all rules.
        ignore: the identifiers of the rules not to run.
        per_file_ignores: patterns of files as in `.gitignore`, with the rules whose findings are
            not shown in these files.
        severities: the configured severities, by identifier.
        exclude: patterns as in `.gitignore` of files and folders that a search skips.
        machines: the files that belong to plain definitions.
        parameters: values of template parameters, with the pattern of the templates, or None for
            all templates.
        managed: the files of customer managed policies, by ARN.
        roles: the files of roles that no template defines, by ARN.
        organization: the policies of the organization.

    """

    folder: Path = Path()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_file_ignores: Sequence[tuple[str, frozenset[str]]] = ()
    severities: Mapping[str, Severity] = MappingProxyType({})
    exclude: Sequence[str] = ()
    machines: Sequence[MachineConfig] = ()
    parameters: Sequence[tuple[str | None, Mapping[str, str]]] = ()
    managed: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})
    organization: OrganizationFiles = OrganizationFiles()

    def options(self, rules: Collection[str]) -> Options:
        """Return the options of a run of these rules."""
        return Options(
            machine_configs=self.machines,
            parameters=self.parameters_of,
            managed=self.managed,
            roles=self.roles,
            organization=self.organization,
            rules=rules,
        )

    def severity(self, rule: Rule) -> Severity:
        """Return the severity of a rule: the configured severity, else that of its identifier."""
        return self.severities.get(rule.id, rule.severity)

    def apply(self, findings: Iterable[PositionedFinding]) -> list[PositionedFinding]:
        """Return the findings that `per-file-ignores` does not hide, with configured severities."""
        visible = self._visible(findings)
        if not self.severities:
            return list(visible)
        return [
            (position, finding._replace(override=self.severities.get(finding.rule)))
            for position, finding in visible
        ]

    def parameters_of(self, template: Path) -> Mapping[str, str]:
        """Return the values of a template's parameters; later patterns override earlier ones."""
        if not self.parameters:
            return {}
        from pathspec import GitIgnoreSpec

        path = relative_or_absolute(str(template), self.folder)
        values: dict[str, str] = {}
        for pattern, more in self.parameters:
            if pattern is None or GitIgnoreSpec.from_lines([pattern]).match_file(path):
                values |= more
        return values

    def _visible(self, findings: Iterable[PositionedFinding]) -> Iterable[PositionedFinding]:
        if not self.per_file_ignores:
            return findings
        from pathspec import GitIgnoreSpec

        specs = [
            (GitIgnoreSpec.from_lines([pattern]), rules) for pattern, rules in self.per_file_ignores
        ]
        hidden: dict[str, set[str]] = {}
        for position, _ in findings:
            if position.file not in hidden:
                path = relative_or_absolute(position.file, self.folder)
                hidden[position.file] = {
                    rule for spec, rules in specs if spec.match_file(path) for rule in rules
                }
        return [pair for pair in findings if pair[1].rule not in hidden[pair[0].file]]
