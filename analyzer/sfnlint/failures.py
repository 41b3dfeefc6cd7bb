"""Failures: what a run could not check.

An internal error is an exception in sfn-lint itself: it affects one file, or one rule for one
machine or role. The other failures are files that were not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sfnlint.named_tuple import NamedTuple
from sfnlint.source.faults import printable

ISSUES = "https://github.com/sfn-lint/sfn-lint/issues"
_SHOWN = 200
"""The number of characters of an exception: some show the values of the input."""


class Failure(NamedTuple):
    """A file that was not checked, or not by every rule.

    Attributes:
        file: the name of the file, or a phrase for several files.
        reason: the exception, or the reason why the file was not read.
        rules: the identifiers of the rules that raised the exception; empty when the file was not
            read.
        is_internal: whether it is an internal error.

    """

    file: str
    reason: str
    rules: Sequence[str] = ()
    is_internal: bool = False

    @property
    def message(self) -> str:
        """One line with the file, the rules and the reason."""
        rules = f"{', '.join(self.rules)} " if self.rules else ""
        report = f"; please report it at {ISSUES}" if self.is_internal else ""
        return f"{rules}could not check {self.file} ({self.reason}){report}"


def internal_error(error: Exception, file: str, rule: str | None = None) -> Failure:
    """Return the failure for an exception.

    Args:
        error: the exception.
        file: the file that was not checked.
        rule: the identifier of the rule that raised it.

    """
    reason = f"{type(error).__name__}: {_shown(error)}"
    return Failure(file, reason, (rule,) if rule else (), is_internal=True)


def _shown(error: Exception) -> str:
    try:
        text = str(error)
    except Exception:
        # Python converts no integer of more than 4,300 digits to a string.
        return "…"
    return printable(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def merged(failures: Iterable[Failure]) -> list[Failure]:
    """Return a failure for each file and reason, with all rules that raised the exception."""
    rules: dict[Failure, list[str]] = {}
    for failure in failures:
        rules.setdefault(failure._replace(rules=()), []).extend(failure.rules)
    return [failure._replace(rules=tuple(dict.fromkeys(names))) for failure, names in rules.items()]
