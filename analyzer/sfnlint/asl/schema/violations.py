"""Violations of the schema of the language."""

from __future__ import annotations

from typing import Literal

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import PlacePart, Route

ViolationKind = Literal[
    "unknown-field",
    "missing-field",
    "wrong-type",
    "value-out-of-range",
    "invalid-value",
    "conflicting-fields",
    "other-language-field",
]


class Violation(NamedTuple):
    """A violation of the schema in an object.

    Attributes:
        kind: the name of the rule that reports it.
        path: the path of the violation, relative to the object.
        part: whether the key or the value at the path is wrong.
        text: the message, to follow "state 'Train': ".
        field: the name of the wrong field.
        expected: names of fields that are missing, probably meant by an unknown field, or excluded
            by a conflicting field.
        hint: the suggested fix, to end the message; empty if the text implies it.
        is_string: whether the value is a string where the field needs a list, an object, a number,
            a boolean, or an expression.
        value: the wrong value, if it is a string.
        similar: the names that are allowed in the place of a misspelled one.

    """

    kind: ViolationKind
    path: Route
    part: PlacePart
    text: str
    field: str = ""
    expected: tuple[str, ...] = ()
    hint: str = ""
    is_string: bool = False
    value: str = ""
    similar: tuple[str, ...] = ()
