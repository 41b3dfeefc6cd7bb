"""Values that may be anything: what is filled in only before deployment."""

from __future__ import annotations

import re

from sfnlint.source.yaml_booleans import AmbiguousBoolean
from sfnlint.symbol import MARKER

_PLACEHOLDER = re.compile(r"\$\{[^{}]+\}|\{\{[^{}]+\}\}")
_PERCENT = re.compile(r"%[A-Za-z]\w*%")


def is_unresolved(value: object) -> bool:
    """Whether a value is a text with a symbol or a placeholder, or a template's function.

    Placeholders are `${Name}` and `{{name}}` anywhere in a text, and `%NAME%` for a whole one.

    What comes out may also be a number, where the placeholder stood without quotes.
    """
    if isinstance(value, str):
        return (
            ("{" in value and _PLACEHOLDER.search(value) is not None)
            or (value[:1] == "%" and _PERCENT.fullmatch(value) is not None)
            or (not value.isascii() and MARKER.search(value) is not None)
        )
    if isinstance(value, dict) and len(value) == 1:
        [name] = value
        return name == "Ref" or (isinstance(name, str) and name.startswith("Fn::"))
    return False


def has_unresolved_fields(data: object) -> bool:
    """Whether this is an object that may have any field: a function, or one with an open name."""
    return isinstance(data, dict) and (
        is_unresolved(data) or any(is_unresolved(name) for name in data)
    )


def as_boolean(value: object) -> bool | None:
    """The boolean that a value is, also as YAML 1.1 reads it; None for everything else."""
    if isinstance(value, bool):
        return value
    return value.boolean if isinstance(value, AmbiguousBoolean) else None
