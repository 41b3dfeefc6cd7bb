"""Exceptions in sfn-lint itself: each affects one file, or one rule for one machine or role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

ISSUES = "https://github.com/sfn-lint/sfn-lint/issues"


class InternalError(NamedTuple):
    """An exception in sfn-lint itself.

    Attributes:
        rule: the identifier of the rule that raised it; None when the file could not be read.
        file: the file that was not checked.
        error: the exception.

    """

    rule: str | None
    file: str
    error: Exception


Handler = Callable[[InternalError], object]


@contextmanager
def guarded(file: str, handler: Handler | None, rule: str | None = None) -> Iterator[None]:
    """Pass an exception in the block to a handler, and continue after the block.

    Args:
        file: the file that the block reads or checks.
        handler: receives the exception as an `InternalError`; it is raised when None.
        rule: the identifier of the rule that the block applies.

    """
    try:
        yield
    except Exception as error:
        report(InternalError(rule, file, error), handler)


def report(error: InternalError, handler: Handler | None) -> None:
    """Pass an internal error to a handler, or raise its exception if there is no handler."""
    if handler is None:
        raise error.error
    handler(error)


def messages(errors: Iterable[InternalError]) -> Iterator[str]:
    """Yield a line for each file and exception, with all rules that raised it."""
    rules: dict[tuple[str, str], list[str]] = {}
    for internal in errors:
        error = f"{type(internal.error).__name__}: {internal.error}"
        rules.setdefault((internal.file, error), []).extend(filter(None, [internal.rule]))
    for (file, error), names in rules.items():
        subject = f"{', '.join(dict.fromkeys(names))} " if names else ""
        yield f"{subject}could not check {file} ({error}); please report it at {ISSUES}"
