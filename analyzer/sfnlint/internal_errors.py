"""Mistakes of sfn-lint itself: each keeps one rule from looking at one file, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

ISSUES = "https://github.com/sfn-lint/sfn-lint/issues"


class InternalError(NamedTuple):
    """A mistake of sfn-lint itself: what it kept from being checked.

    Attributes:
        rule: the identifier of the rule; None where the file could not be looked at at all.
        file: the file.
        error: what was raised.

    """

    rule: str | None
    file: str
    error: Exception


def hand_over(failure: InternalError, taker: Callable[[InternalError], object] | None) -> None:
    """Hand a failure to who takes them; when nobody does, its error is raised."""
    if taker is None:
        raise failure.error
    taker(failure)


@contextmanager
def going_on(file: str, taker: Callable[[InternalError], object] | None) -> Iterator[None]:
    """Hand over what is raised about a file, and go on."""
    try:
        yield
    except Exception as error:
        hand_over(InternalError(None, file, error), taker)


def told(failures: Iterable[InternalError]) -> Iterator[str]:
    """Failures in words, a line for all rules that failed for one reason."""
    rules: dict[tuple[str, str], list[str]] = {}
    for failure in failures:
        error = f"{type(failure.error).__name__}: {failure.error}"
        rules.setdefault((failure.file, error), []).extend(filter(None, [failure.rule]))
    for (file, error), names in rules.items():
        what = " ".join([", ".join(dict.fromkeys(names)), "could not check"]).strip()
        yield f"{what} {file} ({error}); please report it at {ISSUES}"
