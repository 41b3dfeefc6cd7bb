"""Corrections of single strings: misspelled names, and ARNs without their end."""

from __future__ import annotations

from sfnlint.edit import Edit
from sfnlint.finding import Replacement
from sfnlint.fixing.edits import CannotFixError, replace
from sfnlint.lazy_pattern import lazy_pattern

_GET_ATT = lazy_pattern(r"!GetAtt +([\w.]+)")
_PLAIN = lazy_pattern(r"[\w./$:-]+")
_QUOTES = ('"', "'")


def replaced(correction: Replacement) -> list[Edit]:
    """Return the edits that correct a string.

    Raises:
        CannotFixError: the file does not contain the string as it is.

    """
    place, old, new = correction
    located = place.locate()
    raw = located.root.text[located.span.start : located.span.end]
    if not old:
        return [replace(place, _appended(raw, new, located.root.format))]
    if raw.count(old) != 1:
        raise CannotFixError(f"'{old}' is not written in the file literally")
    if place.part == "key" and raw == old and located.root.format == "hcl":
        return [replace(place, f'"{new}"')]
    return [replace(place, raw.replace(old, new))]


def _appended(raw: str, end: str, format_: str) -> str:
    """Return a string with an end, as the file writes it.

    Raises:
        CannotFixError: the string is written as a call.

    """
    if raw[:1] in _QUOTES and raw[-1:] == raw[:1]:
        return raw[:-1] + end + raw[-1]
    if raw[:2] == '\\"' and raw[-2:] == '\\"':
        return raw[:-2] + end + raw[-2:]
    if _PLAIN.fullmatch(raw):
        # In HCL, a plain word is a reference.
        return f'"${{{raw}}}{end}"' if format_ == "hcl" else raw + end
    attribute = _GET_ATT.fullmatch(raw)
    if attribute:
        return f'!Sub "${{{attribute[1]}}}{end}"'
    raise CannotFixError("the string is not written in the file literally")
