"""The rules that a word on the command line means: an identifier, a prefix or a name."""

from __future__ import annotations

from collections.abc import Iterable

from sfnlint.cli.errors import UsageError
from sfnlint.rule import named, nearest_rule


def rules_of(arguments: Iterable[str]) -> set[str]:
    """Return the identifiers of the rules that arguments name.

    Args:
        arguments: words, or several words separated by commas.

    Raises:
        UsageError: a word names no rule.

    """
    identifiers: set[str] = set()
    for word in (word.strip() for argument in arguments for word in argument.split(",")):
        rules = named(word)
        if not rules:
            raise unknown_rule(word)
        identifiers |= rules
    return identifiers


def unknown_rule(word: str) -> UsageError:
    """Return the error for a word that names no rule."""
    near = nearest_rule(word)
    hint = f"did you mean '{near}'?" if near else "'sfn-lint rules' lists all rules"
    return UsageError(f"unknown rule '{word}'; {hint}")
