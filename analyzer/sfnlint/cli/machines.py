"""The state machines that a command works on: those in its files, chosen by `--machine`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sfnlint.cli import configuration
from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, OK
from sfnlint.cli.files import check_files, existing_file, why_no_machine
from sfnlint.cli.output import print_message
from sfnlint.messages import listed, nearest, quoted
from sfnlint.report.positions import position
from sfnlint.result import AnalysedMachine

_MOST_NAMES = 10


def analysed_machines(
    options: argparse.Namespace, *, trust: bool = True
) -> tuple[Sequence[AnalysedMachine], int]:
    """Return the machines in the files that a command names, with the analyses of their roles.

    Args:
        options: `paths`, `machine`, `policy` and `type` of the command, and `trust`.
        trust: whether `trust` names a file with the trust policy.

    Returns:
        The machines, and the exit status: ERROR if something could not be read.

    Raises:
        UsageError: an option or the configuration is wrong, or there is no such machine.

    """
    config = configuration.load()
    # EF001 reports the files that cannot be read.
    settings = config.options({"EF001"})._replace(
        policies=[existing_file("--policy", file) for file in options.policy],
        trust=existing_file("--trust", options.trust) if trust and options.trust else None,
        type=options.type,
        keep_analyses=True,
        keep_going=True,
    )
    result = check_files(options.paths, config, settings)
    for finding in result.findings:
        start = position(finding.place)
        print_message(f"{start.file}:{start.line}: {finding.message}")
    for failure in result.failures:
        print_message(failure.message)
    for note in result.notes:
        print_message(note)
    if not result.analysed:
        raise UsageError(why_no_machine(result))
    machines = _named(result.analysed, options.machine) if options.machine else result.analysed
    return machines, ERROR if result.findings or result.failures else OK


def machine_names(machines: Sequence[AnalysedMachine]) -> list[str]:
    """Return the names of machines for `--machine`: the file if several have a name."""
    names = [_names(machine)[0] for machine in machines]
    return list(
        dict.fromkeys(
            name if names.count(name) == 1 else machine.summary.file
            for name, machine in zip(names, machines, strict=True)
        )
    )


def _named(machines: Sequence[AnalysedMachine], name: str) -> list[AnalysedMachine]:
    """Return the machines with a name.

    Raises:
        UsageError: no machine has the name.

    """
    named = [machine for machine in machines if name in _names(machine)]
    if not named:
        names = machine_names(machines)
        near = nearest(name, names)
        hint = f"did you mean '{near}'?" if near else f"the machines are {_listed(names)}"
        raise UsageError(f"--machine: no state machine is called '{name}'; {hint}")
    return named


def _names(machine: AnalysedMachine) -> list[str]:
    """Return the names of a machine: its logical id, its name in AWS and its file."""
    subject, file = machine.combinations[0], machine.summary.file
    names = [subject.logical_id, subject.name and subject.symbols.show(subject.name)]
    return [*filter(None, names), file, Path(file).name]


def _listed(names: Sequence[str]) -> str:
    return listed(quoted(names), _MOST_NAMES)
