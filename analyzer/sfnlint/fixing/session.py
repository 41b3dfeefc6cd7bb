"""Applies fixes: every edit is checked by reading and checking the edited files again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sfnlint.edit import Edit, edited, overlap
from sfnlint.finding import SEVERITIES, Finding, Replacement
from sfnlint.fixing.fixes import Fix, fixes, is_reduction
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Root, Route
from sfnlint.result import Result
from sfnlint.source import parse_as_named
from sfnlint.source.load_file import with_edited

Check = Callable[[Mapping[Path, bytes]], Result]
"""Checks the files, some with other content than on the disk."""
_BOM = b"\xef\xbb\xbf"
_SEVERITIES = list(SEVERITIES.values())
_ABOUT_ROLES = {"4", "5", "7"}
"""The topics of the rules that check only calls that they know."""
_MOST_PASSES = 200
_MOST_SINGLE = 100
"""How many fixes are tried one by one after all together did not succeed."""
_NO_LONGER = "an edit would not remove the finding, or would cause others"


class Refusal(NamedTuple):
    """A finding that was not fixed.

    Attributes:
        finding: the finding.
        reason: why, without a full stop.

    """

    finding: Finding
    reason: str


class Session:
    """Fixes of the findings in files.

    Args:
        check: checks the files.
        wanted: whether a finding is to be fixed.
        unsafe: whether to make the edits that take permissions away.

    Attributes:
        contents: the content of the edited files.
        originals: their content on the disk.
        fixed: the findings that were fixed.
        refusals: the others that have a correction.
        result: the result of the last check.

    """

    def __init__(
        self, check: Check, wanted: Callable[[Finding], bool], *, unsafe: bool = False
    ) -> None:
        self._check = check
        self._wanted = wanted
        self._unsafe = unsafe
        self._tried: set[tuple[object, ...]] = set()
        self.contents: dict[Path, bytes] = {}
        self.originals: dict[Path, bytes] = {}
        self.fixed: list[Finding] = []
        self.refusals: dict[tuple[object, ...], Refusal] = {}
        self.result = check({})

    def run(self) -> None:
        """Fix the findings, until there is none left that can be fixed."""
        for _ in range(_MOST_PASSES):
            if not self._pass():
                break
        left = set(map(identity, self.result.findings))
        self.refusals = {key: each for key, each in self.refusals.items() if key in left}

    def _pass(self) -> bool:
        """Fix findings whose edits do not touch each other; return whether any was fixed."""
        chosen: list[tuple[Fix, Sequence[Edit]]] = []
        with with_edited(self.contents):
            each = list(fixes(filter(self._wanted, self.result.findings), unsafe=self._unsafe))
        for fix in each:
            key = identity(fix.finding)
            if key in self._tried:
                continue
            if not fix.alternatives:
                self.refusals[key] = Refusal(fix.finding, fix.reason)
                continue
            edits = fix.alternatives[0]
            if not any(_conflict(edits, others) for _, others in chosen):
                chosen.append((fix, edits))
        if not chosen:
            return False
        if self._accept(chosen):
            return True
        for fix, _ in chosen[:_MOST_SINGLE]:
            # Accepted edits move the characters of the others: these wait for the next pass.
            if any(self._accept([(fix, edits)]) for edits in fix.alternatives):
                return True
            key = identity(fix.finding)
            self._tried.add(key)
            self.refusals[key] = Refusal(fix.finding, _NO_LONGER)
        return False

    def _accept(self, chosen: Sequence[tuple[Fix, Sequence[Edit]]]) -> bool:
        """Apply fixes if the edited files have the findings no more, and no others instead."""
        edits = list(dict.fromkeys(edit for _, each in chosen for edit in each))
        contents = dict(self.contents)
        for root in {id(edit.root): edit.root for edit in edits}.values():
            of_root = [edit for edit in edits if edit.root is root]
            text = edited(root.text, of_root)
            if not _changes_only(root, text, [edit.scope for edit in of_root]):
                return False
            file = Path(root.file)
            if file not in self.originals:
                self.originals[file] = file.read_bytes()
            mark = _BOM if self.originals[file].startswith(_BOM) else b""
            contents[file] = mark + text.encode()
        result = self._check(contents)
        findings = [fix.finding for fix, _ in chosen]
        if not _is_better(self.result, result, findings):
            return False
        self.contents, self.result = contents, result
        self.fixed += findings
        for finding in findings:
            self.refusals.pop(identity(finding), None)
        return True


def identity(finding: Finding) -> tuple[object, ...]:
    """Return a key that is equal for the same finding before and after other edits."""
    return finding.rule, finding.place.locate().root.file, finding.machine, finding.message


def _conflict(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Whether two fixes touch the same characters, or add statements on the same resources."""
    if overlap(edits, others) or overlap(others, edits):
        return True
    texts = {line for edit in others for line in edit.text.splitlines() if _is_resource(line)}
    return any(line in texts for edit in edits for line in edit.text.splitlines())


def _is_resource(line: str) -> bool:
    return "resource" in line.lower() and len(line.strip()) > len("Resource: [")


def _is_better(before: Result, after: Result, fixed: Sequence[Finding]) -> bool:
    """Whether findings are gone, and neither failures nor findings as bad as these are new.

    A permission that was missing can hide a warning: that the machine does not wait for the policy
    that allows it. A permission that is too wide in two ways is narrowed in two steps. A misspelled
    name can hide what the role lacks.
    """
    revealed = {finding.rule[2] for finding in fixed if is_reduction(finding)}
    if any(isinstance(finding.correction, Replacement) for finding in fixed):
        revealed |= _ABOUT_ROLES
    worst = min(_SEVERITIES.index(finding.severity) for finding in fixed)
    left = Counter(map(identity, after.findings))
    were = Counter(map(identity, before.findings))
    for finding in fixed:
        key = identity(finding)
        if left[key] >= were[key]:
            return False
    new = left - were
    for finding in after.findings:
        is_as_bad = _SEVERITIES.index(finding.severity) <= worst
        if is_as_bad and new[identity(finding)] and finding.rule[2] not in revealed:
            return False
    return len(after.failures) <= len(before.failures) and len(after.machines) == len(
        before.machines
    )


def _changes_only(root: Root, text: str, scopes: Sequence[Route]) -> bool:
    """Whether an edited text has the data of a document, but for some values."""
    if root.format in ("hcl", "hcl-json"):
        from sfnlint.source import parse

        document = parse(text, root.file, root.format)
        return document.error is None and not document.problems
    document = parse_as_named(text, root.file)
    if document.error is not None:
        return False
    return all(
        any(path[: len(scope)] == scope for scope in scopes)
        for path in _differences(root.data, document.data)
    )


def _differences(old: object, new: object) -> Iterator[Route]:
    """Yield the paths of the values that differ."""
    waiting: list[tuple[Route, object, object]] = [((), old, new)]
    while waiting:
        path, first, second = waiting.pop()
        if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
            waiting += (((*path, key), first[key], second[key]) for key in first)
        elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
            waiting += (
                ((*path, index), *pair)
                for index, pair in enumerate(zip(first, second, strict=True))
            )
        elif first is not second and first != second:
            yield path
