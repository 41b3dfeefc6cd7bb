"""Booleans of YAML 1.1 that are strings in YAML 1.2."""

from __future__ import annotations


class AmbiguousBoolean(str):
    """A scalar that is a boolean in YAML 1.1 and a string in YAML 1.2.

    https://yaml.org/type/bool.html
    """

    __slots__ = ()

    @property
    def boolean(self) -> bool:
        """The boolean of YAML 1.1."""
        return self.lower() in ("y", "yes", "on")
