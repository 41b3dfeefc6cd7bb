"""Reads the tags of a role, for the condition keys `aws:PrincipalTag/…`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sfnlint.iam.pattern import Pattern
from sfnlint.symbol import MARKER, Symbols


def role_tags(
    data: object, string: Callable[[object], str | None], symbols: Symbols
) -> dict[str, Pattern]:
    """Return the tags of a role by their keys; those whose key is unknown are left out.

    Args:
        data: a list of objects with Key and Value, as in CloudFormation and the AWS CLI, or an
            object, as in Terraform.
        string: returns a value as a string with marker characters; None where there is no value.
        symbols: the symbols of the marker characters.

    """
    tags = {}
    for key, value in _pairs(data):
        text = string(value)
        if isinstance(key, str) and text is not None and MARKER.search(key) is None:
            tags[key] = Pattern.literal(text, symbols)
    return tags


def _pairs(data: object) -> Iterator[tuple[object, object]]:
    if isinstance(data, dict):
        yield from data.items()
    elif isinstance(data, list):
        for tag in data:
            if isinstance(tag, dict) and "Key" in tag and "Value" in tag:
                yield tag["Key"], tag["Value"]
