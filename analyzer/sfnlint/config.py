"""The configuration file: `.sfn-lint.toml`, or `[tool.sfn-lint]` in `pyproject.toml`.

`config.schema.json` beside this module describes its form, for editors; docs/configuration.md
explains it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeGuard

from sfnlint.discovery import display_path, has_few_wildcards
from sfnlint.finding import SEVERITIES, Severity
from sfnlint.messages import nearest
from sfnlint.options import MachineConfig, Options, RoleFiles
from sfnlint.report.file_names import relative_or_absolute
from sfnlint.report.positions import PositionedFinding
from sfnlint.rule import Rule, named, nearest_rule
from sfnlint.symbol import MARKER


class ConfigError(Exception):
    """The configuration cannot be used: one line that says where, why and what to do."""


class Config(NamedTuple):
    """What the configuration says.

    Attributes:
        folder: the folder to which its paths are relative.
        select: the identifiers of the rules to apply; all when empty.
        ignore: those not to apply.
        per_file_ignores: patterns of files, as in `.gitignore`, with the rules whose findings
            there are not shown.
        severities: by identifier, where the user wants another than the identifier says.
        exclude: patterns of files and folders that are not searched, as in `.gitignore`.
        pairs: definitions with what belongs to them.
        parameters: values of templates' parameters, for all templates and by patterns of files.
        managed: by ARN, the files of customer managed policies.
        roles: by ARN, the files of roles that are in no template.

    """

    folder: Path = Path()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_file_ignores: Sequence[tuple[str, frozenset[str]]] = ()
    severities: Mapping[str, Severity] | None = None
    exclude: Sequence[str] = ()
    pairs: Sequence[MachineConfig] = ()
    parameters: Sequence[tuple[str | None, Mapping[str, str]]] = ()
    managed: Mapping[str, Path] = MappingProxyType({})
    roles: Mapping[str, RoleFiles] = MappingProxyType({})

    def options(self, rules: Collection[str]) -> Options:
        """How a run applies these rules with all that the configuration gives."""
        return Options(
            machines=self.pairs,
            parameters=self.parameters_of,
            managed=self.managed,
            roles=self.roles,
            rules=rules,
        )

    def severity(self, rule: Rule) -> Severity:
        """The severity with which a rule's findings are shown."""
        return (self.severities or {}).get(rule.id, rule.severity)

    def apply(self, findings: Iterable[PositionedFinding]) -> list[PositionedFinding]:
        """The findings that no file's settings hide, with the severities that the user wants."""
        given = self.severities or {}
        if not given:
            return list(self._visible(findings))
        return [
            (where, finding._replace(override=given[finding.rule]))
            if finding.rule in given
            else (where, finding)
            for where, finding in self._visible(findings)
        ]

    def parameters_of(self, template: Path) -> Mapping[str, str]:
        """The values of a template's parameters; those under later patterns go first."""
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
        for where, _ in findings:
            if where.file not in hidden:
                path = relative_or_absolute(where.file, self.folder)
                hidden[where.file] = {
                    rule for spec, rules in specs if spec.match_file(path) for rule in rules
                }
        return [(at, finding) for at, finding in findings if finding.rule not in hidden[at.file]]


_KEYS = (
    "select",
    "ignore",
    "per-file-ignores",
    "severity",
    "exclude",
    "parameters",
    "managed-policies",
    "roles",
    "machine",
)
_ROLE_KEYS = ("policies", "trust")
_POLICY_ARN = re.compile(r"arn:[\w-]+:iam::(\d{12}|aws):policy/[!-~]+")
_ROLE_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[!-~]+")
_LARGEST = 2**63
"""What TOML's numbers stay below: https://toml.io/en/v1.0.0#integer."""
_MACHINE_KEYS = ("definition", "policies", "trust", "type")


