"""`sfn-lint diff`: what a change makes machines need, and what their roles newly allow."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sfnlint import config_file
from sfnlint.cli import configuration
from sfnlint.cli.errors import UsageError
from sfnlint.cli.exit_status import ERROR, FINDINGS, OK
from sfnlint.cli.files import check_files
from sfnlint.cli.output import print_message, write_lines
from sfnlint.comparison.changes import Version, compare, has_change
from sfnlint.comparison.output import OUTPUTS
from sfnlint.comparison.revision import RevisionError, write_revision
from sfnlint.config import Config
from sfnlint.discovery import repository_root
from sfnlint.report.positions import with_positions
from sfnlint.rule import all_rules

KINDS = ("new-grant", "new-need", "new-finding")


def run(options: argparse.Namespace) -> int:
    """Print the changes between two versions.

    Returns:
        The exit status.

    Raises:
        UsageError: an option, the configuration or a revision is wrong.

    """
    kinds = [kind for word in options.fail_on for kind in word.split(",")]
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(f"--fail-on: unknown kind '{kind}'; the kinds are {', '.join(KINDS)}")
    # The files of the revision may be read until the versions are compared.
    with tempfile.TemporaryDirectory(prefix="sfn-lint-") as folder:
        (old, old_status), (new, new_status) = _versions(options, Path(folder))
        changes = compare(old, new)
    write_lines(OUTPUTS[options.format](changes), options.output_file)
    if ERROR in (old_status, new_status):
        return ERROR
    return FINDINGS if has_change(changes, kinds) else OK


def _versions(options: argparse.Namespace, folder: Path) -> Sequence[tuple[Version, int]]:
    """Return the old and the new version, each with the exit status of reading it.

    Args:
        options: `paths` and `base`.
        folder: an empty folder for the files of the revision.

    """
    config = configuration.load()
    if options.base is not None:
        paths = options.paths or ["."]
        return _base_version(options.base, paths, folder), _version(paths, ".", config)
    if len(options.paths) != 2:
        raise UsageError("name two files or folders, or a revision with --base")
    return [
        _version([path], path if Path(path).is_dir() else str(Path(path).parent), config)
        for path in options.paths
    ]


def _version(paths: Sequence[str], root: str, config: Config) -> tuple[Version, int]:
    """Return the version in files and folders.

    Args:
        paths: the files and folders.
        root: the folder that names are relative to.
        config: the configuration.

    """
    rules = (config.select or set(all_rules())) - config.ignore
    settings = config.options(rules)._replace(keep_analyses=True, keep_going=True)
    result = check_files(paths, config, settings)
    for failure in result.failures:
        print_message(failure.message)
    for note in result.notes:
        print_message(note)
    findings = [
        pair for pair in config.apply(with_positions(result.findings)) if pair[1].severity != "info"
    ]
    return Version(root, result.analysed, findings), ERROR if result.failures else OK


def _base_version(revision: str, paths: Sequence[str], folder: Path) -> tuple[Version, int]:
    """Return the version of files and folders in a git revision.

    Args:
        revision: the revision.
        paths: the files and folders in the working tree.
        folder: an empty folder for the files of the revision.

    """
    root = repository_root(Path.cwd())
    if not (root / ".git").exists():
        raise UsageError("--base: the current folder is not in a git repository")
    targets = [Path(os.path.abspath(path)) for path in paths]
    for path, target in zip(paths, targets, strict=True):
        if not target.is_relative_to(root):
            raise UsageError(f"--base: '{path}' is not in the repository of the current folder")
    try:
        too_large = write_revision(root, revision, folder)
    except RevisionError as error:
        raise UsageError(f"--base: {error}") from None
    for name in too_large:
        print_message(f"'{name}' of revision '{revision}' is too large, so it is not compared")
    (folder / ".git").mkdir()
    here = folder / Path.cwd().relative_to(root)
    try:
        config = config_file.load(here, folder) if here.is_dir() else Config()
    except config_file.ConfigError as error:
        raise UsageError(f"--base: {error}") from None
    # A file or folder can be new.
    old = [folder / target.relative_to(root) for target in targets]
    version, status = _version([str(path) for path in old if path.exists()], str(here), config)
    return version, ERROR if too_large else status
