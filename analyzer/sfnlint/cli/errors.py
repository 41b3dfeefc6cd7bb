"""Errors of the command line that its user can fix."""

from __future__ import annotations


class UsageError(Exception):
    """The command cannot run as called: a message of one line. The exit status is 2."""
