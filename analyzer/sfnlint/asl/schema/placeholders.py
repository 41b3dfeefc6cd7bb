"""Values that are filled in before deployment, and so can be of any type."""

from __future__ import annotations

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.source.yaml_booleans import AmbiguousBoolean
from sfnlint.symbol import MARKER

_PLACEHOLDER = lazy_pattern(r"\$\{[^{}]+\}|\{\{[^{}]+\}\}")
_PERCENT = lazy_pattern(r"%[A-Za-z]\w*%")


def is_unresolved(value: object) -> bool:
    """Whether a value is a string with a symbol or placeholder, or a template function.

    Placeholders are `${Name}` and `{{name}}` anywhere in a string, and the string `%NAME%`. The
    result may be a number if the placeholder was not quoted.
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
    """Whether an object can have any field: a template function, or an unresolved field name."""
    return isinstance(data, dict) and (
        is_unresolved(data) or any(is_unresolved(name) for name in data)
    )


def as_boolean(value: object) -> bool | None:
    """The boolean of a value, including YAML 1.1's `yes` and `on`; None for other values."""
    if isinstance(value, bool):
        return value
    return value.boolean if isinstance(value, AmbiguousBoolean) else None
