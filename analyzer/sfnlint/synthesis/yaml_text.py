"""Writes the YAML of generated policies: block style, with comments and CloudFormation's tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from sfnlint.lazy_pattern import lazy_pattern
from sfnlint.named_tuple import NamedTuple

_PLAIN = lazy_pattern(r"[A-Za-z_/][\w/.-]*(?::+[\w*/][\w*/.:-]*)*", re.ASCII)
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


class Tagged(NamedTuple):
    """A string with a tag, as in `!GetAtt Queue.Arn`."""

    tag: str
    string: str


class Commented(NamedTuple):
    """An item of a list with the lines of a comment before it."""

    comment: Sequence[str]
    item: object


def yaml_lines(value: object, indent: str = "") -> Iterator[str]:
    """Yield the lines of a value: a mapping or a list with at least one item."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{indent}{scalar(key)}:", item, indent)
    elif isinstance(value, list):
        for item in value:
            comment: Sequence[str] = ()
            if isinstance(item, Commented):
                comment, item = item
            yield from (f"{indent}# {line}" for line in comment)
            if isinstance(item, Mapping):
                first, *others = yaml_lines(item, indent + "  ")
                yield f"{indent}- {first.strip()}"
                yield from others
            else:
                yield f"{indent}- {scalar(item)}"


def _entry(start: str, item: object, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping | list):
        yield start
        yield from yaml_lines(item, indent + "  ")
    else:
        yield f"{start} {scalar(item)}"


def scalar(value: object) -> str:
    """Return a string, with its tag if it has one."""
    if isinstance(value, Tagged):
        return f"!{value.tag} {scalar(value.string)}"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return json.dumps(text, ensure_ascii=False)
