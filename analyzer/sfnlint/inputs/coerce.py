"""Plain data of an unknown form as an object or a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sfnlint.place import Route


def as_object(data: object) -> Mapping[str, Any]:
    """Return an object; an empty object for anything else."""
    return data if isinstance(data, dict) else {}


def as_list(data: object) -> list[Any]:
    """Return a list; an empty list for anything else."""
    return data if isinstance(data, list) else []


def objects(data: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list; an empty list for anything else."""
    return [item for item in as_list(data) if isinstance(item, dict)]


def routes_to(data: object, route: Sequence[str]) -> list[Route]:
    """Return the routes to the values at a route in which `*` stands for each element of a list."""
    routes: list[tuple[Route, object]] = [((), data)]
    for key in route:
        following: list[tuple[Route, object]] = []
        for at, value in routes:
            if key == "*":
                following += (((*at, index), item) for index, item in enumerate(as_list(value)))
            elif key in as_object(value):
                following.append(((*at, key), as_object(value)[key]))
        routes = following
    return [at for at, _ in routes]
