"""Document whose data is composed of parts of several documents."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Document, Located, PlacePart, Route, Span, value_at


class Origin(NamedTuple):
    """The place of a value in the document in which it is written."""

    document: Document
    route: Route


class ComposedDocument:
    """A document with data from other documents.

    Args:
        base: the document that names the others.
        data: the composed data.
        origins: by routes of the data, the places of the values that `base` does not contain at
            the same route.
        keys: likewise, the places of values of which the key is written elsewhere than the value.

    """

    def __init__(
        self,
        base: Document,
        data: object,
        origins: Mapping[Route, Origin],
        keys: Mapping[Route, Origin] = MappingProxyType({}),
    ) -> None:
        self.data = data
        self._base = base
        self._origins = origins
        self._keys = keys

    @property
    def file(self) -> str:
        """The name of the base's file, as the user knows it."""
        return self._base.file

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of one of the files; see `sfnlint.place.Document`.

        For a part of a string that its file does not contain literally, they are the characters of
        the whole string.
        """
        if part == "key" and path in self._keys:
            key = self._keys[path]
            return key.document.locate(key.route, part, None)
        origin, route = self._origin(path)
        if part == "value" and within is not None:
            here, there = value_at(self.data, path), value_at(origin.data, route)
            if here != there:
                within = None
        return origin.locate(route, part, within)

    def _origin(self, path: Route) -> Origin:
        for length in range(len(path), -1, -1):
            origin = self._origins.get(path[:length])
            if origin is not None:
                return Origin(origin.document, (*origin.route, *path[length:]))
        return Origin(self._base, path)