def find(start: Path, root: Path) -> Config:
    """The configuration of the nearest folder upwards that has one, up to the repository's root.

    Raises:
        ConfigError: it cannot be read, or holds what it should not.

    """
    for folder in (start, *start.parents):
        own, project = folder / ".sfn-lint.toml", folder / "pyproject.toml"
        if own.is_file():
            return _Reader(own).config(_read(own))
        if project.is_file():
            tool = _read(project).get("tool", {})
            for name in tool if isinstance(tool, dict) else ():
                if name == "sfn-lint":
                    return _Reader(project).config(tool[name])
                if re.sub("[-_]", "", name).lower() == "sfnlint":
                    raise _Reader(project).error(
                        f"unknown key tool.{name}; did you mean tool.sfn-lint?"
                    )
        if folder == root:
            break
    return Config()


def _read(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{display_path(file)}: {' '.join(str(error).split())}") from None


def _is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a text, and none with characters that mean something here."""
    return isinstance(value, str) and "\0" not in value and not MARKER.search(value)


class _Reader:
    """Makes a configuration of a file's data, and complains in its name."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def config(self, data: object) -> Config:
        if not isinstance(data, dict):
            raise self.error("tool.sfn-lint has to be a table")
        if "tool" in data:
            raise self.error("here the keys stand by themselves, without [tool.sfn-lint]")
        self.known(data, _KEYS, "")
        machines = data.get("machine", [])
        if not isinstance(machines, list) or not all(isinstance(one, dict) for one in machines):
            raise self.error("machine has to be an array of tables: [[machine]]")
        ignores = self.table(data, "per-file-ignores")
        exclude = self.texts(data, "exclude")
        parameters = self.parameters(self.table(data, "parameters"))
        self.check_patterns([*ignores, *exclude, *(one for one, _ in parameters if one)])
        return Config(
            self.file.parent,
            self.rules(data, "select"),
            self.rules(data, "ignore"),
            [(one, self.rules(ignores, one, "per-file-ignores.")) for one in ignores],
            self.severities(self.table(data, "severity")),
            exclude,
            self.pairs(machines),
            parameters,
            self.managed(self.table(data, "managed-policies")),
            self.roles(self.table(data, "roles")),
        )

    def error(self, message: str) -> ConfigError:
        return ConfigError(f"{display_path(self.file)}: {message}")

    def known(self, data: Mapping[str, object], keys: tuple[str, ...], prefix: str) -> None:
        for key in data:
            if key not in keys:
                near = nearest(key, keys)
                hint = f"; did you mean {prefix}{near}?" if near else ""
                raise self.error(f"unknown key {prefix}{key}{hint}")

    def table(self, data: Mapping[str, object], key: str) -> dict[str, object]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        raise self.error(f"{key} has to be a table")

    def text(self, data: Mapping[str, object], key: str, prefix: str = "") -> str | None:
        value = data.get(key)
        if value is None or _is_text(value):
            return value
        raise self.error(f"{prefix}{key} has to be a text")

    def texts(self, data: Mapping[str, object], key: str, prefix: str = "") -> list[str]:
        value = data.get(key, [])
        if isinstance(value, list) and all(map(_is_text, value)):
            return value
        raise self.error(f"{prefix}{key} has to be an array of texts")

    def rules(self, data: Mapping[str, object], key: str, prefix: str = "") -> frozenset[str]:
        words = self.texts(data, key, prefix)
        return frozenset().union(*(self.meant(word, prefix + key) for word in words))

    def meant(self, word: str, key: str) -> set[str]:
        found = named(word)
        if not found:
            near = nearest_rule(word)
            hint = f"; did you mean {near}?" if near else ""
            raise self.error(f"{key}: there is no rule {word!r}{hint}")
        return found

    def severities(self, data: Mapping[str, object]) -> dict[str, Severity]:
        found: dict[str, Severity] = {}
        # Longer words say more: EF404 goes before EF4.
        for word in sorted(data, key=len):
            value = next((one for one in SEVERITIES.values() if one == data[word]), None)
            if value is None:
                raise self.error(f"severity.{word} has to be error, warning or info")
            found |= dict.fromkeys(self.meant(word, "severity"), value)
        return found

    def check_patterns(self, patterns: Iterable[str]) -> None:
        if not patterns:
            return
        from pathspec import GitIgnoreSpec

        for pattern in patterns:
            try:
                GitIgnoreSpec.from_lines([pattern])
            except ValueError:
                raise self.error(f"{pattern!r} is no pattern as in .gitignore") from None
            if not has_few_wildcards(pattern):
                raise self.error(f"{pattern!r} has too many * to be compared soon")

    def parameters(self, data: Mapping[str, object]) -> list[tuple[str | None, Mapping[str, str]]]:
        """Values for all templates, and in tables those for the files of a pattern."""
        tables = {key: value for key, value in data.items() if isinstance(value, dict)}
        common = {key: value for key, value in data.items() if key not in tables}
        found: list[tuple[str | None, Mapping[str, str]]] = []
        if common:
            found.append((None, self.values(common, "parameters.")))
        for pattern, values in tables.items():
            found.append((pattern, self.values(values, f"parameters.{pattern}.")))
        return found

    def values(self, data: Mapping[str, object], prefix: str) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, value in data.items():
            if not (name.isascii() and name.isalnum()):
                raise self.error(f"{prefix}{name}: a parameter has a name of letters and digits")
            if isinstance(value, bool):
                values[name] = "true" if value else "false"
            elif _is_text(value) or (isinstance(value, (int, float)) and abs(value) < _LARGEST):
                values[name] = str(value)
            else:
                raise self.error(f"{prefix}{name} has to be a text, a number or a boolean")
        return values

    def managed(self, data: Mapping[str, object]) -> dict[str, Path]:
        files: dict[str, Path] = {}
        for arn in data:
            if not _POLICY_ARN.fullmatch(arn):
                raise self.error(f"managed-policies: {arn!r} is no ARN of a managed policy")
            file = self.text(data, arn)
            files[arn] = self.beside(str(file))
        return files

    def roles(self, data: Mapping[str, object]) -> dict[str, RoleFiles]:
        roles: dict[str, RoleFiles] = {}
        for arn in data:
            if not _ROLE_ARN.fullmatch(arn):
                raise self.error(f"roles: {arn!r} is no ARN of a role")
            files = self.table(data, arn)
            self.known(files, _ROLE_KEYS, f"roles.{arn}.")
            trust = self.text(files, "trust")
            roles[arn] = RoleFiles(
                tuple(self.beside(policy) for policy in self.texts(files, "policies")),
                None if trust is None else self.beside(trust),
            )
        return roles

    def pairs(self, machines: Iterable[Mapping[str, object]]) -> list[MachineConfig]:
        pairs: dict[Path, MachineConfig] = {}
        for data in machines:
            pair = self.pair(data)
            if pairs.setdefault(pair.definition.resolve(), pair) is not pair:
                raise self.error(f"two [[machine]] have the definition {pair.definition}")
        return list(pairs.values())

    def pair(self, data: Mapping[str, object]) -> MachineConfig:
        self.known(data, _MACHINE_KEYS, "machine.")
        definition = self.text(data, "definition", "machine.")
        if definition is None:
            raise self.error("a [[machine]] needs a definition: the path of its file")
        trust = self.text(data, "trust", "machine.")
        kind = self.text(data, "type", "machine.")
        if kind not in (None, "STANDARD", "EXPRESS"):
            raise self.error("machine.type is STANDARD or EXPRESS")
        return MachineConfig(
            self.beside(definition),
            [self.beside(policy) for policy in self.texts(data, "policies", "machine.")],
            None if trust is None else self.beside(trust),
            kind,  # type: ignore[arg-type]
        )

    def beside(self, name: str) -> Path:
        path = Path(display_path(self.file.parent / name))
        try:
            if path.is_file():
                return path
        except OSError:
            pass
        raise self.error(f"there is no file {name}")
