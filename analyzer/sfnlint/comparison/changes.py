"""The changes between two versions of state machines and their roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sfnlint.analysis.permission_table import PermissionRow, PermissionTable
from sfnlint.analysis.role_analysis import RoleAnalysis
from sfnlint.comparison.grants import Grant, changed_grants
from sfnlint.iam.decision import Verdict
from sfnlint.named_tuple import NamedTuple
from sfnlint.report.file_names import relative_path
from sfnlint.report.positions import PositionedFinding
from sfnlint.result import AnalysedMachine


class NeedChange(NamedTuple):
    """A permission that machines need in one version only.

    Attributes:
        action: the action.
        resource: the resource, as the language of the file writes unknown parts of it.
        states: the states that need it; None for a setting of the machine.

    """

    action: str
    resource: str
    states: tuple[str | None, ...]


class FindingChange(NamedTuple):
    """A finding of one version only."""

    rule: str
    state: str | None
    message: str


class MachineChange(NamedTuple):
    """The changes of a machine and its role.

    Attributes:
        file: the name of its file, relative to the compared folders.
        machine: its logical id; None for a plain definition.
        change: "added", "removed" or "changed".
        new_needs: what it newly needs.
        gone_needs: what it no longer needs.
        new_grants: what its role newly allows.
        lost_grants: what its role no longer allows.
        still_needed: what running executions of the old version need, and the new role does not
            allow. They use the old definition with the new role.
        new_findings: the findings of the new version only.
        gone_findings: the findings of the old version only.

    """

    file: str
    machine: str | None
    change: str
    new_needs: Sequence[NeedChange] = ()
    gone_needs: Sequence[NeedChange] = ()
    new_grants: Sequence[Grant] = ()
    lost_grants: Sequence[Grant] = ()
    still_needed: Sequence[NeedChange] = ()
    new_findings: Sequence[FindingChange] = ()
    gone_findings: Sequence[FindingChange] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return self.change == "changed" and not any(self[3:])


class Version(NamedTuple):
    """One version of the files.

    Attributes:
        root: the folder that names are relative to.
        machines: the machines with the analyses of their roles.
        findings: the findings.

    """

    root: str
    machines: Sequence[AnalysedMachine]
    findings: Sequence[PositionedFinding]


_MachineKey = tuple[str, str | None]
_NONE: Counter[FindingChange] = Counter()


def compare(old: Version, new: Version) -> list[MachineChange]:
    """Return the changed machines in the order of the new version, then the removed ones.

    Findings that belong to no machine are in a change whose machine is None.
    """
    before, after = _by_key(old), _by_key(new)
    pairs = list(_pairs(before, after))
    renamed = {new_key: old_key for old_key, new_key in pairs if old_key and new_key}
    gone = _findings(old, before)
    added = {renamed.get(key, key): counts for key, counts in _findings(new, after).items()}
    changes = []
    for old_key, new_key in pairs:
        key = old_key or new_key
        assert key is not None
        file, machine = new_key or key
        change = _change(
            None if old_key is None else before[old_key],
            None if new_key is None else after[new_key],
        )._replace(file=file, machine=machine)
        changes.append(_with_findings(change, added.pop(key, _NONE), gone.pop(key, _NONE)))
    for other in dict.fromkeys([*added, *gone]):
        change = MachineChange(*other, "changed")
        changes.append(_with_findings(change, added.get(other, _NONE), gone.get(other, _NONE)))
    return [change for change in changes if not change.is_empty]


def _with_findings(
    change: MachineChange, new: Counter[FindingChange], old: Counter[FindingChange]
) -> MachineChange:
    return change._replace(
        new_findings=tuple((new - old).elements()), gone_findings=tuple((old - new).elements())
    )


def _by_key(version: Version) -> dict[_MachineKey, AnalysedMachine]:
    return {
        (relative_path(machine.summary.file, Path(version.root)), machine.summary.machine): machine
        for machine in version.machines
    }


def _pairs(
    before: Mapping[_MachineKey, AnalysedMachine], after: Mapping[_MachineKey, AnalysedMachine]
) -> Iterator[tuple[_MachineKey | None, _MachineKey | None]]:
    """Yield the keys of each machine in both versions; None if it is only in the other.

    A machine whose file or logical id changed is recognized by its name in AWS or its logical id,
    if no other machine has it.
    """
    left = {key: before[key] for key in before if key not in after}
    candidates: dict[str, list[_MachineKey]] = {}
    for key, machine in left.items():
        for name in _names(key, machine):
            candidates.setdefault(name, []).append(key)
    for key, machine in after.items():
        if key in before:
            yield key, key
            continue
        named = {other for name in _names(key, machine) for other in candidates.get(name, ())}
        old = next(iter(named)) if len(named) == 1 else None
        if old is not None and left.pop(old, None) is None:
            old = None
        yield old, key
    for key in left:
        yield key, None


def _names(key: _MachineKey, machine: AnalysedMachine) -> set[str]:
    name = machine.combinations[0].name
    return {each for each in (key[1], name) if each}


def _findings(
    version: Version, machines: Mapping[_MachineKey, AnalysedMachine]
) -> dict[_MachineKey, Counter[FindingChange]]:
    """Return the findings of each machine; those of no machine by file."""
    files: dict[str | None, set[str]] = {}
    for file, machine in machines:
        files.setdefault(machine, set()).add(file)
    findings: dict[_MachineKey, Counter[FindingChange]] = {}
    for start, finding in version.findings:
        file = relative_path(start.file, Path(version.root))
        of_machine = files.get(finding.machine, set())
        # A finding about a role or a definition can be in another file than the machine.
        if finding.machine is not None and file not in of_machine and len(of_machine) == 1:
            (file,) = of_machine
        message = finding.message
        if version.root != ".":
            message = message.replace(f"{version.root}/", "")
        change = FindingChange(finding.rule, finding.state, message)
        findings.setdefault((file, finding.machine), Counter())[change] += 1
    return findings


def _change(old: AnalysedMachine | None, new: AnalysedMachine | None) -> MachineChange:
    before = _needs([] if old is None else _table(old).rows)
    after = _needs([] if new is None else _table(new).rows)
    old_subjects = () if old is None else old.combinations
    new_subjects = () if new is None else new.combinations
    gained, lost = changed_grants(old_subjects, new_subjects)
    still_needed: list[NeedChange] = []
    if old is not None and new is not None and lost:
        still_needed = list(_still_needed(old, new, after))
    return MachineChange(
        "",
        None,
        "added" if old is None else "removed" if new is None else "changed",
        [need for key, need in after.items() if key not in before],
        [need for key, need in before.items() if key not in after],
        gained,
        lost,
        still_needed,
    )


def _table(machine: AnalysedMachine) -> PermissionTable:
    return PermissionTable(machine.combinations, machine.analyses)


def _needs(rows: Iterable[PermissionRow]) -> dict[tuple[str, str], NeedChange]:
    """Return what machines certainly need, by action and resource."""
    states: dict[tuple[str, str], dict[str | None, None]] = {}
    for row in rows:
        if row.counted:
            states.setdefault((row.check.action, row.resource), {})[row.state] = None
    return {key: NeedChange(*key, tuple(names)) for key, names in states.items()}


def _still_needed(
    old: AnalysedMachine, new: AnalysedMachine, after: Mapping[tuple[str, str], NeedChange]
) -> Iterator[NeedChange]:
    """Yield what the old role allowed to the old machine, and the new role certainly denies.

    What the new machine needs too is a finding of its own.
    """
    allowed = {
        (row.state, row.check.action, row.resource)
        for row in _table(old).rows
        if row.verdict == "allowed"
    }
    roles = [subject.role for subject in new.combinations if subject.role is not None]
    states: dict[tuple[str, str], dict[str | None, None]] = {}
    for subject in old.combinations:
        for role in roles:
            analysis = RoleAnalysis(role, [subject])
            for check in analysis.checks:
                row = PermissionRow(check, "denied", "", None, (), True)
                is_lost = check.verdict is Verdict.DENIED and check.need.is_certain
                known = row.state, check.action, row.resource
                if is_lost and known in allowed and known[1:] not in after:
                    states.setdefault((check.action, row.resource), {})[row.state] = None
    for key, names in states.items():
        yield NeedChange(*key, tuple(names))


def has_change(changes: Iterable[MachineChange], kinds: Iterable[str]) -> bool:
    """Whether there is a change of one of these kinds: "new-grant", "new-need", "new-finding"."""
    fields = {kind.replace("-", "_") + "s" for kind in kinds}
    return any(getattr(change, field) for change in changes for field in fields)
