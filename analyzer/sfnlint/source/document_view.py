"""View of a document with some of its values replaced."""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.place import Document, Located, PlacePart, Route, Span, value_at


class DocumentView:
    """The same text with other data: intrinsics resolved, one branch of an Fn::If chosen.

    Attributes:
        data: the data that replaces the base's data at `at`.

    """

    def __init__(
        self, base: Document, data: object, moved: Mapping[Route, Route], at: Route = ()
    ) -> None:
        """Create a view that shows `data`.

        A path of the view is the same path below `at` in the base, unless it begins with a path in
        `moved`; then the longest such prefix is replaced by the path in the base that it maps to.
        """
        self.data = data
        self._base = base
        self._moved = moved
        self._at = at

    @property
    def file(self) -> str:
        """The name of the file, as the user knows it."""
        return self._base.file

    def locate(self, path: Route, part: PlacePart, within: Span | None) -> Located:
        """Find the characters of the file; see `sfnlint.place.Document`.

        For a part of a string that the base does not contain literally, they are the characters of
        the whole string.
        """
        if part == "text":
            return self._base.locate(self._at, part, within)
        target = self.in_base(path)
        if part == "key" and path:
            # The key is the one through which the value is reached: the key before
            # Fn::If, not a key below it.
            parent = self.in_base(path[:-1])
            if target[: len(parent)] == parent and len(target) > len(parent):
                target = target[: len(parent) + 1]
            if target[-1:] != path[-1:]:
                within = None
        elif within is not None:
            here, there = value_at(self.data, path), value_at(self._base.data, target)
            if not isinstance(here, str) or here != there:
                within = None
        return self._base.locate(target, part, within)

    def in_base(self, path: Route) -> Route:
        """Return the path in the base of the value at a path of the view."""
        for length in range(len(path), -1, -1):
            moved = self._moved.get(path[:length])
            if moved is not None:
                return moved + path[length:]
        return self._at + path
