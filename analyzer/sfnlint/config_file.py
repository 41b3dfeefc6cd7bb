"""The configuration file: `.sfn-lint.toml`, or `[tool.sfn-lint]` in `pyproject.toml`.

docs/configuration.md describes the keys; `config.schema.json` is the schema for editors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from sfnlint.config import Config
from sfnlint.discovery import display_path, has_few_wildcards
from sfnlint.finding import SEVERITIES, Severity
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.messages import nearest
from sfnlint.options import MachineConfig, OrganizationFiles, RoleFiles
from sfnlint.place import Route
from sfnlint.rule import named, nearest_rule
from sfnlint.symbol import MARKER

# tomllib, pathspec and toml_lines are imported where they are needed: most runs have no
# configuration file, or one without patterns and mistakes (tests/test_layers.py, start-up).

_KEYS = (
    "select",
    "ignore",
    "per-file-ignores",
    "severity",
    "exclude",
    "parameters",
    "managed-policies",
    "roles",
    "organization",
    "machine",
)
_MACHINE_KEYS = ("definition", "policies", "trust", "type")
_ROLE_KEYS = ("policies", "trust")
_ORGANIZATION_KEYS = ("id", "service-control-policies", "resource-control-policies")
_BARE_KEY = lazy_pattern(r"[A-Za-z0-9_-]+")
_POLICY_ARN = lazy_pattern(r"arn:[\w-]+:iam::(\d{12}|aws):policy/[!-~]+")
_ROLE_ARN = lazy_pattern(r"arn:[\w-]+:iam::\d{12}:role/[!-~]+")
_ORGANIZATION_ID = lazy_pattern(r"o-[a-z0-9]{10,32}")
"""https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html"""
_LARGEST = 2**63
"""The limit of TOML's numbers: https://toml.io/en/v1.0.0#integer."""


class ConfigError(Exception):
    """The configuration cannot be used: a message of one line, with file and line."""


def load(start: Path, root: Path) -> Config:
    """Return the configuration of a folder, or of the nearest folder above it that has one.

    Args:
        start: the folder.
        root: the root of the repository, the last folder to search.

    Raises:
        ConfigError: the configuration cannot be read, or is not valid.

    """
    for folder in (start, *start.parents):
        own, project = folder / ".sfn-lint.toml", folder / "pyproject.toml"
        if own.is_file():
            reader = _ConfigReader(own)
            return reader.config(reader.data)
        if project.is_file():
            reader = _ConfigReader(project, prefix=("tool", "sfn-lint"))
            tool = reader.data.get("tool", {})
            for name in tool if isinstance(tool, dict) else ():
                if name == "sfn-lint":
                    return reader.config(tool[name])
                if re.sub("[-_]", "", name).lower() == "sfnlint":
                    reader.prefix = ()
                    message = f"unknown key 'tool.{name}'; did you mean 'tool.sfn-lint'?"
                    raise reader.error(("tool", name), message)
        if folder == root:
            break
    return Config()


def _is_string(value: object) -> TypeGuard[str]:
    """Whether a value is a string without the characters that mark symbols."""
    return isinstance(value, str) and "\0" not in value and not MARKER.search(value)


def _key(path: Route) -> str:
    """Return a path as a dotted key of TOML, without indexes: `roles."arn:…".trust`."""
    keys = [key for key in path if isinstance(key, str)]
    return ".".join(key if _BARE_KEY.fullmatch(key) else f'"{key}"' for key in keys)


