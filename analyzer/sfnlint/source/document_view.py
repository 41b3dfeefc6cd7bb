"""A document seen with some of its values replaced."""

from __future__ import annotations

from collections.abc import Mapping

from sfnlint.place import Document, Located, PlacePart, Route, Span, value_at


class DocumentView:
    """The same text with other data: intrinsics resolved, one branch of an Fn::If chosen.

    Attributes:
        data: what stands in place of the base's data at `at`.

    """

    def __init__(
        self, base: Document, data: object, moved: Mapping[Route, Route], at: Route = ()
    ) -> None:
        """Show `data`.

        A path of the view is the same path below `at` in the base, unless it begins with one in
        `moved`; then the longest such beginning is replaced by the path in the base it leads to.
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

        A part of a string that does not stand in the text as it is seen here is answered by the
        whole string.
        """
        if part == "text":
            return self._base.locate(self._at, part, within)
        target = self.in_base(path)
        if part == "key" and path:
            # The key is that of the member through which the value is reached: the one before
            # Fn::If, not one below it.
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
        """The path in the base of what stands at a path here."""
        for length in range(len(path), -1, -1):
            moved = self._moved.get(path[:length])
            if moved is not None:
                return moved + path[length:]
        return self._at + path
