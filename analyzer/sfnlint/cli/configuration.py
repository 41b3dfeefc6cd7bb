"""The configuration of the current folder, for the commands."""

from __future__ import annotations

from pathlib import Path

from sfnlint import config_file
from sfnlint.cli.errors import UsageError
from sfnlint.config import Config
from sfnlint.discovery import repository_root


def load() -> Config:
    """Return the configuration of the current folder.

    Raises:
        UsageError: the current folder or the configuration cannot be read.

    """
    try:
        folder = Path.cwd()
    except OSError as error:
        raise UsageError(f"cannot read the current folder: {error.strerror}") from None
    try:
        return config_file.load(folder, repository_root(folder))
    except config_file.ConfigError as error:
        raise UsageError(str(error)) from None
