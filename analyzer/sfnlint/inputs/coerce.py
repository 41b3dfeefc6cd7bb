"""Data of which nothing is certain yet, as what it should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_object(data: object) -> Mapping[str, Any]:
    """An object; an empty one where something else stands, or nothing."""
    return data if isinstance(data, dict) else {}


def as_list(data: object) -> list[Any]:
    """A list; an empty one where something else stands, or nothing."""
    return data if isinstance(data, list) else []


def objects(data: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [one for one in as_list(data) if isinstance(one, dict)]
