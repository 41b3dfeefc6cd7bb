"""Words that are a boolean to some readers of YAML and a string to others."""

from __future__ import annotations


class AmbiguousBoolean(str):
    """A word that YAML 1.1 takes for a boolean and YAML 1.2 for a string.

    https://yaml.org/type/bool.html
    """

    __slots__ = ()

    @property
    def boolean(self) -> bool:
        """What YAML 1.1 takes it for."""
        return self.lower() in ("y", "yes", "on")
