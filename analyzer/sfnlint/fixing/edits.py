"""Edits of values, and the reason why a finding cannot be fixed by edits."""

from __future__ import annotations

from sfnlint.edit import Edit
from sfnlint.place import Place


class CannotFixError(Exception):
    """A finding cannot be fixed by an edit; the message says why, without a full stop."""


def replace(place: Place, text: str) -> Edit:
    """Return the edit that writes a text in the place of a value or a key."""
    located = place.locate()
    scope = located.path[:-1] if place.part == "key" else located.path
    return Edit(located.root, located.span, text, scope)
