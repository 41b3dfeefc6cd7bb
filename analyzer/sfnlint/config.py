"""The configuration file: `.sfn-lint.toml`, or `[tool.sfn-lint]` in `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sfnlint.discovery import shown
from sfnlint.engine import Pair


class ConfigError(Exception):
    """The configuration cannot be used: one line that says where, why and what to do."""


class Config(NamedTuple):
    """What the configuration says.

    Attributes:
        select: identifiers, prefixes or names of the rules to apply; all when empty.
        ignore: those not to apply.
        pairs: definitions with what belongs to them.

    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()


_KEYS = ("select", "ignore", "machine")
_MACHINE_KEYS = ("definition", "policies", "trust", "type")


def find(start: Path, root: Path) -> Config:
    """The configuration of the nearest folder upwards that has one, up to the repository's root.

    Raises:
        ConfigError: it cannot be read, or holds what it should not.

    """
    for folder in (start, *start.parents):
        own, project = folder / ".sfn-lint.toml", folder / "pyproject.toml"
        if own.is_file():
            return _config(_read(own), own)
        if project.is_file():
            tool = _read(project).get("tool", {})
            if isinstance(tool, dict) and "sfn-lint" in tool:
                return _config(tool["sfn-lint"], project)
        if folder == root:
            break
    return Config()


def _read(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{file}: {' '.join(str(error).split())}") from None


def _config(data: object, file: Path) -> Config:
    if not isinstance(data, dict):
        raise ConfigError(f"{file}: tool.sfn-lint has to be a table")
    _known(data, _KEYS, file, "")
    machines = data.get("machine", [])
    if not isinstance(machines, list) or not all(isinstance(one, dict) for one in machines):
        raise ConfigError(f"{file}: machine has to be an array of tables: [[machine]]")
    return Config(
        tuple(_texts(data, "select", file)),
        tuple(_texts(data, "ignore", file)),
        tuple(_pair(one, file) for one in machines),
    )


def _pair(data: Mapping[str, object], file: Path) -> Pair:
    _known(data, _MACHINE_KEYS, file, "machine.")
    definition = _text(data, "definition", file)
    if definition is None:
        raise ConfigError(f"{file}: a [[machine]] needs a definition: the path of its file")
    trust = _text(data, "trust", file)
    kind = _text(data, "type", file)
    if kind not in (None, "STANDARD", "EXPRESS"):
        raise ConfigError(f"{file}: machine.type is STANDARD or EXPRESS")
    folder = file.parent

    def beside(name: str) -> Path:
        return Path(shown(folder / name))

    pair = Pair(
        beside(definition),
        [beside(policy) for policy in _texts(data, "policies", file)],
        None if trust is None else beside(trust),
        kind,  # type: ignore[arg-type]
    )
    for path in (pair.definition, *pair.policies, *([pair.trust] if pair.trust else [])):
        if isinstance(path, Path) and not path.is_file():
            raise ConfigError(f"{file}: there is no file {path.as_posix()}")
    return pair


def _text(data: Mapping[str, object], key: str, file: Path) -> str | None:
    value = data.get(key)
    if value is None or (isinstance(value, str) and "\0" not in value):
        return value
    raise ConfigError(f"{file}: {key} has to be a text")


def _texts(data: Mapping[str, object], key: str, file: Path) -> list[str]:
    value = data.get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) and "\0" not in one for one in value):
        return value
    raise ConfigError(f"{file}: {key} has to be an array of texts")


def _known(data: Mapping[str, object], keys: tuple[str, ...], file: Path, prefix: str) -> None:
    from difflib import get_close_matches

    for key in data:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"; did you mean {prefix}{near[0]}?" if near else ""
            raise ConfigError(f"{file}: unknown key {prefix}{key}{hint}")
