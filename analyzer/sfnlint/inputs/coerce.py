"""Plain data of an unknown form as an object or a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_object(data: object) -> Mapping[str, Any]:
    """Return an object; an empty object for anything else."""
    return data if isinstance(data, dict) else {}


def as_list(data: object) -> list[Any]:
    """Return a list; an empty list for anything else."""
    return data if isinstance(data, list) else []


def objects(data: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list; an empty list for anything else."""
    return [item for item in as_list(data) if isinstance(item, dict)]
