"""The dates of generated data, which `sfn-lint --version` prints without importing the data."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def sdk_operations() -> str:
    """Return the date of the SDK's models: `2026-11-20`."""
    return _first_line("catalog/sdk/operations.txt").split()[1]


def service_reference() -> str:
    """Return the date of AWS's service reference: `2026-08-22`."""
    return _first_line("catalog/sdk/operations.txt").rpartition("(")[2].rstrip(")\n")


def managed_policies() -> str:
    """Return the date of the newest AWS managed policy: `2026-09-30`."""
    return _first_line("iam/managed_policies.bin").split()[0]


def service_facts() -> str:
    """Return the date of the facts about IAM actions: `2026-10-27`."""
    return _first_line("iam/service_facts.bin").split()[0]


def _first_line(name: str) -> str:
    with (_FOLDER / name).open("rb") as file:
        return file.readline().decode()
