"""From places to lines: the one place where findings become text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sfnlint.finding import SEVERITIES, Finding
from sfnlint.place import Place, Root
from sfnlint.result import MachineSummary
from sfnlint.rule import Rule
from sfnlint.subject import Subject

_UNPRINTABLE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]|(?<=#)#(?=\\[)"
)
"""Control characters, what turns or hides text, and `##[`, by which a runner of GitHub Actions
finds commands anywhere in a line: https://github.com/actions/runner (ActionCommand.cs)."""


class Spot(NamedTuple):
    """A place as the user sees it: lines and columns from 1, ends exclusive.

    Attributes:
        pointer: the JSON Pointer of the value in the file's own data.
        root: the file's text.

    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    pointer: str
    root: Root


class Report(NamedTuple):
    """All that a report can tell.

    Attributes:
        findings: with their spots, in order.
        machines: what was checked.
        rules: every rule by identifier.
        root: the folder to which the names of files are made relative where a program reads them:
            the repository.
        subjects: the machines themselves, each once, for what draws them.

    """

    findings: Sequence[tuple[Spot, Finding]]
    machines: Sequence[MachineSummary]
    rules: Mapping[str, Rule]
    root: Path
    subjects: Sequence[Subject] = ()


def by_severity(findings: Iterable[tuple[Spot, Finding]]) -> list[tuple[Spot, Finding]]:
    """The most severe first; else in their order."""
    order = list(SEVERITIES.values())
    return sorted(findings, key=lambda pair: order.index(pair[1].severity))


def spot(place: Place) -> Spot:
    """Work out lines and columns."""
    located = place.locate()
    root = located.root
    line, column = root.line_column(located.span.start)
    end_line, end_column = root.line_column(located.span.end)
    pointer = "".join(
        "/" + str(step).replace("~", "~0").replace("/", "~1") for step in located.path
    )
    return Spot(root.file, line, column, end_line, end_column, pointer, root)


def located(findings: Iterable[Finding]) -> list[tuple[Spot, Finding]]:
    """Findings with their spots, in the order of files and lines, each once."""
    pairs: dict[tuple[object, ...], tuple[Spot, Finding]] = {}
    for finding in findings:
        where = spot(finding.place)
        pairs.setdefault((*where[:5], finding.rule, finding.message), (where, finding))
    return [pairs[key] for key in sorted(pairs)]


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of files and lines, each once."""
    return [finding for _, finding in located(findings)]


def relative(file: str, folder: Path) -> str:
    """A file's name relative to a folder, where it lies below it; else its absolute name."""
    path, base = Path(os.path.abspath(file)), Path(os.path.abspath(folder))
    if not path.is_relative_to(base):
        # A link may lead to the folder: the working directory is known by where it really is.
        real, base = Path(os.path.realpath(file)), Path(os.path.realpath(folder))
        path = real if real.is_relative_to(base) else path
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def printable(text: str) -> str:
    """A text without anything that a terminal or a log would take for more than text."""
    if text.isprintable() and "##[" not in text:
        return text
    return re.sub(_UNPRINTABLE, _escaped, text)


def printable_file(file: str) -> str:
    """A file's name to stand at the beginning of a line, where `::` would be a command."""
    shown = printable(file)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character) or (
        f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
    )
