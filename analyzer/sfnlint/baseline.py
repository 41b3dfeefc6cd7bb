"""Baseline files: known findings, so that only new findings are shown.

Findings are compared by their fingerprints, which have no lines: see `report.fingerprint`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from sfnlint.named_tuple import NamedTuple
from sfnlint.report.file_names import relative_path
from sfnlint.report.fingerprint import FIELDS, Fingerprint, fingerprint
from sfnlint.report.positions import PositionedFinding

_VERSION = 1
_HINT = "write it again with --write-baseline"


class BaselineError(Exception):
    """A baseline file cannot be used: a message of one line."""


class Comparison(NamedTuple):
    """The difference between a run and a baseline.

    Attributes:
        new: the findings that are not in the baseline.
        known: the number of findings that are in it.
        obsolete: the number of findings that are only in the baseline, although their files were
            checked and their rules run.

    """

    new: list[PositionedFinding]
    known: int
    obsolete: int


def baseline_json(findings: Iterable[PositionedFinding], folder: Path) -> str:
    """Return the content of a baseline file for findings.

    Args:
        findings: the findings.
        folder: the folder of the baseline file.

    """
    counts = Counter(fingerprint(position, finding, folder) for position, finding in findings)
    entries = [
        # One line for each, so that diffs and merges work by finding.
        json.dumps({**dict(zip(FIELDS, values, strict=True)), "count": count})
        for values, count in sorted(counts.items(), key=lambda item: json.dumps(item[0]))
    ]
    lines = ",\n".join(f"  {entry}" for entry in entries)
    return f'{{"version": {_VERSION}, "findings": [\n{lines}\n]}}\n'


def compare(
    findings: Collection[PositionedFinding],
    file: Path,
    checked: Iterable[str],
    rules: Collection[str],
) -> Comparison:
    """Compare findings with a baseline.

    Of several findings with the same fingerprint, the first ones count as known.

    Args:
        findings: the findings.
        file: the baseline file.
        checked: the names of the files that were checked.
        rules: the identifiers of the rules that were run.

    Raises:
        BaselineError: the file cannot be read, or is not a baseline.

    """
    remaining = _read(file)
    new: list[PositionedFinding] = []
    for position, finding in findings:
        key = fingerprint(position, finding, file.parent)
        if remaining[key] > 0:
            remaining[key] -= 1
        else:
            new.append((position, finding))
    checked_paths = {relative_path(name, file.parent) for name in checked}
    obsolete = sum(
        count
        for (rule, name, *_), count in remaining.items()
        if rule in rules and (name in checked_paths or not os.path.exists(file.parent / name))
    )
    return Comparison(new, len(findings) - len(new), obsolete)


def _read(file: Path) -> Counter[Fingerprint]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"cannot read baseline '{file}': {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        line = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BaselineError(f"baseline '{file}' is not valid JSON{line}; {_HINT}") from None
    try:
        if data["version"] != _VERSION:
            raise BaselineError(
                f"baseline '{file}' has version {data['version']}, not {_VERSION}; {_HINT}"
            )
        counts: Counter[Fingerprint] = Counter()
        for entry in data["findings"]:
            if type(entry["count"]) is not int or not isinstance(entry["file"], str):
                raise TypeError
            counts[_fingerprint(entry)] += max(entry["count"], 0)
    except (KeyError, TypeError, AttributeError):
        raise BaselineError(f"'{file}' is not a baseline file; {_HINT}") from None
    return counts


def _fingerprint(entry: Mapping[str, object]) -> Fingerprint:
    values = (entry[name] for name in FIELDS)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)  # type: ignore[return-value]
