"""The named tuples of `sfnlint.named_tuple` are the same as those of `typing`."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from sfnlint.named_tuple import NamedTuple


class Ours(NamedTuple):
    """A pair."""

    first: str
    second: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        """The fields as a string."""
        return f"{self.first}{self.second}"

    def __str__(self) -> str:
        return self.both


class Theirs(typing.NamedTuple):
    """A pair."""

    first: str
    second: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        """The fields as a string."""
        return f"{self.first}{self.second}"

    def __str__(self) -> str:
        return self.both


@pytest.mark.parametrize("name", ["__doc__", "_fields", "_field_defaults", "__module__"])
def test_attributes_are_the_same(name: str) -> None:
    assert getattr(Ours, name) == getattr(Theirs, name)


def test_the_names_are_those_of_the_class() -> None:
    assert Ours.__qualname__ == Ours.__name__ == "Ours"
    assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)


def test_instances_are_the_same() -> None:
    ours = Ours("a", (1,))
    assert tuple(ours) == tuple(Theirs("a", (1,))) == ("a", (1,))
    assert repr(ours) == "Ours(first='a', second=(1,))"
    assert str(ours) == ours.both == "a(1,)"
    assert Ours(first="a") == ("a", ())
    assert ours._replace(second=()) == Ours("a")
    assert pickle.loads(pickle.dumps(ours)) == copy.copy(ours) == ours
    assert not hasattr(ours, "__dict__")
    with pytest.raises(TypeError):
        Ours()  # type: ignore[call-arg]
