"""`sfn-lint permissions`: what each state needs, and whether the role allows it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from fnmatch import fnmatchcase

from sfnlint.analysis.permission_table import PermissionRow, PermissionTable
from sfnlint.cli.errors import UsageError
from sfnlint.cli.machines import analysed_machines
from sfnlint.cli.output import write_lines
from sfnlint.messages import nearest
from sfnlint.report.permission_tables import OUTPUTS, MachinePermissions
from sfnlint.result import AnalysedMachine


def run(options: argparse.Namespace) -> int:
    """Print the permissions of state machines.

    Returns:
        The exit status.

    Raises:
        UsageError: an option or the configuration is wrong, or there is no such machine or state.

    """
    machines, status = analysed_machines(options)
    if options.state is not None:
        _require_state(options.state, machines)
    tables = [_selected(machine, options) for machine in machines]
    write_lines(OUTPUTS[options.format](tables), options.output_file)
    return status


def _selected(machine: AnalysedMachine, options: argparse.Namespace) -> MachinePermissions:
    table = PermissionTable(machine.combinations, machine.analyses)
    selects_all = options.state is None and options.action is None
    return MachinePermissions(
        machine.summary,
        table.is_complete,
        [row for row in table.rows if _is_selected(row, options)],
        [pair for pair in table.unknown_states if options.state in (None, pair[0])],
        table.unneeded if selects_all else [],
    )


def _is_selected(row: PermissionRow, options: argparse.Namespace) -> bool:
    if options.state is not None and row.state != options.state:
        return False
    if options.action is None:
        return True
    return fnmatchcase(row.check.action.lower(), options.action.lower())


def _require_state(name: str, machines: Sequence[AnalysedMachine]) -> None:
    """Check that a machine has a state.

    Raises:
        UsageError: no machine has the state.

    """
    names = {
        subject.symbols.show(state.name)
        for machine in machines
        for subject in machine.combinations
        for state in subject.machine.states
    }
    if name not in names:
        near = nearest(name, sorted(names))
        hint = f"; did you mean '{near}'?" if near else ""
        raise UsageError(f"--state: no state is called '{name}'{hint}")
