"""Helpers for the wording of messages: lists, long strings, near spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sfnlint.finding import Note
from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.place import Place

_MUCH_MORE_SIMILAR = 0.1
_LONGEST = 80
_MOST_ITEMS = 4
_MOST_COLUMNS = 100
_BRIEF_ITEMS = 3
_BRIEF_COLUMNS = 60
_MOST_IN_NOTE = 50
_LONGEST_RESOURCE = 70
_FIELD = r"((?:\$\{[^}]*\}|[^:])*)"
_ARN = lazy_pattern(f"arn:{_FIELD}:{_FIELD}:{_FIELD}:{_FIELD}:(.+)", re.DOTALL)
_OPEN = lazy_pattern(r"[*?]|\$\{")
_ONLY_WILDCARDS = lazy_pattern(r"[*?/:]+")


def listed(
    items: Sequence[str],
    most: int = _MOST_ITEMS,
    *,
    word: str = "and",
    brief: bool = False,
    columns: int = _MOST_COLUMNS,
) -> str:
    """Join items to `a`, `a and b`, `a, b and c`; of a long list, `a, b, c and 4 more`.

    Args:
        items: the items, in the order in which to name them.
        most: the number of items that is named completely. At least the first item is named, and
            no more than fit into the columns.
        word: the word before the last item, "and" or "or".
        brief: name 3 items at most, and no more than fit into about 60 columns: for messages with
            several lists.
        columns: about how many columns the list may have.

    """
    return _joined(items, _named(items, most, brief, columns), word)


def remaining(
    label: str,
    items: Sequence[str],
    place: Place,
    most: int = _MOST_ITEMS,
    *,
    brief: bool = False,
) -> tuple[Note, ...]:
    """Return a note with the items that `listed(items, most)` leaves out; () if it names all.

    `Finding.notes` takes it: `notes=(*remaining("also needed", resources, place), …)` gives the
    note "also needed: d, e and f". The report wraps long notes.
    """
    rest = items[_named(items, most, brief) :]
    return (Note(f"{label}: {_joined(rest, _MOST_IN_NOTE)}", place),) if rest else ()


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun: `1 machine`, `2 machines`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def is_or_are(items: Sequence[str]) -> str:
    """Return the verb for items that are the subject of a sentence."""
    return "is" if len(items) == 1 else "are"


def it_or_them(items: Sequence[str]) -> str:
    """Return the pronoun for items."""
    return "it" if len(items) == 1 else "them"


def it_or_they(items: Sequence[str]) -> str:
    """Return the pronoun and the verb for items: "it is", "they are"."""
    return "it is" if len(items) == 1 else "they are"


def in_nested_stacks(names: Sequence[str]) -> str:
    """Return where something holds: `in nested stack 'A'`, `in nested stacks 'A' and 'B'`."""
    noun = "stack" if len(names) == 1 else "stacks"
    return f"in nested {noun} {listed(quoted(names), brief=True)}"


def _joined(items: Sequence[str], count: int, word: str = "and") -> str:
    """Name the first `count` items, and count the rest."""
    if count < len(items):
        items = [*items[:count], f"{len(items) - count} more"]
    return f"{', '.join(items[:-1])} {word} {items[-1]}" if len(items) > 1 else "".join(items)


def _named(items: Sequence[str], most: int, brief: bool, columns: int = _MOST_COLUMNS) -> int:
    """The number of items that a list names."""
    if brief:
        most, columns = _BRIEF_ITEMS, _BRIEF_COLUMNS
    count = len(items) if len(items) <= most else most - 1
    used = 0
    for index, item in enumerate(items[:count]):
        used += len(item) + len(", ")
        if index and used > columns:
            # "a, b and 1 more" would hide a single item.
            return index - 1 if index > 1 and index + 1 == len(items) else index
    return count


def quoted(names: Iterable[str]) -> list[str]:
    """Return names from a file in single quotes."""
    return [f"'{name}'" for name in names]


def resource_names(arns: Sequence[str], contrasted: Sequence[str] = ()) -> list[str]:
    """Return resources as messages name them: the end of the ARN, in single quotes.

    The action beside it tells the service: `arn:aws:sqs:eu-west-1:123456789012:orders` is
    `'orders'`, `arn:aws:iam::123456789012:role/training` is `'role/training'`.

    Args:
        arns: the resources to name.
        contrasted: the resources from which the message tells them apart. ARNs are written out
            where the end does not show the difference; other ends are cut in the middle when they
            are very long.

    """
    starts, ends = _split(arns)
    other_starts, other_ends = _split(contrasted)
    # '*/*' of an ARN would read like every resource beside '*'.
    is_vague = bool(contrasted and starts) and any(map(_ONLY_WILDCARDS.fullmatch, ends))
    if is_vague or set(ends) & set(other_ends) or _contradict([*starts, *other_starts]):
        return quoted(arns)
    return quoted(ends if contrasted else map(_without_middle, ends))


def _without_middle(name: str) -> str:
    if len(name) <= _LONGEST_RESOURCE:
        return name
    half = _LONGEST_RESOURCE // 2
    return f"{name[:half]}…{name[-half:]}"


def _split(arns: Iterable[str]) -> tuple[list[Sequence[str]], list[str]]:
    """The fields of ARNs before the resource, and their ends; of another string, only the end."""
    starts: list[Sequence[str]] = []
    ends: list[str] = []
    for arn in arns:
        match = _ARN.fullmatch(arn)
        if match is None:
            ends.append(arn)
        else:
            starts.append(match.groups()[:-1])
            ends.append(match.groups()[-1])
    return starts, ends


def _contradict(starts: Iterable[Sequence[str]]) -> bool:
    """Whether two ARNs certainly have another partition, service, Region or account."""
    return any(
        len({field for field in fields if not _OPEN.search(field)}) > 1
        for fields in zip(*starts, strict=True)
    )


def shortened(string: str) -> str:
    """Return a string from a file, cut to a length that fits into a message."""
    return string if len(string) <= _LONGEST else string[: _LONGEST - 1] + "…"


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the word that is spelled most like another; None if none is similar enough."""
    # Imported here because most runs need no suggestion: tests/test_layers.py, start-up.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, words, n=1, cutoff=cutoff)), None)


def only_candidate(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the only word that is similar to another; None if there are none or several.

    A word that is much more similar than all others is the only one, too.
    """
    from difflib import SequenceMatcher, get_close_matches

    candidates = get_close_matches(word, words, n=2, cutoff=cutoff)
    ratios = [SequenceMatcher(None, candidate, word).ratio() for candidate in candidates]
    if len(candidates) == 2 and ratios[0] - ratios[1] < _MUCH_MORE_SIMILAR:
        return None
    return next(iter(candidates), None)
