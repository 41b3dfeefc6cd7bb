"""Findings that were there when somebody began, so that only new ones are told.

A finding is known again by what it is about, not by its line: see `identity`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from sfnlint.finding import Finding
from sfnlint.report import Spot
from sfnlint.report.identity import FIELDS, Identity, identity, name_from

_VERSION = 1
Located = list[tuple[Spot, Finding]]


class BaselineError(Exception):
    """A baseline cannot be used: one line."""


class Compared(NamedTuple):
    """What a baseline leaves.

    Attributes:
        new: the findings that it does not hold.
        known: how many it holds.
        gone: how many it holds that are not there any more, of what was looked for: a run over one
            file says nothing of the others.

    """

    new: Located
    known: int
    gone: int


def written(findings: Iterable[tuple[Spot, Finding]], folder: Path) -> str:
    """The text of a baseline that holds these findings.

    Args:
        findings: the findings.
        folder: the folder that the baseline will lie in.

    """
    counts = Counter(identity(where, finding, folder) for where, finding in findings)
    entries = [
        # One line each, so that a merge or a review shows what came and went.
        json.dumps({**dict(zip(FIELDS, one, strict=True)), "count": count})
        for one, count in sorted(counts.items(), key=lambda item: json.dumps(item[0]))
    ]
    lines = ",\n".join(f"  {entry}" for entry in entries)
    return f'{{"version": {_VERSION}, "findings": [\n{lines}\n]}}\n'


def compare(
    findings: Located, file: Path, files: Iterable[str], rules: Collection[str]
) -> Compared:
    """The findings that a baseline does not hold.

    Of several that are alike, those that come first are taken for the ones that it holds.

    Args:
        findings: the findings.
        file: the baseline.
        files: the names of the files that were looked at.
        rules: the identifiers of the rules that were applied.

    Raises:
        BaselineError: the file cannot be read, or is no baseline.

    """
    left = _read(file)
    new: Located = []
    for where, finding in findings:
        one = identity(where, finding, file.parent)
        if left[one] > 0:
            left[one] -= 1
        else:
            new.append((where, finding))
    looked_at = {name_from(file.parent, name) for name in files}
    gone = sum(
        count
        for (rule, name, *_), count in left.items()
        if rule in rules and (name in looked_at or not os.path.exists(file.parent / name))
    )
    return Compared(new, len(findings) - len(new), gone)


def _read(file: Path) -> Counter[Identity]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BaselineError(f"{file} is no JSON; write it with --write-baseline") from None
    try:
        if data["version"] != _VERSION:
            raise BaselineError(f"{file} has version {data['version']}; write it again")
        counts: Counter[Identity] = Counter()
        for entry in data["findings"]:
            if type(entry["count"]) is not int or not isinstance(entry["file"], str):
                raise TypeError
            counts[_identity(entry)] += max(entry["count"], 0)
    except (KeyError, TypeError, AttributeError):
        raise BaselineError(f"{file} is no baseline; write it with --write-baseline") from None
    return counts


def _identity(entry: Mapping[str, object]) -> Identity:
    values = (entry[name] for name in FIELDS)
    return tuple(tuple(one) if isinstance(one, list) else one for one in values)  # type: ignore[return-value]
