"""A base class of named tuples that are created faster than those of `typing`.

`typing.NamedTuple` compiles the annotation of each field. For all classes of a small run, this is a
seventh of its time: benchmarks/compare.py.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _NamedTupleType(type):
        def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            annotations = namespace.pop("__annotations__", {})
            defaults = [namespace.pop(field) for field in annotations if field in namespace]
            created = namedtuple(
                name, annotations, defaults=defaults, module=namespace["__module__"]
            )
            created.__annotations__ = annotations
            for key, value in namespace.items():
                if key != "__module__":
                    setattr(created, key, value)
            return created

    class NamedTuple(metaclass=_NamedTupleType):
        """The base class; a class with it is the same as with `typing.NamedTuple`.

        A field without a default after a field with one is not refused: mypy refuses it.
        """