class _ConfigReader:
    """Reads a configuration file; paths lead to the values in the data of the configuration.

    Attributes:
        prefix: the keys that lead to the configuration in the data of the file.

    """

    def __init__(self, file: Path, prefix: Route = ()) -> None:
        import tomllib

        self.file = file
        self.prefix = prefix
        try:
            self.text = file.read_text(encoding="utf-8")
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except OSError as error:
            raise ConfigError(f"{display_path(file)}: cannot read it: {error.strerror}") from None
        except (ValueError, RecursionError) as error:
            reason = " ".join(str(error).split())
            line = re.search(r" \(at line (\d+), column \d+\)$", reason)
            name = f"{display_path(file)}:{line[1]}" if line else display_path(file)
            reason = reason[: line.start()] if line else reason
            raise ConfigError(f"{name}: invalid TOML: {reason}") from None

    def error(self, path: Route, message: str) -> ConfigError:
        """Return the error for the value at a path, with the line of that value."""
        from sfnlint.toml_lines import line_of

        line = line_of(self.text, (*self.prefix, *path))
        name = f"{display_path(self.file)}:{line}" if line else display_path(self.file)
        return ConfigError(f"{name}: {message}")

    def config(self, data: object) -> Config:
        data = self.table(data, ())
        if "tool" in data:
            message = f"in {self.file.name}, write the keys without the table [tool.sfn-lint]"
            raise self.error(("tool",), message)
        self.check_keys(data, _KEYS, ())
        ignores = self.table(data.get("per-file-ignores", {}), ("per-file-ignores",))
        for pattern in ignores:
            self.check_pattern(pattern, ("per-file-ignores", pattern))
        exclude = self.strings(data.get("exclude", []), ("exclude",))
        for index, pattern in enumerate(exclude):
            self.check_pattern(pattern, ("exclude", index))
        return Config(
            self.file.parent,
            self.rules(data.get("select", []), ("select",)),
            self.rules(data.get("ignore", []), ("ignore",)),
            [
                (pattern, self.rules(words, ("per-file-ignores", pattern)))
                for pattern, words in ignores.items()
            ],
            self.severities(self.table(data.get("severity", {}), ("severity",))),
            exclude,
            self.machines(data.get("machine", [])),
            self.parameters(self.table(data.get("parameters", {}), ("parameters",))),
            self.managed(self.table(data.get("managed-policies", {}), ("managed-policies",))),
            self.roles(self.table(data.get("roles", {}), ("roles",))),
            self.organization(self.table(data.get("organization", {}), ("organization",))),
        )

    def check_keys(self, data: Mapping[str, object], known: tuple[str, ...], path: Route) -> None:
        for key in data:
            if key not in known:
                near = nearest(key, known)
                hint = f"; did you mean '{_key((*path, near))}'?" if near else ""
                raise self.error((*path, key), f"unknown key '{_key((*path, key))}'{hint}")

    def table(self, value: object, path: Route) -> dict[str, object]:
        if isinstance(value, dict):
            return value
        raise self.error(path, f"'{_key(path) or 'tool.sfn-lint'}' must be a table")

    def string(self, value: object, path: Route) -> str:
        if _is_string(value):
            return value
        raise self.error(path, f"'{_key(path)}' must be a string")

    def strings(self, value: object, path: Route) -> list[str]:
        if isinstance(value, list) and all(map(_is_string, value)):
            return value
        raise self.error(path, f"'{_key(path)}' must be an array of strings")

    def rules(self, value: object, path: Route) -> frozenset[str]:
        words = self.strings(value, path)
        return frozenset().union(*(self.rules_of(word, path) for word in words))

    def rules_of(self, word: str, path: Route) -> set[str]:
        rules = named(word)
        if not rules:
            near = nearest_rule(word)
            hint = f"; did you mean '{near}'?" if near else ""
            raise self.error(path, f"'{_key(path)}': unknown rule '{word}'{hint}")
        return rules

    def severities(self, data: Mapping[str, object]) -> dict[str, Severity]:
        severities: dict[str, Severity] = {}
        # A longer prefix is more specific: EF404 overrides EF4.
        for word in sorted(data, key=len):
            severity = next((name for name in SEVERITIES.values() if name == data[word]), None)
            path = ("severity", word)
            if severity is None:
                message = f'\'{_key(path)}\' must be "error", "warning" or "info"'
                raise self.error(path, message)
            severities |= dict.fromkeys(self.rules_of(word, path), severity)
        return severities

    def check_pattern(self, pattern: str, path: Route) -> None:
        from pathspec import GitIgnoreSpec

        try:
            GitIgnoreSpec.from_lines([pattern])
        except (ValueError, re.error):
            message = f"'{pattern}' is not a valid pattern; write it as in .gitignore"
            raise self.error(path, message) from None
        if not has_few_wildcards(pattern):
            raise self.error(path, f"pattern '{pattern}' has too many wildcards")

    def parameters(self, data: Mapping[str, object]) -> list[tuple[str | None, Mapping[str, str]]]:
        """Return the values for all templates, then those of the tables for a pattern."""
        tables = {key: value for key, value in data.items() if isinstance(value, dict)}
        common = {key: value for key, value in data.items() if key not in tables}
        parameters: list[tuple[str | None, Mapping[str, str]]] = []
        if common:
            parameters.append((None, self.parameter_values(common, ("parameters",))))
        for pattern, values in tables.items():
            path = ("parameters", pattern)
            self.check_pattern(pattern, path)
            parameters.append((pattern, self.parameter_values(values, path)))
        return parameters

    def parameter_values(self, data: Mapping[str, object], table: Route) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, value in data.items():
            path = (*table, name)
            if not (name.isascii() and name.isalnum()):
                message = f"'{_key(path)}': the name of a parameter consists of letters and digits"
                raise self.error(path, message)
            if isinstance(value, bool):
                values[name] = "true" if value else "false"
            elif _is_string(value) or (isinstance(value, (int, float)) and abs(value) < _LARGEST):
                values[name] = str(value)
            else:
                raise self.error(path, f"'{_key(path)}' must be a string, a number or a boolean")
        return values

    def managed(self, data: Mapping[str, object]) -> dict[str, Path]:
        files: dict[str, Path] = {}
        for arn, value in data.items():
            path = ("managed-policies", arn)
            if not _POLICY_ARN.fullmatch(arn):
                raise self.error(path, f"'{_key(path)}': the key must be a managed policy ARN")
            files[arn] = self.existing_file(value, path)
        return files

    def roles(self, data: Mapping[str, object]) -> dict[str, RoleFiles]:
        roles: dict[str, RoleFiles] = {}
        for arn, value in data.items():
            path = ("roles", arn)
            if not _ROLE_ARN.fullmatch(arn):
                raise self.error(path, f"'{_key(path)}': the key must be a role ARN")
            role = self.table(value, path)
            self.check_keys(role, _ROLE_KEYS, path)
            roles[arn] = RoleFiles(tuple(self.policies(role, path)), self.trust(role, path))
        return roles

    def organization(self, data: Mapping[str, object]) -> OrganizationFiles:
        table = ("organization",)
        self.check_keys(data, _ORGANIZATION_KEYS, table)
        name = self.string(data["id"], (*table, "id")) if "id" in data else None
        if name is not None and not _ORGANIZATION_ID.fullmatch(name):
            raise self.error(
                (*table, "id"), "'organization.id' must be an id such as 'o-a1b2c3d4e5'"
            )
        return OrganizationFiles(
            name, *(self.files(data, key, table) for key in _ORGANIZATION_KEYS[1:])
        )

    def machines(self, value: object) -> list[MachineConfig]:
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise self.error(("machine",), "'machine' must be an array of tables: [[machine]]")
        machines: dict[Path, MachineConfig] = {}
        for index, data in enumerate(value):
            path = ("machine", index)
            machine = self.machine(data, path)
            if machines.setdefault(machine.definition.resolve(), machine) is not machine:
                raise self.error(
                    path, f"two [[machine]] tables have the definition '{machine.definition}'"
                )
        return list(machines.values())

    def machine(self, data: Mapping[str, object], path: Route) -> MachineConfig:
        self.check_keys(data, _MACHINE_KEYS, path)
        if "definition" not in data:
            raise self.error(path, "[[machine]] needs 'definition', the path of a file")
        machine_type = data.get("type")
        if machine_type not in (None, "STANDARD", "EXPRESS"):
            raise self.error((*path, "type"), '\'machine.type\' must be "STANDARD" or "EXPRESS"')
        return MachineConfig(
            self.existing_file(data["definition"], (*path, "definition")),
            self.policies(data, path),
            self.trust(data, path),
            machine_type,
        )

    def policies(self, data: Mapping[str, object], table: Route) -> list[Path]:
        return self.files(data, "policies", table)

    def files(self, data: Mapping[str, object], key: str, table: Route) -> list[Path]:
        path = (*table, key)
        names = self.strings(data.get(key, []), path)
        return [self.existing_file(name, (*path, index)) for index, name in enumerate(names)]

    def trust(self, data: Mapping[str, object], table: Route) -> Path | None:
        if "trust" not in data:
            return None
        return self.existing_file(data["trust"], (*table, "trust"))

    def existing_file(self, value: object, path: Route) -> Path:
        name = self.string(value, path)
        file = Path(display_path(self.file.parent / name))
        try:
            if file.is_file():
                return file
        except OSError:
            pass
        raise self.error(path, f"'{_key(path)}': file '{name}' does not exist")
