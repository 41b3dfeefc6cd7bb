"""Which files are worth reading, of all that a search meets."""

from __future__ import annotations

from pathlib import Path

from sfnlint.source.load_file import LARGEST_FILE, read_at_most

_MARKS = (
    (b"StartAt", b"States"),
    (b"::StateMachine",),
    (b"planned_values", b"aws_sfn_state_machine"),
    (b"RoleDetailList",),
    (b"artifacts", b"templateFile"),
    (b"artifacts", b"directoryName"),
)
"""What a file certainly contains that holds a machine, the roles of an account, or names stacks."""


CONFIGURATION = (".tf", ".tf.json")
"""How the files of a Terraform configuration end."""
VALUES = (".tfvars", ".tfvars.json")
"""How those end that give values to its variables."""


def is_configuration(name: str) -> bool:
    """Whether a file of this name is a part of a Terraform configuration."""
    return name.lower().endswith((*CONFIGURATION, *VALUES))


def has_marks(path: Path) -> bool:
    """Whether a file may hold something to check; one that cannot be opened does not."""
    try:
        if not path.is_file():
            # Opening a pipe that nobody writes to would wait for ever.
            return False
        with path.open("rb") as stream:
            content = read_at_most(LARGEST_FILE, stream)
    except OSError:
        return False
    return any(all(mark in content for mark in marks) for marks in _MARKS)


def looks_like_machine(text: str) -> bool:
    """Whether a text that cannot be read was meant to hold something to check."""
    return any(all(mark.decode() in text for mark in marks) for marks in _MARKS)
