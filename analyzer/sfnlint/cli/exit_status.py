"""Exit statuses of the command line."""

from __future__ import annotations

OK = 0
"""Everything was checked, and there are no findings at or above the shown severity, or
`--exit-zero`."""
FINDINGS = 1
"""Findings; also when the reader of a pipe closes it early."""
ERROR = 2
"""Wrong usage, no input, or something could not be checked, unless `--allow-failures`."""
INTERRUPTED = 130
"""Stopped by Ctrl-C: 128 + SIGINT, as shells report it."""

HELP = """\
exit status:
  0  no findings at or above the shown severity
  1  findings
  2  wrong usage, no input, or something could not be checked
"""
